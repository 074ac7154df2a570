import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { begun, bookmark, closeAll, line, list, pod, quiet, run, say, status, whole } from './reflector-testing';
import { until } from './testing';

afterEach(closeAll);

describe('a list of more than a page, as a watch that begins with it', () => {
  it('is whole when the server says so, and goes on with every change', async () => {
    const { asked, seen } = await run({
      streams: true,
      lists: [begun(pod('first', 1))],
      watches: [
        say(
          line('ADDED', pod('a', 3)),
          line('ADDED', pod('b', 5)),
          line('ADDED', pod('gone', 6)),
          line('MODIFIED', pod('a', 8)),
          line('DELETED', pod('gone', 9)),
          whole(10),
          line('MODIFIED', pod('b', 11)),
        ),
      ],
    });
    await until(() => seen.calls.length === 2);
    expect(seen.calls).toEqual(['replace a b', 'upsert b 11']);
    expect(seen.items.get('a')!.metadata.resourceVersion).toBe('8');
    expect(asked).toHaveLength(2);
    const { query } = asked[1]!;
    expect(query.get('sendInitialEvents')).toBe('true');
    expect(query.get('resourceVersionMatch')).toBe('NotOlderThan');
    expect(query.has('resourceVersion')).toBe(false);
    expect(seen.troubles).toEqual([{ error: null, lasting: false, retryAt: null }]);
  });

  it('goes on from its last place after a normal end, and streams anew when the server forgot it', async () => {
    const { watches, lists, seen, errors } = await run({
      streams: true,
      lists: [begun(pod('first', 1))],
      watches: [
        (response) => response.end(line('ADDED', pod('a', 3)) + whole(10) + bookmark(12)),
        status(410, 'Expired'),
        say(line('ADDED', pod('b', 15)), whole(20)),
      ],
    });
    await until(() => seen.calls.length === 2);
    expect(seen.calls).toEqual(['replace a', 'replace b']);
    expect(watches().map(({ query }) => query.get('resourceVersion'))).toEqual([null, '12', null]);
    expect(lists()).toHaveLength(2);
    expect(errors()).toEqual([]);
  });

  it('that the server does not know is asked for in pages, without a word, and not soon again', async () => {
    const { asked, seen } = await run({
      streams: true,
      lists: [begun(pod('a', 3)), list(10, pod('a', 3))],
      watches: [status(422, 'Invalid'), status(410, 'Expired'), quiet],
    });
    await until(() => asked.length === 6 && seen.troubles.length > 0);
    expect(asked.map(({ kind, query }) => `${kind} ${query.has('sendInitialEvents')}`)).toEqual([
      'list false',
      'watch true',
      'list false',
      'watch false',
      'list false',
      'watch false',
    ]);
    expect(seen.troubles).toEqual([{ error: null, lasting: false, retryAt: null }]);
  });

  it('shows nothing while it is not whole, and comes in pages when it breaks off twice', async () => {
    const { lists, seen } = await run({
      streams: true,
      lists: [begun(pod('a', 3)), list(10, pod('a', 3), pod('b', 4))],
      watches: [
        (response) => response.end(line('ADDED', pod('a', 3))),
        (response) => response.end(line('ADDED', pod('a', 3)) + bookmark(9)),
        quiet,
      ],
    });
    await until(() => seen.calls.length === 1);
    expect(seen.calls).toEqual(['replace a b']);
    expect(lists()).toHaveLength(2);
  });

  it('is tried again by the time that pages have served for ten minutes', async () => {
    let forgets = false;
    const broken = (response: ServerResponse) => void response.end(line('ADDED', pod('a', 3)));
    const { asked, lists, seen, clock } = await run(
      {
        streams: true,
        lists: [begun(pod('a', 3)), list(10, pod('a', 3)), begun(pod('a', 3))],
        watches: [
          broken,
          broken,
          (response, query) => {
            if (query.has('sendInitialEvents')) say(line('ADDED', pod('b', 15)), whole(20))(response);
            else if (forgets) status(410, 'Expired')(response);
            else quiet(response);
          },
        ],
      },
      2_000,
    );
    await until(() => seen.items.has('a'));
    const began = clock.now();
    await until(() => clock.now() - began > 620_000);
    expect(asked.filter(({ query }) => query.has('sendInitialEvents'))).toHaveLength(2);
    forgets = true;
    await until(() => seen.items.has('b'));
    expect(lists()).toHaveLength(3);
  });

  it('is not asked for where a page holds it all', async () => {
    const { asked, seen } = await run({ streams: true, lists: [list(10, pod('a', 3))], watches: [quiet] });
    await until(() => asked.length === 2 && seen.troubles.length === 1);
    expect(seen.calls).toEqual(['replace a']);
    expect(asked.map(({ query }) => query.get('sendInitialEvents') ?? query.get('resourceVersion'))).toEqual([
      null,
      '10',
    ]);
  });
});
