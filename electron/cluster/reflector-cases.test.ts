import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, line, list, pod, quiet, run, say } from './reflector-testing';
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
});
