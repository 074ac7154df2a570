import { afterEach, describe, expect, it } from 'vitest';
import type { Draft, OperationInfo, StepState } from '../../shared/bots';
import type { BotRef } from '../../shared/rows';
import { ANNOTATION } from '../bot/format';
import { rowOf } from '../bot/row';
import { podFor, workloadOf } from '../bot/testObjects';
import type { StatefulSet } from '../cluster/objects';
import { createOperations } from './index';
import { cancelledSentence } from './life';
import { markText, parseMark } from './mark';
import { leapingClock, recordOf, smallCluster } from './testing';

const bot: BotRef = { clusterId: 'c', kind: 'StatefulSet', namespace: 'bots', name: 'eth-1', uid: 'w1' };
const confirm = { confirmedCluster: 'Frankfurt' };
const order = (n: number) => ({
  ...{ market: 'binance', pair: 'ETH-USDT', side: 'buy', price: '2990.123456', amount: '0.050000' },
  ...{ client: `HBOTBEHUT${n}`, exchange: `100${n}`, status: 'BuyOrderCreated', at: 1_772_000_000_000 },
});
const ends: (() => unknown)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

async function setUp(replicas: number, template: Draft['template'] = 'pmm-paper', skewMs = 0) {
  const workload = await workloadOf({ replicas, draft: { template } });
  const cluster = smallCluster([['statefulsets', workload]]);
  let next = 0;
  const operations = createOperations({
    connectionOf: (id) => ({ ...cluster.connectionOf(id), skewMs }),
    clock: leapingClock(),
    holder: 'ana@laptop',
    newId: () => `id-${next++}`,
    emit: () => undefined,
    gone: () => undefined,
  });
  ends.push(operations.dispose);
  const end = async ({ operationId }: { operationId: string }): Promise<OperationInfo> => {
    await operations.ended(operationId);
    return operations.list().find((info) => info.id === operationId)!;
  };
  return { workload, cluster, operations, end };
}

describe('the record of a stopped bot', () => {
  it('is read whole, however many orders are open', async () => {
    const { cluster, operations, end } = await setUp(0);
    cluster.log = recordOf(Array.from({ length: 40 }, (_, n) => order(n)));
    const info = await end(operations.stop(bot, { ...confirm, force: false }));
    expect(info.message).toContain('40 orders may still be open');
    expect(info.outcome).toBe('failed');
  });

  const claim = (phase: string) => ({
    metadata: { name: 'eth-1-data', namespace: 'bots', uid: 'v1', resourceVersion: '1', creationTimestamp: '' },
    status: { phase },
  });
  const waiting = { name: 'hummingbot', ready: false, restartCount: 0, image: 'i', state: { waiting: {} } };

  it('is read also where the pod never got to run: the one before it may have been killed', async () => {
    const { workload, cluster, operations, end } = await setUp(1);
    cluster.put('persistentvolumeclaims', claim('Bound'));
    cluster.put('pods', podFor(workload, { containerStatuses: [waiting] }));
    cluster.log = recordOf([order(1)]);
    const info = await end(operations.delete(bot, { ...confirm, deleteVolume: true }));
    expect(info.message).toMatch(/1 order may still be open.*exchange order id 1001.*Nothing was deleted/);
    expect(cluster.find('statefulsets', 'bots', 'eth-1')).toBeDefined();
  });

  it('is not asked for where there never was one', async () => {
    const { workload, cluster, operations, end } = await setUp(1);
    cluster.put('persistentvolumeclaims', claim('Pending'));
    cluster.put('pods', podFor(workload, { containerStatuses: [waiting] }));
    const info = await end(operations.stop(bot, { ...confirm, force: false }));
    expect(info).toMatchObject({ outcome: 'done', message: expect.stringContaining('Hummingbot had not run') });
    expect(cluster.calls.filter((call) => call.startsWith('create pods'))).toEqual([]);
  });
});

describe('deleting a bot', () => {
  const secret = {
    metadata: {
      ...{ name: 'eth-1-keys-1', namespace: 'bots', uid: 's1', resourceVersion: '1', creationTimestamp: '' },
      labels: { 'app.kubernetes.io/instance': 'eth-1', 'app.kubernetes.io/managed-by': 'hummingdeck' },
    },
  };

  it('that someone else stopped tells its open orders before its record goes', async () => {
    const { cluster, operations, end } = await setUp(0);
    cluster.log = recordOf([order(1)]);
    const first = await end(operations.delete(bot, { ...confirm, deleteVolume: true }));
    expect(first.message).toMatch(/exchange order id 1001.*Nothing was deleted/);
    expect(cluster.find('statefulsets', 'bots', 'eth-1')).toBeDefined();
    await operations.act(first.id, 'retry');
    const second = await end({ operationId: operations.list().at(-1)!.id });
    expect(second).toMatchObject({ outcome: 'done', message: expect.stringContaining('is deleted') });
  });

  it('goes on to its keys when the line was lost just after the bot was gone', async () => {
    const { cluster, operations, end } = await setUp(0);
    cluster.put('secrets', secret);
    cluster.log = recordOf([]);
    let lost = 3;
    cluster.silent = (call) =>
      call.startsWith('get statefulsets') && !cluster.find('statefulsets', 'bots', 'eth-1') && lost-- > 0;
    const info = await end(operations.delete(bot, { ...confirm, deleteVolume: true }));
    expect(info.outcome).toBe('done');
    expect(cluster.find('secrets', 'bots', 'eth-1-keys-1')).toBeUndefined();
  });
});

it('types stop on a classic screen also when someone else ended the pod already', async () => {
  const { workload, cluster, operations, end } = await setUp(0, 'classic-btc-usdt');
  cluster.put('pods', podFor(workload, {}, { deletionTimestamp: new Date().toISOString() }));
  cluster.log = recordOf([]);
  const ended = end(operations.stop(bot, { ...confirm, force: false }));
  for (let i = 0; i < 200 && !cluster.calls.some((call) => /channel .*attach/.test(call)); i++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  cluster.drop('pods', 'bots', 'eth-1-0');
  const info = await ended;
  expect(cluster.calls.some((call) => /channel .*attach/.test(call))).toBe(true);
  expect(info.steps.find(({ key }) => key === 'screen')?.detail).toContain('did not answer in time');
});

describe('an operation that was cancelled or lost its line', () => {
  const said = (states: Record<string, StepState>) =>
    cancelledSentence({
      bot,
      steps: Object.entries(states).map(([key, state]) => ({ key, title: key, state, detail: '' })),
    });

  it('never says that a bot goes on as it was when it may not', () => {
    expect(said({ look: 'running', screen: 'waiting', scale: 'waiting' })).toContain('goes on as it was');
    expect(said({ screen: 'running', scale: 'waiting' })).toContain('may have stopped its strategy');
    expect(said({ screen: 'skipped', scale: 'running' })).toContain('whether eth-1 was told to end is not known');
    expect(said({ up: 'running' })).toContain('whether eth-1 was told to start is not known');
    expect(said({ gone: 'done', up: 'running' })).toContain('whether it was told to start again is not known');
    expect(said({ gone: 'done', remove: 'running' })).toContain('parts of eth-1 are deleted');
  });

  it('is not begun again by itself when its mark could not be taken off', async () => {
    const { cluster, operations, end } = await setUp(1);
    // The line goes just after the bot was marked and before anything was done, and comes back when the operation has ended.
    let cut = false;
    cluster.silent = () => {
      cut ||=
        cluster.calls.filter((call) => !call.startsWith('get')).length > 0 && !/^merge/.test(cluster.calls.at(-1)!);
      return cut;
    };
    expect((await end(operations.stop(bot, { ...confirm, force: false }))).outcome).toBe('failed');
    cluster.silent = () => false;
    const left = cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet;
    const mark = parseMark(left.metadata.annotations?.[ANNOTATION.operation])!;
    expect(mark).toMatchObject({ kind: 'stop', holder: 'ana@laptop' });
    left.metadata.annotations![ANNOTATION.operation] = markText({ ...mark, expiresAt: Date.now() - 1_000 });
    await operations.resumeInterrupted('c', [rowOf({ workload: left, pods: [], now: Date.now(), clusterId: 'c' })!]);
    for (let i = 0; i < 50; i++) await new Promise((go) => setImmediate(go));
    expect(operations.list()).toHaveLength(1);
    expect((cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet).spec.replicas).toBe(1);
  });
});

describe('a bot that was given up by force', () => {
  const named = (name: string) => ({ name, uid: name, resourceVersion: '1', creationTimestamp: '' });
  const node = (status: string, since: number) => ({
    metadata: named('node-7'),
    status: { conditions: [{ type: 'Ready', status, lastTransitionTime: new Date(since).toISOString() }] },
  });
  const replicas = (cluster: { find(...at: [string, string, string]): unknown }) =>
    (cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet).spec.replicas;
  const hour = 3_600_000;

  async function givenUp() {
    const world = await setUp(0);
    world.cluster.log = recordOf([]);
    world.cluster.put('nodes', node('Unknown', Date.now() - hour));
    const deletionTimestamp = new Date(Date.now() - hour).toISOString();
    const pod = podFor(world.workload, {}, { deletionTimestamp, deletionGracePeriodSeconds: 120 });
    world.cluster.put('pods', { ...pod, spec: { ...pod.spec, nodeName: 'node-7' } } as typeof pod);
    const info = await world.end(world.operations.stop(bot, { ...confirm, force: true }));
    expect(info.message).toContain('whether it still trades is not known');
    const start = () => world.end(world.operations.start(bot, confirm));
    return { ...world, start };
  }

  it('is not started beside itself while its node is silent, by any laptop; by force only, and then still remembered', async () => {
    const { cluster, operations, start } = await givenUp();
    const info = await start();
    expect(info).toMatchObject({ outcome: 'failed', error: { code: 'BUSY' } });
    expect(info.message).toContain('may still be trading on node-7');
    expect(info.actions).toContain('force');
    expect(replicas(cluster)).toBe(0);
    const left = cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet;
    const row = rowOf({
      workload: left,
      pods: [],
      nodes: { lost: new Set(['node-7']), answering: new Set<string>() },
      now: Date.now(),
      clusterId: 'c',
    })!;
    expect(row).toMatchObject({ state: 'unknown', reason: expect.stringContaining('probably still trading there') });
    await operations.act(info.id, 'force');
    while (replicas(cluster) === 0) await new Promise((go) => setImmediate(go));
    expect((cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet).metadata.annotations).toHaveProperty([
      ANNOTATION.givenUp,
    ]);
  });

  it('a second time is remembered beside the first: both must be over', async () => {
    const { cluster, operations, start, end, workload } = await givenUp();
    const first = cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet;
    const [one] = JSON.parse(first.metadata.annotations![ANNOTATION.givenUp]!) as [object];
    // Started by force meanwhile, and lost again on another node.
    first.spec.replicas = 1;
    cluster.put('nodes', { ...node('Unknown', Date.now() - hour), metadata: named('node-8') });
    const deletionTimestamp = new Date(Date.now() - hour).toISOString();
    const pod = podFor(workload, {}, { deletionTimestamp, deletionGracePeriodSeconds: 120, uid: 'second' });
    cluster.put('pods', { ...pod, spec: { ...pod.spec, nodeName: 'node-8' } } as typeof pod);
    await end(operations.stop(bot, { ...confirm, force: true }));
    const both = cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet;
    const kept = JSON.parse(both.metadata.annotations![ANNOTATION.givenUp]!) as { uid: string; node: string }[];
    expect(kept).toEqual([one, expect.objectContaining({ uid: 'second', node: 'node-8' })]);
    // The second node is gone; the first is still silent.
    cluster.drop('nodes', '', 'node-8');
    expect((await start()).message).toContain('may still be trading on node-7');
    expect(replicas(cluster)).toBe(0);
  });

  it('and a note of it that nobody can read keep it from being started unwarned', async () => {
    const { cluster, start } = await givenUp();
    const left = cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet;
    cluster.drop('nodes', '', 'node-7');
    left.metadata.annotations![ANNOTATION.givenUp] = '[{"uid":"u"';
    expect((await start()).message).toContain('may still be trading on a node that is not known');
    const row = rowOf({ workload: left, pods: [], now: Date.now(), clusterId: 'c' })!;
    expect(row.reason).toContain('given up by force on a node that is not known; nobody has seen its end');
  });

  it('is not deleted without a word while nobody has seen its end', async () => {
    const { cluster, operations, end } = await givenUp();
    const info = await end(operations.delete(bot, { ...confirm, deleteVolume: false }));
    expect(info.message).toMatch(/may still be trading on node-7.*Nothing was deleted/);
    expect(cluster.find('statefulsets', 'bots', 'eth-1')).toBeDefined();
  });

  it.each([
    ['whose node answers again for some minutes', () => node('True', Date.now() - 200_000), true],
    ['whose node has only just come back', () => node('True', Date.now() - 20_000), false],
    ['whose node is gone from the cluster', () => null, true],
  ])('%s', async (_, now, starts) => {
    const { cluster, operations } = await givenUp();
    // Given up long before the node came back.
    const left = cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet;
    const [given] = JSON.parse(left.metadata.annotations![ANNOTATION.givenUp]!) as [{ at: number }];
    left.metadata.annotations![ANNOTATION.givenUp] = JSON.stringify([{ ...given, at: Date.now() - hour }]);
    const found = now();
    if (found) cluster.put('nodes', found);
    else cluster.drop('nodes', '', 'node-7');
    const { operationId } = operations.start(bot, confirm);
    const info = () => operations.list().find((one) => one.id === operationId)!;
    while (replicas(cluster) === 0 && info().outcome === 'running') await new Promise((go) => setImmediate(go));
    expect(replicas(cluster)).toBe(starts ? 1 : 0);
    const kept = (cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet).metadata.annotations;
    expect(Object.hasOwn(kept!, ANNOTATION.givenUp)).toBe(!starts);
  });
});

describe('the end of the app', () => {
  const markOf = (cluster: { find(...at: [string, string, string]): unknown }) =>
    (cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet).metadata.annotations?.[ANNOTATION.operation];
  async function stopping() {
    const world = await setUp(0);
    const deletionTimestamp = new Date(Date.now() + 3_600_000).toISOString();
    world.cluster.put('pods', podFor(world.workload, {}, { deletionTimestamp, deletionGracePeriodSeconds: 3_600 }));
    const { operationId } = world.operations.stop(bot, { ...confirm, force: false });
    while (!markOf(world.cluster)) await new Promise((go) => setImmediate(go));
    return { ...world, operationId };
  }

  it('just after a cancel leaves no mark behind', async () => {
    const { cluster, operations, operationId } = await stopping();
    await operations.act(operationId, 'cancel');
    await operations.dispose();
    expect(markOf(cluster)).toBeUndefined();
  });

  it('begins nothing new, and carries out nothing that was only just asked for', async () => {
    const { cluster, operations } = await setUp(1);
    operations.stop(bot, { ...confirm, force: false });
    const over = operations.dispose();
    expect(() => operations.start(bot, confirm)).toThrow('Hummingdeck is ending');
    const left = cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet;
    const mark = { id: 'old', kind: 'stop' as const, holder: 'ana@laptop', by: '', step: 's', since: 0, expiresAt: 1 };
    left.metadata.annotations![ANNOTATION.operation] = markText(mark);
    const row = rowOf({ workload: left, pods: [], now: Date.now(), clusterId: 'c' })!;
    await operations.resumeInterrupted('c', [row]);
    await over;
    expect(cluster.calls.filter((call) => !call.startsWith('get'))).toEqual([]);
  });

  it('in the middle of a stop leaves its mark, by which it is picked up', async () => {
    const { cluster, operations } = await stopping();
    await operations.dispose();
    expect(markOf(cluster)).toContain('"kind":"stop"');
  });
});

it('offers force by the time of the cluster, however wrong the clock of this machine is', async () => {
  const hour = 3_600_000;
  for (const [skewMs, offered] of [
    [-hour, false],
    [0, true],
  ] as const) {
    const { workload, cluster, operations, end } = await setUp(0, 'pmm-paper', skewMs);
    // By the server's clock its grace ends in a minute when this machine's is an hour ahead; else it ended an hour ago.
    const deletionTimestamp = new Date(Date.now() - hour + 60_000).toISOString();
    const pod = podFor(workload, {}, { deletionTimestamp, deletionGracePeriodSeconds: 120 });
    cluster.put('pods', pod);
    const started = operations.stop(bot, { ...confirm, force: false });
    if (!offered) {
      while (
        !cluster.calls.some((call) => /^get pods/.test(call) && cluster.calls.filter((one) => one === call).length > 4)
      )
        await new Promise((go) => setImmediate(go));
      cluster.drop('pods', 'bots', 'eth-1-0');
    }
    expect((await end(started)).actions.includes('force')).toBe(offered);
  }
});

it('ends no second pod of a classic bot that nobody told to stop', async () => {
  const { workload, cluster, operations, end } = await setUp(2, 'classic-btc-usdt');
  cluster.put('pods', podFor(workload));
  const info = await end(operations.stop(bot, { ...confirm, force: false }));
  expect(info).toMatchObject({ outcome: 'failed', error: { code: 'UNSUPPORTED' } });
  expect((cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet).spec.replicas).toBe(2);
});
