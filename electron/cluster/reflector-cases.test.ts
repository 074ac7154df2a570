import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { KubeObject } from './objects';
import { message } from './protobuf';
import { begun, closeAll, line, list, pod, quiet, run, say, status, whole } from './reflector-testing';
import { until } from './testing';

afterEach(closeAll);

/** A fault that an open watch tells of. */
const fault = (code: number, reason: string, message = reason) =>
  line('ERROR', { kind: 'Status', status: 'Failure', code, reason, message });

/** Cases of client-go's `tools/cache/reflector_test.go` (v0.34.4), by their names there. */
describe('as client-go', () => {
  it('ReplacesStoreOnUnsafeDelete: what the server can no longer read is gone once it was deleted unread', async () => {
    const unreadable = say(
      line('MODIFIED', pod('a', 11)),
      fault(500, 'StoreReadError', 'data from the storage is not transformable'),
    );
    const { seen, watches } = await run({
      lists: [list(10, pod('a', 3), pod('corrupt', 4)), list(20, pod('a', 11))],
      watches: [unreadable, say(fault(500, 'StoreReadError')), quiet],
    });
    await until(() => seen.items.size === 1 && seen.troubles.at(-1)?.error === null);
    expect(seen.calls).toEqual(['replace a corrupt', 'upsert a 11', 'replace a']);
    expect(watches().map(({ query }) => query.get('resourceVersion'))).toEqual(['10', '11', '20']);
  });
  it('RetryInternalError: an error of the server’s own is met once more before all is listed anew', async () => {
    const { watches, lists, errors } = await run({
      lists: [list(10)],
      watches: [say(fault(500, 'InternalError')), say(line('ADDED', pod('a', 11))), quiet],
    });
    await until(() => watches().length === 2);
    expect(watches()[1]!.query.get('resourceVersion')).toBe('10');
    expect(lists()).toHaveLength(1);
    expect(errors()).toEqual(['SERVER']);
  });
  it('an error of any other kind that a watch tells of leads to a new list at once', async () => {
    const { seen, watches } = await run({
      lists: [list(10, pod('a', 3), pod('ghost', 4)), list(20, pod('a', 3))],
      watches: [say(fault(504, 'Timeout')), quiet],
    });
    await until(() => watches().length === 2);
    expect(seen.calls).toEqual(['replace a ghost', 'replace a']);
  });
  it.each([
    ['an answer', status(429, 'TooManyRequests')],
    ['an error of the open watch', say(fault(429, 'TooManyRequests'))],
  ])('BackoffOnTooManyRequests, NoRelistOnTooManyRequests: %s', async (_, busy) => {
    const { watches, lists, errors } = await run({ lists: [list(10)], watches: [busy, busy, busy, quiet] });
    await until(() => watches().length === 4);
    const waits = watches().map(({ at }, i) => at - (watches()[i - 1]?.at ?? at));
    expect(waits[1]).toBeGreaterThan(700);
    expect(waits[3]).toBeGreaterThan(2 * 700);
    expect(lists()).toHaveLength(1);
    expect(new Set(errors())).toEqual(new Set(['TOO_MANY_REQUESTS']));
    expect(watches().every(({ query }) => query.get('resourceVersion') === '10')).toBe(true);
  });
  it('FullListIfTooLarge: a place that the server has not come to yet is given up for a new list', async () => {
    const { watches, lists, errors } = await run({
      lists: [list(90), list(20)],
      watches: [status(504, 'Timeout', {}, 'Too large resource version: 90, current: 20'), quiet],
    });
    await until(() => watches().length === 2);
    expect(lists()).toHaveLength(2);
    expect(watches()[1]!.query.get('resourceVersion')).toBe('20');
    expect(errors()).toEqual([]);
  });
  it('WatchListPageSize: lists are asked for in pages of 500', async () => {
    const { lists, watches } = await run({ lists: [list(10)], watches: [quiet] });
    await until(() => watches().length === 1);
    expect(lists()[0]!.query.get('limit')).toBe('500');
  });
  it('ListAndWatchInitConnBackoff: a server that refuses connections is asked ever less often, and then goes on without a list', async () => {
    const { seen, lists, watches, errors, server, clock } = await run({ lists: [list(10)], watches: [quiet] });
    await until(() => watches().length === 1);
    await server.close();
    const began = clock.now();
    await until(() => clock.now() - began > 60_000);
    expect(new Set(errors())).toEqual(new Set(['UNREACHABLE']));
    expect(errors().length).toBeLessThan(10);
    server.server.listen(server.port, '127.0.0.1');
    await until(() => seen.troubles.at(-1)?.error === null && watches().length > 1);
    expect(lists()).toHaveLength(1);
    expect(watches().at(-1)!.query.get('resourceVersion')).toBe('10');
  });
  it('what can’t be read in Protocol Buffers, as a proxy takes it for text, is asked for in JSON from the second time on', async () => {
    const mangled = (response: ServerResponse) => {
      if (!response.req.headers.accept?.includes('protobuf')) return list(10, pod('a', 3))(response);
      response.setHeader('content-type', 'application/vnd.kubernetes.protobuf');
      response.end('k8s\0\u{fffd}\u{fffd}\u{fffd}');
    };
    const kept = { keep: (full: KubeObject) => full, proto: message({}) };
    const { seen, lists } = await run({ kept, lists: [mangled], watches: [quiet] });
    await until(() => seen.items.has('a'));
    expect(lists()).toHaveLength(3);
  });
  it('WatchList, 429: a streaming list that is asked to wait is asked for again, never in pages', async () => {
    const busy = status(429, 'TooManyRequests');
    const { seen, lists } = await run({
      streams: true,
      lists: [begun(pod('a', 3))],
      watches: [busy, busy, busy, say(line('ADDED', pod('a', 3)), whole(10))],
    });
    await until(() => seen.items.has('a'));
    expect(lists()).toHaveLength(1);
  });
});
