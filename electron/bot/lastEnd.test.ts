import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Event, Pod } from '../cluster/objects';
import { eventWords } from './eventWords';
import { disruptionOf, lastRestartOf } from './lastEnd';

const AT = '2026-11-26T12:00:00Z';
const pod = (end: object | null, conditions: object[] = []): Pod => ({
  metadata: { name: 'eth-1-0', namespace: 'bots', uid: 'now', resourceVersion: '1', creationTimestamp: AT },
  spec: { containers: [] },
  status: {
    conditions: conditions as NonNullable<NonNullable<Pod['status']>['conditions']>,
    containerStatuses: [
      {
        ...{ name: 'hummingbot', ready: true, restartCount: end ? 1 : 0, state: { running: {} } },
        lastState: end ? { terminated: { exitCode: 0, finishedAt: AT, ...end } } : {},
      } as ContainerStatus,
    ],
  },
});
const event = (uid: string, reason: string, message: string, lastTimestamp = AT): Event => ({
  metadata: { name: 'e', uid: 'e', resourceVersion: '1', creationTimestamp: AT },
  involvedObject: { kind: 'Pod', name: 'eth-1-0', uid },
  ...{ reason, message, lastTimestamp },
});
const why = (end: object | null, ...events: Event[]) => lastRestartOf(pod(end), 'hummingbot', events);

describe('the reason of the last restart, in words', () => {
  it.each([
    [{ exitCode: 137, reason: 'OOMKilled' }, /^Hummingbot needed more memory than it may have/],
    [
      { exitCode: 4, reason: 'Error' },
      /did not accept its configuration or its password \(exit code 4\)\. \(2026-11-26/,
    ],
    [{ exitCode: 1, reason: 'Error' }, /ended with an error; its log says which/],
    [{ exitCode: 137, reason: 'Error' }, /was killed; orders may be left open/],
  ])('by how the container ended: %j', (end, words) => expect(why(end)).toMatch(words));

  it('by the cluster’s health check, or a change on the running pod', () => {
    const killed = { exitCode: 137, reason: 'Error' };
    const liveness = 'Container hummingbot failed liveness probe, will be restarted';
    expect(why(killed, event('now', 'Killing', liveness))).toMatch(
      /^The cluster ended it because it no longer answered/,
    );
    expect(why(killed, event('now', 'Killing', liveness, '2026-11-26T09:00:00Z'))).toMatch(/^Hummingbot was killed/);
    const changed = 'Container hummingbot definition changed, will be restarted';
    expect(why(killed, event('now', 'Killing', changed))).toMatch(/^Its image or settings were changed/);
  });
  it('by what became of its last pod, when this one is new', () => {
    expect(why(null)).toBe('');
    expect(why(null, event('old', 'Evicted', 'The node was low on resource: memory.'))).toMatch(
      /thrown out by the node/,
    );
    const taint = event('old', 'TaintManagerEviction', 'Marking for deletion Pod bots/eth-1-0');
    expect(why(null, taint)).toMatch(/its node did not answer/);
    const stop = event('old', 'Killing', 'Stopping container hummingbot');
    const pulled = (uid: string, tag: string) => event(uid, 'Pulled', `Container image "hb:${tag}" already present`);
    expect(why(null, stop, pulled('old', '2.15'), pulled('now', '2.16'))).toBe(
      'Its last pod was told to end: by a stop, a restart, or a node being emptied. It ran hb:2.15 then, and runs hb:2.16 now.',
    );
  });
  it('while Kubernetes takes it away by itself', () => {
    const told = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' };
    expect(disruptionOf(pod(null, [told]))).toBe('Its node is being emptied.');
    expect(disruptionOf(pod(null))).toBe('');
  });
});

it('events are told in a trader’s words, and what is not known in the server’s, without what could do harm', () => {
  const words = (reason: string, message: string) => eventWords({ reason, message });
  expect(words('Scheduled', 'Successfully assigned bots/eth-1-0 to pool-1-a')).toBe('Node pool-1-a takes it.');
  expect(words('FailedScheduling', '0/3 nodes are available: 3 Insufficient memory.')).toMatch(/enough free memory/);
  expect(words('BackOff', 'Back-off restarting failed container hummingbot')).toMatch(
    /waits before it starts it again/,
  );
  expect(words('BackOff', 'Back-off pulling image "x"')).toMatch(/could not be fetched/);
  expect(words('FailedCreate', 'exceeded quota: small, requested')).toMatch(/quota \(small\) is used up/);
  expect(words('SomethingNew', 'odd\u001b[2J words')).toBe('odd words');
});
