import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Event, Pod, StatefulSet } from '../cluster/objects';
import { progressOf, type View } from './progress';

const meta = (name: string) => ({
  name,
  namespace: 'bots',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '2026-02-24T22:00:00Z',
});
const containers = [{ name: 'hummingbot', image: 'hummingbot/hummingbot:version-2.16.0' }];
const initContainers = [{ name: 'conf', image: 'hummingbot/hummingbot:version-2.16.0' }];
const workload: StatefulSet = { metadata: meta('eth-1'), spec: { selector: {}, template: { spec: { containers } } } };
const pod = (change: Partial<NonNullable<Pod['status']>> = {}, nodeName: string | undefined = 'node-1'): Pod => ({
  metadata: meta('eth-1-0'),
  spec: { containers, initContainers, ...(nodeName ? { nodeName } : {}) },
  status: change,
});
const status = (
  name: string,
  state: ContainerStatus['state'],
  change: Partial<ContainerStatus> = {},
): ContainerStatus => ({
  name,
  ready: false,
  restartCount: 0,
  imageID: 'sha256:1',
  state,
  ...change,
});
const event = (kind: string, reason: string, message: string, at = '2026-02-24T22:00:01Z'): Event => ({
  metadata: meta(reason),
  involvedObject: { kind },
  reason,
  message,
  lastTimestamp: at,
});
const bound = { metadata: meta('eth-1-data'), spec: {}, status: { phase: 'Bound', capacity: { storage: '2Gi' } } };
const look = (change: Partial<View>) =>
  progressOf({
    workload,
    pod: null,
    claim: bound,
    events: [],
    container: 'hummingbot',
    clusterName: 'Frankfurt',
    ...change,
  });

describe('progress of a start', () => {
  it('goes step by step', () => {
    const states = (change: Partial<View>) => Object.values(look(change).steps).map((step) => step.state);
    expect(states({})).toEqual(['done', 'running', 'waiting', 'waiting', 'waiting']);
    expect(states({ pod: pod() })).toEqual(['done', 'done', 'running', 'waiting', 'running']);
    const filled = pod({ initContainerStatuses: [status('conf', { terminated: { exitCode: 0 } })] });
    expect(states({ pod: filled })).toEqual(['done', 'done', 'done', 'done', 'running']);
    const runs = pod({ ...filled.status, containerStatuses: [status('hummingbot', { running: {} })] });
    expect(look({ pod: runs })).toMatchObject({ running: true, trouble: null });
  });

  it('says that quota or security refuse the pod only while there is none', () => {
    const events = [
      event(
        'StatefulSet',
        'FailedCreate',
        'create Pod eth-1-0 in StatefulSet eth-1 failed error: pods "eth-1-0" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
      ),
    ];
    expect(look({ events }).trouble?.error.message).toContain('quota “q”');
    expect(look({ events, pod: pod() }).trouble).toBeNull();
  });

  it('waits without end while the cluster adds a node', () => {
    const waiting = pod(
      {
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/1 nodes are available: 1 Insufficient cpu.',
          },
        ],
      },
      '',
    );
    expect(look({ pod: waiting }).trouble?.patience).toBeLessThan(60_000);
    expect(look({ pod: waiting, events: [event('Pod', 'TriggeredScaleUp', '')] }).trouble?.patience).toBe(Infinity);
  });

  it('reads why an image does not come from the event of the failed try', () => {
    const backOff = pod({
      initContainerStatuses: [
        status('conf', { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } }, { imageID: '' }),
      ],
    });
    const events = [event('Pod', 'Failed', 'Failed to pull image "hummingbot/hummingbot:version-2.16.0": not found')];
    expect(look({ pod: backOff, events }).trouble).toMatchObject({
      step: 'image',
      error: { message: expect.stringContaining('does not exist') },
    });
  });

  it('keeps a crash in sight while Kubernetes starts the bot again', () => {
    const crashed = pod({
      containerStatuses: [
        status('hummingbot', { running: {} }, { restartCount: 1, lastState: { terminated: { exitCode: 4 } } }),
      ],
    });
    const progress = look({ pod: crashed });
    expect(progress.running).toBe(false);
    expect(progress.trouble).toMatchObject({ step: 'run', log: { container: 'hummingbot', previous: true } });
    expect(progress.trouble?.error.message).toContain('password (exit code 4)');
  });

  it('tells a lost volume', () => {
    expect(look({ claim: { ...bound, status: { phase: 'Lost' } } }).trouble?.error.code).toBe('GONE');
  });
});
