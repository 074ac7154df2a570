import { describe, expect, test } from 'vitest';
import type { ContainerState, Pod } from '../cluster/objects';
import { rowOf } from './row';
import { stateOf } from './state';
import { ago, eventOf, NOW, podFor, workloadOf } from './testObjects';

const workload = await workloadOf();
const stopped = await workloadOf({ replicas: 0 });
const stateWith = (status: Pod['status'], metadata: Partial<Pod['metadata']> = {}, more = {}) =>
  stateOf({ workload, pods: [podFor(workload, status, metadata)], now: NOW, ...more });
const container = (state: ContainerState, more = {}): Pod['status'] => ({
  containerStatuses: [{ name: 'hummingbot', ready: false, restartCount: 7, image: '', state, ...more }],
});
const row = (input: Partial<Parameters<typeof rowOf>[0]>) =>
  rowOf({ clusterId: 'c', workload, pods: [], now: NOW, ...input });

describe('a bot without a pod', () => {
  test('that should have none is stopped', () => {
    expect(row({ workload: stopped })).toMatchObject({
      state: 'stopped',
      status: 'Stopped',
      ready: '0/0',
      reason: '',
      hasPod: false,
      createdAt: NOW - 7_200_000,
    });
  });
  test.each([
    [
      'pods "eth-1-0" is forbidden: exceeded quota: small, requested: limits.memory=768Mi, used: limits.memory=1Gi, limited: limits.memory=1Gi',
      /quota \(small\) is used up/,
    ],
    ['pods "eth-1-0" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true', /security rules/],
    [
      'pods "eth-1-0" is forbidden: maximum memory usage per Container is 512Mi, but limit is 768Mi',
      /limits do not allow/,
    ],
    [
      'pods "eth-1-0" is forbidden: error looking up service account bots/eth-1: serviceaccount "eth-1" not found',
      /service account is missing/,
    ],
    [
      'admission webhook "x" denied the request: no\u001b[2J',
      /refuses to start this bot: admission webhook "x" denied the request: no$/,
    ],
  ])('that the server refuses: %s', (message, reason) => {
    const events = [
      eventOf('workload', 'FailedCreate', `create Pod eth-1-0 in StatefulSet eth-1 failed error: ${message}`),
    ];
    const refused = row({ events });
    expect(refused).toMatchObject({ state: 'trouble', status: 'Refused', ready: '0/1' });
    expect(refused?.reason).toMatch(reason);
  });
  test('that was refused once but taken since only waits', () => {
    const events = [
      eventOf('workload', 'FailedCreate', 'exceeded quota: small', 60),
      eventOf('workload', 'SuccessfulCreate', 'create Pod', 5),
    ];
    expect(row({ events })).toMatchObject({ state: 'starting', status: 'Waiting' });
  });
  test('that is new waits for it', () => {
    expect(row({})).toMatchObject({ state: 'starting', status: 'Waiting', ready: '0/1' });
  });
});

describe('what keeps a bot from trading is told in plain words', () => {
  const unschedulable = (message: string): Pod['status'] => ({
    phase: 'Pending',
    containerStatuses: [],
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  });
  test.each<[string, Pod['status'], RegExp]>([
    [
      'image gone',
      container({ waiting: { reason: 'ImagePullBackOff', message: 'manifest unknown' } }),
      /hummingbot:version-2.16.0 can't be pulled: the registry has no such image/,
    ],
    [
      'registry wants a secret',
      container({ waiting: { reason: 'ErrImagePull', message: '401 Unauthorized' } }),
      /wants a pull secret/,
    ],
    ['nonsense image', container({ waiting: { reason: 'InvalidImageName' } }), /no name of an image/],
    [
      'missing Secret',
      container({ waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } }),
      /part of the bot is missing/,
    ],
    [
      'wrong password',
      container({ waiting: { reason: 'CrashLoopBackOff' } }, { lastState: { terminated: { exitCode: 4 } } }),
      /7 restarts.*its password \(exit code 4\)/,
    ],
    [
      'no memory',
      container(
        { waiting: { reason: 'CrashLoopBackOff' } },
        { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
      ),
      /more memory than it may have/,
    ],
    [
      'just ended',
      container({ terminated: { exitCode: 1, finishedAt: ago(30) } }),
      /ended with an error.*30s ago; the cluster starts it again/,
    ],
    ['evicted', { phase: 'Failed', reason: 'Evicted' }, /threw the bot out; orders may be left open/],
    ['nothing fits', unschedulable('0/3 nodes are available: 3 Insufficient memory.'), /enough free memory/],
    [
      'too small in both',
      unschedulable('0/3 nodes are available: 1 Insufficient cpu, 2 Insufficient memory.'),
      /free memory and CPU/,
    ],
    ['full nodes', unschedulable('0/1 nodes are available: 1 Too many pods.'), /as many pods as they may/],
    [
      'claim pending',
      unschedulable('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'),
      /waits for its volume/,
    ],
    [
      'claim gone',
      unschedulable('0/1 nodes are available: persistentvolumeclaim "eth-1-data" not found.'),
      /claim was deleted/,
    ],
    [
      'volume elsewhere',
      unschedulable('0/2 nodes are available: 2 node(s) had volume node affinity conflict.'),
      /zone/,
    ],
    [
      'tainted',
      unschedulable('0/1 nodes are available: 1 node(s) had untolerated taint {x: y}.'),
      /No node takes this bot: .*taint/,
    ],
  ])('%s', (_, status, reason) => {
    const found = stateWith(status);
    expect(found.state).toBe('trouble');
    expect(found.reason).toMatch(reason);
  });
  test('a failing init container', () => {
    const found = stateWith({
      phase: 'Pending',
      initContainerStatuses: [
        { name: 'conf', ready: false, restartCount: 1, state: { terminated: { exitCode: 1, reason: 'Error' } } },
      ],
    });
    expect(found).toMatchObject({ state: 'trouble' });
    expect(found.reason).toMatch(/^Preparing the bot/);
  });
  test('a volume that can not be mounted', () => {
    const waiting = { ...container({ waiting: { reason: 'ContainerCreating' } }), phase: 'Pending' };
    const events = [
      eventOf('pod', 'FailedMount', 'MountVolume.SetUp failed for volume "keys" : secret "eth-1-keys-1" not found'),
    ];
    expect(stateWith(waiting, {}, { events }).reason).toMatch(/part of the bot is missing.*eth-1-keys-1/);
    expect(stateWith(waiting)).toEqual({ state: 'starting', reason: '', podless: null });
  });
});

describe('a node that does not answer is never "stopped": the bot is probably still trading', () => {
  const ready = (status: string) => [
    { type: 'Ready', status },
    { type: 'ContainersReady', status: 'True' },
  ];
  test.each<[string, Parameters<typeof stateWith>]>([
    ['the node controller set only Ready to false', [{ conditions: ready('False') }]],
    ['Ready is unknown', [{ conditions: ready('Unknown') }]],
    ['NodeLost', [{ reason: 'NodeLost' }]],
    ['the node is known to be silent', [{}, {}, { nodes: { lost: new Set(['node-a']), answering: new Set() } }]],
    ['it should long have ended', [{}, { deletionTimestamp: ago(61) }]],
    ['also when it is being stopped', [{ conditions: ready('False') }, { deletionTimestamp: ago(-60) }]],
  ])('%s', (_, args) => {
    expect(stateWith(...args)).toMatchObject({
      state: 'unknown',
      reason: expect.stringMatching(/node-a.*probably still trading/) as string,
    });
  });
  test('but one whose node is known to answer is only slow to end', () => {
    const nodes = { lost: new Set<string>(), answering: new Set(['node-a']) };
    const late = stateWith({}, { deletionTimestamp: ago(61) }, { nodes });
    expect(late).toMatchObject({ state: 'stopping', reason: expect.stringContaining('its node answers') as string });
    expect(stateWith({ conditions: ready('Unknown') }, { deletionTimestamp: ago(61) }, { nodes }).state).toBe(
      'unknown',
    );
  });
  test('but a bot that is not ready by itself is', () => {
    const own = [
      { type: 'Ready', status: 'False' },
      { type: 'ContainersReady', status: 'False' },
    ];
    expect(stateWith({ conditions: own, ...container({ running: {} }) }).state).toBe('starting');
  });
});

test('a bot that runs well has no reason, one that was restarted says why for a while', () => {
  expect(stateWith({})).toEqual({ state: 'running', reason: '', podless: null });
  const restarted = (seconds: number) =>
    stateWith(
      container(
        { running: {} },
        { ready: true, lastState: { terminated: { exitCode: 137, finishedAt: ago(seconds) } } },
      ),
    );
  expect(restarted(60)).toMatchObject({
    state: 'running',
    reason: expect.stringMatching(/killed; orders may be left open/) as string,
  });
  expect(restarted(3600).reason).toBe('');
});
test('a bot being stopped says that its orders are cancelled', () => {
  const pods = [podFor(stopped, {}, { deletionTimestamp: ago(-100) })];
  expect(stateOf({ workload: stopped, pods, now: NOW })).toMatchObject({
    state: 'stopping',
    reason: 'Stops and cancels its orders.',
  });
});
test('two pods on one account are pointed out', () => {
  const pods = [podFor(workload, {}, { name: 'eth-1-1' }), podFor(workload)];
  const found = row({ pods });
  expect(found?.podName).toBe('eth-1-0');
  expect(found?.reason).toMatch(/2 pods of this bot run at once/);
});
test("a pod of another owner is not taken for the bot's", () => {
  const stranger = podFor(workload, {}, { name: 'eth-1-9', uid: 'p9', ownerReferences: [] });
  expect(row({ pods: [stranger, podFor(workload)] })?.podUid).toBe('p1');
});
