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
const ends: (() => void)[] = [];
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
