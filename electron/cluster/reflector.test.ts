import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createBackoff } from './backoff';
import type { KubeObject } from './objects';
import { begun, bookmark, closeAll, line, list, pod, quiet, run, say, status } from './reflector-testing';
import { until } from './testing';

afterEach(closeAll);

describe('the live copy', () => {
  it('is the list, then every change, from exactly where the list stood', async () => {
    const { seen, watches } = await run({
      lists: [list(10, pod('a', 3), pod('b', 5))],
      watches: [say(line('MODIFIED', pod('a', 11)), line('ADDED', pod('c', 12)), line('DELETED', pod('b', 13)))],
    });
    await until(() => seen.calls.length === 4);
    expect(seen.calls).toEqual(['replace a b', 'upsert a 11', 'upsert c 12', 'remove b']);
    const { query } = watches()[0]!;
    expect(query.get('resourceVersion')).toBe('10');
    expect(query.get('allowWatchBookmarks')).toBe('true');
    expect(Number(query.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300);
    expect(seen.troubles).toEqual([{ error: null, lasting: false, retryAt: null }]);
  });
  it('reads a long list page by page, and anew when the continue token expired', async () => {
    const page = (items: KubeObject[], token?: string) => (response: ServerResponse) =>
      response.end(JSON.stringify({ metadata: { resourceVersion: '10', continue: token }, items }));
    const { seen, lists } = await run({
      lists: [page([pod('a', 1)], 'next'), status(410, 'Expired'), list(20, pod('a', 1), pod('b', 2))],
      watches: [quiet],
    });
    await until(() => seen.calls.length > 0);
    expect(seen.calls).toEqual(['replace a b']);
    expect(lists().map(({ query }) => query.get('continue'))).toEqual([null, 'next', null]);
    expect(lists().map(({ query }) => query.get('limit'))).toEqual(['500', '500', '500']);
  });
  it('keeps no managedFields', async () => {
    const fat = (name: string, version: number) => ({
      metadata: { ...pod(name, version).metadata, managedFields: [{}] },
    });
    const { seen } = await run({ lists: [list(10, fat('a', 3))], watches: [say(line('ADDED', fat('b', 11)))] });
    await until(() => seen.items.size === 2);
    for (const item of seen.items.values()) expect(item.metadata).not.toHaveProperty('managedFields');
  });
  it('survives a change split inside a character', async () => {
    const bytes = Buffer.from(line('ADDED', { ...pod('a', 11), note: 'spread 0.1 % – ü€😀' }));
    const { seen } = await run({
      lists: [list(10)],
      watches: [
        (response) => {
          let at = 0;
          const next = () => at < bytes.length && response.write(bytes.subarray(at, ++at), () => setImmediate(next));
          next();
        },
      ],
    });
    await until(() => seen.items.size === 1);
    expect(seen.items.get('a')).toMatchObject({ note: 'spread 0.1 % – ü€😀' });
  });
});

describe('a watch that ends', () => {
  it('in order goes on from the last event or bookmark, without a list and without trouble', async () => {
    const { seen, watches, lists } = await run({
      lists: [list(10)],
      watches: [
        (response) => response.end(line('ADDED', pod('a', 11)) + bookmark(40)),
        say(line('MODIFIED', pod('a', 41))),
      ],
    });
    await until(() => seen.calls.includes('upsert a 41'));
    expect(watches()[1]!.query.get('resourceVersion')).toBe('40');
    expect(lists()).toHaveLength(1);
    expect(seen.troubles).toEqual([{ error: null, lasting: false, retryAt: null }]);
  });
  it.each([
    ['as a status', status(410, 'Expired')],
    [
      'as an ERROR event',
      say(
        line('ERROR', {
          kind: 'Status',
          status: 'Failure',
          code: 410,
          reason: 'Expired',
          message: 'too old resource version',
        }),
      ),
    ],
  ])('with 410 %s lists anew, silently, and drops what is gone', async (_, gone) => {
    const { seen, watches } = await run({
      lists: [list(10, pod('a', 3), pod('ghost', 4)), list(90, pod('a', 80))],
      watches: [gone, quiet],
    });
    await until(() => watches().length === 2);
    expect(seen.calls).toEqual(['replace a ghost', 'replace a']);
    expect(watches()[1]!.query.get('resourceVersion')).toBe('90');
    expect(seen.troubles.every(({ error }) => error === null)).toBe(true);
  });
  it('with 410 again and again is not answered by a storm of lists', async () => {
    const { lists, clock } = await run({ lists: [list(10)], watches: [status(410, 'Expired')] });
    const began = clock.now();
    await until(() => clock.now() - began > 30_000);
    expect(lists().length).toBeLessThan(10);
  });
  it('with a list that expires for ever before its second page is not answered by a storm of pages', async () => {
    const { lists, clock } = await run({
      lists: [(response, query) => (query.has('continue') ? status(410, 'Expired') : begun(pod('a', 1)))(response)],
      watches: [quiet],
    });
    const began = clock.now();
    await until(() => clock.now() - began > 60_000);
    expect(lists().length).toBeLessThan(50);
    const firsts = lists().filter(({ query }) => !query.has('continue'));
    expect(firsts.at(-1)!.at - firsts.at(-3)!.at).toBeGreaterThan(5_000);
  });
  it('in the middle of a line loses nothing: the change comes again from the last place', async () => {
    const whole = line('ADDED', pod('b', 12));
    const { seen, watches } = await run({
      lists: [list(10)],
      watches: [(response) => response.end(line('ADDED', pod('a', 11)) + whole.slice(0, 40)), say(whole)],
    });
    await until(() => seen.items.size === 2);
    expect(watches()[1]!.query.get('resourceVersion')).toBe('11');
    expect(seen.calls).toEqual(['replace', 'upsert a 11', 'upsert b 12']);
    expect(seen.troubles.filter(({ error }) => error)).toEqual([]);
  });
  it('cut by the network comes back at once and says nothing; a second cut is told', async () => {
    const { seen, watches, errors } = await run({
      lists: [list(10)],
      watches: [
        (response) => response.write(line('ADDED', pod('a', 11)), () => setTimeout(() => response.destroy(), 5)),
        // The transport tries a reading twice by itself.
        (response) => void response.destroy(),
        (response) => void response.destroy(),
        quiet,
      ],
    });
    await until(() => watches().length >= 4 && seen.troubles.at(-1)?.error === null);
    expect(errors()).toEqual(['UNREACHABLE']);
    expect(watches()[1]!.query.get('resourceVersion')).toBe('11');
  });
  it('at once, every time, is not hammered, and told', async () => {
    const { watches, errors, clock } = await run({ lists: [list(10)], watches: [(response) => response.end()] });
    const began = clock.now();
    await until(() => clock.now() - began > 30_000);
    expect(watches().length).toBeLessThan(12);
    expect(errors().length).toBeGreaterThan(0);
  });
  it('silently (no byte for 75 s) is found dead and replaced', async () => {
    const { seen, watches } = await run({ lists: [list(10)], watches: [quiet, say(line('ADDED', pod('a', 11)))] }, 300);
    await until(() => seen.items.size === 1, 'the second watch');
    expect(watches()[1]!.at - watches()[0]!.at).toBeGreaterThanOrEqual(70_000);
  });
});

describe('a server that errs', () => {
  it('rubbish on the line is trouble, not silence, and nothing after it is believed', async () => {
    const { seen, errors } = await run({
      lists: [list(10), list(20, pod('b', 15))],
      watches: [
        say(line('ADDED', pod('a', 11)), '<html>\n', line('ADDED', pod('never', 12))),
        say('{"type":"ADDED"}\n'),
        quiet,
      ],
    });
    await until(() => seen.calls.includes('replace b') && seen.troubles.at(-1)?.error === null);
    expect(errors()).toContain('SERVER');
    expect(seen.calls.join()).not.toContain('never');
  });
  it('double, late and ghost events change nothing', async () => {
    const { seen } = await run({
      lists: [list(10, pod('a', 8), pod('b', 9))],
      watches: [
        say(
          line('MODIFIED', pod('a', 12)),
          line('MODIFIED', pod('a', 12)),
          line('MODIFIED', pod('a', 11)),
          line('DELETED', pod('b', 13)),
          line('MODIFIED', pod('b', 9)),
          line('DELETED', pod('b', 13)),
          line('DELETED', pod('stranger', 14)),
          line('DELETED', pod('a', 15, 'uid-of-an-older-a')),
          line('ADDED', pod('end', 16)),
        ),
      ],
    });
    await until(() => seen.items.has('end'));
    expect(seen.calls).toEqual(['replace a b', 'upsert a 12', 'remove b', 'upsert end 16']);
  });
  it('a late event never turns the place to go on from back', async () => {
    const { watches } = await run({
      lists: [list(10, pod('a', 8))],
      watches: [(response) => response.end(line('ADDED', pod('b', 30)) + line('MODIFIED', pod('a', 9))), quiet],
    });
    await until(() => watches().length === 2);
    expect(watches()[1]!.query.get('resourceVersion')).toBe('30');
  });
  it('a name that suddenly is another object makes it list anew', async () => {
    const { seen } = await run({
      lists: [list(10, pod('a', 8)), list(20, pod('a', 15, 'uid-new'))],
      watches: [say(line('MODIFIED', pod('a', 15, 'uid-new'))), quiet],
    });
    await until(() => seen.calls.length === 2);
    expect(seen.items.get('a')!.metadata.uid).toBe('uid-new');
  });
  it('an object that left the selection and came back is shown again', async () => {
    const { seen } = await run({
      lists: [list(10, pod('a', 8))],
      watches: [say(line('DELETED', pod('a', 11)), line('ADDED', pod('a', 12)))],
    });
    await until(() => seen.calls.length === 3);
    expect(seen.items.has('a')).toBe(true);
  });
  it('Retry-After is honoured', async () => {
    const { asked, errors } = await run(
      { lists: [status(429, 'TooManyRequests', { 'retry-after': '20' }), list(10)], watches: [quiet] },
      100,
    );
    await until(() => asked.length >= 2);
    expect(asked[1]!.at - asked[0]!.at).toBeGreaterThanOrEqual(20_000);
    expect(errors()).toEqual(['TOO_MANY_REQUESTS']);
  });
  it('failing for long is asked ever less often, at most every 30 s, and quickly again after two healthy minutes', () => {
    let now = 0;
    const backoff = createBackoff({ now: () => now, after: () => () => undefined, random: () => 0.5 });
    const next = () => {
      const wait = backoff.next();
      now += wait;
      return wait;
    };
    expect(Array.from({ length: 8 }, next)).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
    now += 119_000;
    expect(next()).toBe(30_000);
    now += 121_000;
    expect(next()).toBe(800);
  });
  it('clusters that were lost together are not asked together again, however long it lasts', () => {
    const times = [0.1, 0.4, 0.7, 0.9].map((random) => {
      let now = 0;
      const backoff = createBackoff({ now: () => now, after: () => () => undefined, random: () => random });
      return Array.from({ length: 12 }, () => (now += backoff.next()));
    });
    const sorted = times.flat().sort((a, b) => a - b);
    expect(new Set(sorted).size).toBe(sorted.length);
    const waits = times.map((own) => own.at(-1)! - own.at(-2)!);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(10_000);
  });
});

describe('refused', () => {
  it.each([
    [401, 'Unauthorized', 'UNAUTHORIZED'],
    [403, 'Forbidden', 'FORBIDDEN'],
  ])('%i that stays ends the tries after the second, until kicked', async (code, reason, expected) => {
    const { lists, seen, reflector, clock } = await run({
      lists: [status(code, reason), status(code, reason), list(10, pod('a', 1))],
      watches: [quiet],
    });
    await until(() => seen.troubles.some(({ lasting }) => lasting));
    expect(seen.troubles.at(-1)).toMatchObject({ error: { code: expected }, lasting: true, retryAt: null });
    const began = clock.now();
    await until(() => clock.now() - began > 60_000);
    expect(lists()).toHaveLength(2);
    reflector.kick();
    await until(() => seen.troubles.at(-1)?.error === null);
    expect(seen.items.has('a')).toBe(true);
  });
  it('for a moment only (a server that just started) is survived', async () => {
    const { seen } = await run({ lists: [status(403, 'Forbidden'), list(10, pod('a', 1))], watches: [quiet] });
    await until(() => seen.items.size === 1 && seen.troubles.at(-1)?.error === null);
    expect(seen.troubles.some(({ lasting }) => lasting)).toBe(false);
  });
});

describe('kick', () => {
  it('drops the connection and verifies at once, without a list', async () => {
    const { watches, lists, reflector, errors } = await run({ lists: [list(10)], watches: [quiet] }, 1);
    await until(() => watches().length === 1);
    reflector.kick();
    await until(() => watches().length === 2);
    expect(lists()).toHaveLength(1);
    expect(errors()).toEqual([]);
  });
  it('ends a wait', async () => {
    const { lists, reflector, seen } = await run(
      { lists: [status(429, 'TooManyRequests', { 'retry-after': '3600' }), list(10)], watches: [quiet] },
      1,
    );
    await until(() => seen.troubles.length === 1);
    reflector.kick();
    await until(() => lists().length === 2);
  });
  it('out of the report of trouble itself is not lost', async () => {
    const { lists, reflector, seen } = await run(
      {
        lists: [status(429, 'TooManyRequests', { 'retry-after': '3600' }), list(10)],
        watches: [quiet],
        onTrouble: () => reflector.kick(),
      },
      1,
    );
    await until(() => lists().length === 2);
    expect(seen.troubles[0]!.error!.code).toBe('TOO_MANY_REQUESTS');
  });
  it('after dispose nothing is asked and nothing is told', async () => {
    const { asked, reflector, seen, transport } = await run({
      lists: [list(10)],
      watches: [say(line('ADDED', pod('a', 11)))],
    });
    await until(() => seen.items.size === 1);
    reflector.dispose();
    reflector.kick();
    await until(() => transport.counters.openStreams === 0);
    const before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).toHaveLength(before);
    expect(seen.troubles).toHaveLength(1);
  });
});
