import { describe, expect, test } from 'vitest';
import { bot } from '../demo/rows';
import { cardOf } from './card';
import { back, begin, goesOn, look, next, stepOf, type Course } from './course';
import { onlyPractice } from './seen';
import { steps } from './steps';
import { operation, seen } from './testing';

const running = bot({ clusterId: 'practice', state: 'running' });
const ill = bot({ clusterId: 'practice', name: 'bnb-1', uid: 'b', state: 'trouble' });
const at = (course: Course) => stepOf(course)?.id;
const jump = (id: string, start = seen()): Course => ({
  ...begin(start),
  at: steps.findIndex((step) => step.id === id),
});
const doneAt = (id: string, now: Parameters<typeof seen>[0], start: Parameters<typeof seen>[0] = {}) =>
  goesOn(look(jump(id, seen(start)), seen(now)));

describe('the course of the tour', () => {
  test('a step that is done goes on by itself, one that is not waits', () => {
    const course = begin(seen());
    expect(goesOn(look(course, seen({ bot: ill })))).toBe(false);
    expect(goesOn(look(course, seen({ bot: running })))).toBe(true);
  });

  test('"Next" passes a step without calling it done, and the end tells how many were done', () => {
    let course = look(begin(seen()), seen({ bot: running }));
    while (stepOf(course)) course = next(course, seen());
    expect([...course.done]).toEqual(['fleet']);
    expect(cardOf(course, 'ready', 'fleet').text).toContain(`1 of ${steps.length} steps`);
    expect(next(course, seen()).at).toBe(steps.length);
  });

  test('who goes back to a step that is done can read it in peace; one that was passed can still be done', () => {
    const done = next(look(begin(seen()), seen({ bot: running })), seen());
    expect(goesOn(back(done, seen({ bot: running })))).toBe(false);
    const passed = back(next(begin(seen()), seen()), seen());
    expect(at(passed)).toBe('fleet');
    expect(goesOn(look(passed, seen({ bot: running })))).toBe(true);
    expect(back(passed, seen()).at).toBe(0);
  });

  test('a step stays done when what was done is over', () => {
    const course = look(look(begin(seen()), seen({ bot: running })), seen());
    expect(goesOn(course)).toBe(true);
  });
});

describe('what counts as done', () => {
  test('nothing that is done on a real cluster', () => {
    const real = bot({ clusterId: 'fra' });
    const all = {
      screen: 'fleet' as const,
      bot: real,
      rows: [real, running],
      broken: [running.uid],
      operations: [
        operation({ bot: { clusterId: 'fra', namespace: 'trading', name: 'eth-1' } }),
        operation({ id: 'o2' }),
      ],
      terminals: [
        { kind: 'log' as const, clusterId: 'fra', phase: 'open' as const },
        { kind: 'shell' as const, clusterId: 'practice', phase: 'open' as const },
        { kind: 'screen' as const, clusterId: 'practice', phase: 'connecting' as const },
      ],
    };
    const now = onlyPractice(all, new Set(['practice']));
    expect(now.bot).toBeUndefined();
    expect(now.rows).toEqual([running]);
    expect(now.operations.map(({ id }) => id)).toEqual(['o2']);
    expect(now.terminals).toEqual(['shell']);
  });

  test('a deploy that began in this step, not one of before', () => {
    const operations = [operation()];
    expect(doneAt('deploy', { operations }, { operations })).toBe(false);
    expect(doneAt('deploy', { operations: [operation({ id: 'o2' }), ...operations] }, { operations })).toBe(true);
  });

  test('a start that is watched to its good end; a failed one is not', () => {
    const old = operation({ id: 'o0', outcome: 'done' });
    expect(doneAt('watch', { operations: [operation(), old] })).toBe(false);
    expect(doneAt('watch', { operations: [operation({ outcome: 'failed' }), old] })).toBe(false);
    expect(doneAt('watch', { operations: [operation({ outcome: 'done' }), old] })).toBe(true);
  });

  test.each(['log', 'screen', 'shell'] as const)('a %s that is open', (kind) => {
    expect(doneAt(kind, {})).toBe(false);
    expect(doneAt(kind, { terminals: [kind] })).toBe(true);
  });

  test('a configuration that was saved, for later or at once; opening the editor is not enough', () => {
    const start = { rows: [running] };
    expect(doneAt('edit', { ...start, screen: 'editor', bot: running }, start)).toBe(false);
    expect(doneAt('edit', { rows: [{ ...running, pendingConfig: 'eth-1-config-2' }] }, start)).toBe(true);
    expect(doneAt('edit', { rows: [{ ...running, configName: 'eth-1-config-2' }] }, start)).toBe(true);
    // A bot that has come meanwhile has changed nothing.
    expect(doneAt('edit', { rows: [running, ill] }, start)).toBe(false);
  });

  test('a bot that is in trouble because it was broken on purpose, and the same one mended and running', () => {
    const broken = [running.uid];
    const ended = { ...running, state: 'trouble' as const };
    // Broken, and nothing of it is to be seen yet; another bot's trouble is not it.
    expect(doneAt('break', { rows: [running, ill], broken })).toBe(false);
    expect(doneAt('break', { rows: [ended], broken: [] })).toBe(false);
    expect(doneAt('break', { rows: [ended, ill], broken })).toBe(true);
    // A crash loop runs for a moment again and again.
    expect(doneAt('mend', { rows: [running], broken }, { rows: [ended], broken })).toBe(false);
    expect(doneAt('mend', { rows: [ended] }, { rows: [ended], broken })).toBe(false);
    expect(doneAt('mend', { rows: [running] }, { rows: [ended], broken })).toBe(true);
  });

  test('a stop that came to its end in this step', () => {
    const stop = operation({ id: 's', kind: 'stop' });
    expect(doneAt('stop', { operations: [stop] })).toBe(false);
    expect(doneAt('stop', { operations: [{ ...stop, outcome: 'failed' }] })).toBe(false);
    expect(doneAt('stop', { operations: [{ ...stop, outcome: 'done' }] })).toBe(true);
  });
});

describe('the card', () => {
  test('without a practice cluster it offers to turn it on and shows no step', () => {
    const card = cardOf(begin(seen()), 'off', 'fleet');
    expect(card).toMatchObject({ onward: { act: 'turnOn' }, count: '', elsewhere: false });
    expect(card.title).not.toBe(steps[0]!.title);
    expect(cardOf(begin(seen()), 'starting', 'fleet').onward.waits).toBe(true);
  });

  test('offers a way to the screen a step is done on, unless it is there or done', () => {
    expect(cardOf(jump('deploy'), 'ready', 'fleet').elsewhere).toBe(true);
    expect(cardOf(jump('deploy'), 'ready', 'deploy').elsewhere).toBe(false);
    const done = look(jump('deploy'), seen({ operations: [operation()] }));
    expect(cardOf(done, 'ready', 'fleet')).toMatchObject({ elsewhere: false, done: true });
  });

  test('points at the bot first and, once it is picked, at its button', () => {
    const points = (id: string, now: Parameters<typeof seen>[0]) => stepOf(jump(id))!.points(seen(now))[0];
    const operations = [operation()];
    const others = [bot({ clusterId: 'practice', name: 'other', uid: 'o' }), running];
    expect(points('log', { rows: others, operations })).toBe(`[data-row="${running.id}"]`);
    expect(points('log', { rows: others, operations, bot: running })).toBe('[data-act="log"]');
    // A bot in trouble has no log to open: not its button.
    expect(points('log', { rows: others, operations, bot: ill })).toBe(`[data-row="${running.id}"]`);
  });
});
