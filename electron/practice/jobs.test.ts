import { afterEach, expect, test } from 'vitest';
import type { Draft, OperationInfo } from '../../shared/bots';
import { startPractice } from '../practiceStart';
import { deskOver, handClock, type Desk, type HandClock } from './testing';
import type { PracticeCluster } from './index';

let cluster: PracticeCluster;
let desk: Desk;
let clock: HandClock;
async function open(): Promise<void> {
  clock = handClock();
  cluster = await startPractice({ name: 'practice-1', clock, seed: 1 });
  desk = deskOver(cluster, clock);
  await clock.advance(2_000);
}
afterEach(() => {
  desk.dispose();
  cluster.dispose();
});

const draft = (name: string, change: Partial<Draft> = {}): Draft => ({
  template: 'pmm-paper',
  clusterId: desk.clusterId(),
  namespace: 'bots',
  name,
  image: 'hummingbot/hummingbot:version-2.16.0',
  exchange: 'binance_paper_trade',
  pair: 'ETH-USDT',
  values: { bid_spread: '0.5', ask_spread: '0.5', order_refresh_time: '15', order_amount: '0.05' },
  password: 'correct horse 9',
  memoryMi: 768,
  cpuMilli: 100,
  storageGi: 1,
  storageClass: '',
  pullSecret: '',
  ...change,
});
/** Moves time on until an operation has ended. */
async function end({ operationId: id }: { operationId: string }): Promise<OperationInfo> {
  const info = () => desk.operations.list().find((one) => one.id === id)!;
  for (let i = 0; i < 2_000 && info().outcome === 'running'; i++) {
    await clock.advance(250);
    // Keys are derived outside of the hand clock's time.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return info();
}
const refOf = (name: string) => {
  const { clusterId, kind, namespace, uid } = desk.row(name);
  return { clusterId, kind, namespace, name, uid };
};

test('a bot is deployed, trades, is stopped and leaves no order', async () => {
  await open();
  const deployed = await end(desk.operations.deploy(draft('eth-1')));
  expect(deployed.outcome).toBe('done');
  await clock.advance(60_000);
  expect(desk.row('eth-1')).toMatchObject({ state: 'running', ready: '1/1', status: 'Running' });
  expect(cluster.openOrders('bots/eth-1').length).toBeGreaterThan(0);
  const stopped = await end(desk.operations.stop(refOf('eth-1'), { confirmedCluster: 'practice-1', force: false }));
  expect(stopped.outcome).toBe('done');
  expect(cluster.openOrders('bots/eth-1')).toEqual([]);
});
