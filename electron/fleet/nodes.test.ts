import { expect, it } from 'vitest';
import { Failure } from '../../shared/errors';
import type { NodesWord } from '../bot/nodeLost';
import { handClock } from '../cluster/testing';
import type { Api } from '../cluster/types';
import { askNodes } from './nodes';
import { createSpare } from './spare';

/** Nodes in question, what they say (`''`: their server fails), and what the table was told. */
function world(ready: Record<string, string>, { contexts = ['admin'], perSecond = 0.5 } = {}) {
  const { clock, pass } = handClock();
  const spare = createSpare(clock, () => perSecond);
  const asked: string[] = [];
  const blind = new Set<string>();
  let question = Object.keys(ready);
  let told: NodesWord = { lost: new Set(), answering: new Set() };
  const apiOf = (contextId: string) =>
    ({
      get(_: unknown, __: unknown, name: string) {
        asked.push(`${contextId} ${name}`);
        if (blind.has(contextId)) return Promise.reject(new Failure({ code: 'FORBIDDEN', message: 'no' }));
        if (!ready[name]) return Promise.reject(new Failure({ code: 'SERVER', message: 'no' }));
        return Promise.resolve({ status: { conditions: [{ type: 'Ready', status: ready[name] }] } });
      },
    }) as unknown as Api;
  const nodes = askNodes({
    ...{ clock, spare },
    table: { nodesInQuestion: () => new Set(question), setNodes: (word) => void (told = word) },
    signIns: () => contexts.map((contextId) => ({ contextId, api: apiOf(contextId) })),
  });
  return {
    ...{ asked, blind, ready, spare, nodes },
    told: () => ({ lost: [...told.lost].sort(), answering: [...told.answering].sort() }),
    ask: (names: string[]) => void (question = names),
    async later(ms: number) {
      for (let passed = 0; passed < ms; passed += 500) {
        pass(500);
        for (let i = 0; i < 20; i++) await Promise.resolve();
      }
    },
  };
}

it('one node in question is asked soon and every 20 s, and no longer once it is none', async () => {
  const { asked, ask, later, ready, told } = world({ a: 'Unknown' });
  await later(5_500);
  expect(told()).toEqual({ lost: ['a'], answering: [] });
  ready['a'] = 'True';
  await later(100_000);
  expect(told()).toEqual({ lost: [], answering: ['a'] });
  expect(asked.length).toBeGreaterThanOrEqual(4);
  expect(asked.length).toBeLessThanOrEqual(6);
  ask([]);
  await later(30_000);
  expect(told()).toEqual({ lost: [], answering: [] });
  const before = asked.length;
  await later(100_000);
  expect(asked).toHaveLength(before);
});

it('of many nodes each has its turn at the fleet’s pace, and none is said to answer before it has', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `n-${i}`);
  const { asked, later, told } = world(Object.fromEntries(names.map((name) => [name, 'True'])));
  await later(25_000);
  expect(told().answering.length).toBeGreaterThan(5);
  expect(told().answering.length).toBeLessThanOrEqual(13);
  expect(
    told()
      .answering.map((name) => `admin ${name}`)
      .sort(),
  ).toEqual([...asked].sort());
  await later(100_000);
  expect(new Set(asked).size).toBe(50);
  await later(900_000);
  // One more than the others for each that the time cuts off.
  const times = names.map((name) => asked.filter((one) => one === `admin ${name}`).length);
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
  expect(asked.length).toBeLessThanOrEqual(0.5 * 1_025 + 1);
});

it('a question that fails makes no node answer: a silent one stays silent, of another it is not known any more', async () => {
  const { later, ready, told } = world({ silent: 'Unknown', well: 'True' });
  await later(10_000);
  expect(told()).toEqual({ lost: ['silent'], answering: ['well'] });
  ready['silent'] = ready['well'] = '';
  await later(40_000);
  expect(told()).toEqual({ lost: ['silent'], answering: [] });
});

it('where one sign-in may not see nodes another is asked; where none may, hardly anything is', async () => {
  const { asked, blind, later, told } = world({ a: 'Unknown' }, { contexts: ['viewer', 'admin'] });
  blind.add('viewer');
  await later(60_000);
  expect(told().lost).toEqual(['a']);
  expect(asked.filter((one) => one.startsWith('viewer'))).toHaveLength(1);
  blind.add('admin');
  await later(60_000);
  const before = asked.length;
  await later(400_000);
  expect(asked).toHaveLength(before);
});
