import { afterEach, describe, expect, it } from 'vitest';
import type { OperationInfo } from '../../shared/bots';
import type { BotRef } from '../../shared/rows';
import { podFor, workloadOf } from '../bot/testObjects';
import { createOperations } from './index';
import { leapingClock, recordOf, smallCluster } from './testing';

const bot: BotRef = { clusterId: 'c', kind: 'StatefulSet', namespace: 'bots', name: 'eth-1', uid: 'w1' };
const confirm = { confirmedCluster: 'Frankfurt' };
const order = (n: number) => ({
  ...{ market: 'binance', pair: 'ETH-USDT', side: 'buy', price: '2990.123456', amount: '0.050000' },
  ...{ client: `HBOTBEHUT${n}`, exchange: `100${n}`, status: 'BuyOrderCreated', at: 1_772_000_000_000 },
});
const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

async function setUp(replicas: number) {
  const workload = await workloadOf({ replicas });
  const cluster = smallCluster([['statefulsets', workload]]);
  let next = 0;
  const operations = createOperations({
    connectionOf: cluster.connectionOf,
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
});
