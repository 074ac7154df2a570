import { expect, it, vi } from 'vitest';
import { passwordVerification } from '../hummingbot/keystore';
import { startPractice } from '../practiceStart';
import { STARTER_PASSWORD, type PracticeCluster } from './index';
import { handClock } from './testing';

vi.setConfig({ testTimeout: 120_000 });

interface List {
  items: { metadata: { name: string } }[];
}
const listed = async (cluster: PracticeCluster, path: string) =>
  (JSON.parse((await cluster.transport().request({ method: 'GET', path })).body) as List).items;

it('a thousand bots on five clusters rest until someone looks at them', async () => {
  const clock = handClock();
  let timers = 0;
  const counted = { ...clock, after: (ms: number, run: () => void) => (timers++, clock.after(ms, run)) };
  const verification = await passwordVerification(STARTER_PASSWORD);
  const clusters: PracticeCluster[] = [];
  for (let seed = 1; seed <= 5; seed++)
    clusters.push(await startPractice({ name: `practice-${seed}`, clock: counted, seed, more: 191 }, verification));
  await clock.advance(1_000);
  const before = timers;
  await clock.advance(60_000);
  // What is in trouble is tried again now and then; nothing ticks for a bot that runs.
  expect(timers - before).toBeLessThan(300);
  let bots = 0;
  for (const cluster of clusters) {
    bots += (await listed(cluster, '/apis/apps/v1/statefulsets?limit=500')).length;
    expect((await listed(cluster, '/api/v1/pods?labelSelector=hummingdeck.io%2Fbot')).length).toBeGreaterThan(150);
  }
  expect(bots).toBe(1_000);
  for (const cluster of clusters) cluster.dispose();
});

it('is the same cluster for the same seed and clock, and another for another', async () => {
  const made = async (seed: number) => {
    const clock = handClock();
    const cluster = await startPractice({ name: 'practice', clock, seed }, 'none');
    await clock.advance(60_000);
    const orders = cluster.openOrders('trading/btc-usdt-calm').map(({ id: _, ...order }) => order);
    const pods = await listed(cluster, '/api/v1/namespaces/trading/pods');
    cluster.dispose();
    return JSON.stringify({ orders, pods });
  };
  expect(await made(1)).toBe(await made(1));
  expect(await made(2)).not.toBe(await made(1));
});
