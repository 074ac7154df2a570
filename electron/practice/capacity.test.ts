import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { roomIn, roomOn } from '../../shared/capacity';
import type { MetricsNews } from '../../shared/metrics';
import { createCapacity, createMetrics, type Capacity, type Metrics } from '../fleet';
import { startPractice } from '../practiceStart';
import type { PracticeCluster } from './index';
import { deskOver, handClock, type Desk, type HandClock } from './testing';

vi.setConfig({ testTimeout: 60_000 });
const SIZE = { cpuMilli: 100, memoryMi: 768 };
let clock: HandClock;
let cluster: PracticeCluster;
let desk: Desk;
let capacity: Capacity;
let metrics: Metrics;
let news: MetricsNews[];
let asked: string[];

beforeEach(async () => {
  clock = handClock();
  cluster = await startPractice({ name: 'practice-1', clock, seed: 1 });
  asked = [];
  const transport = () => {
    const far = cluster.transport();
    return {
      ...far,
      request: (request: Parameters<typeof far.request>[0]) => (asked.push(request.path), far.request(request)),
    };
  };
  desk = deskOver({ name: cluster.name, transport }, clock);
  await clock.advance(2_000);
  news = [];
  capacity = createCapacity({ connectionOf: desk.fleet.connectionOf, clock });
  metrics = createMetrics({
    fleet: desk.fleet,
    clock,
    emit: (event) => event.t === 'metrics' && news.push(event),
  });
});
afterEach(() => {
  metrics.dispose();
  desk.dispose();
  cluster.dispose();
});
const ofMetrics = () => asked.filter((path) => path.includes('metrics.k8s.io'));

it('room is what nodes have less what their pods ask for, and volumes are counted', async () => {
  const found = await capacity.of(desk.clusterId(), false);
  const running = desk.rows().filter((row) => row.node);
  expect(found.unread).toEqual([]);
  for (const node of found.nodes) {
    const here = running.filter((row) => row.node === node.name).length;
    expect(node.pods).toEqual({ used: here, limit: 110 });
    expect(node.volumes).toEqual({ used: here, limit: 127 });
    expect(node.cpuMilli.limit).toBe(8_000);
  }
  expect(found.nodes.reduce((sum, node) => sum + node.pods.used!, 0)).toBe(running.length);
  expect(roomIn(found, SIZE)).toBeGreaterThan(0);
});

it('asks once for who asks at the same time, and not again for a minute unless told to', async () => {
  const id = desk.clusterId();
  const lists = () => asked.filter((path) => path.includes('/csinodes?')).length;
  await Promise.all([capacity.of(id, false), capacity.of(id, false), capacity.of(id, true)]);
  await capacity.of(id, false);
  expect(lists()).toBe(1);
  await clock.advance(10_000);
  await capacity.of(id, false);
  expect(lists()).toBe(1);
  await capacity.of(id, true);
  expect(lists()).toBe(2);
  await clock.advance(61_000);
  await capacity.of(id, false);
  expect(lists()).toBe(3);
});

it('a node that does not answer has no room, and its bots are probably still trading', async () => {
  const { node } = desk.row('btc-usdt-calm');
  cluster.faults.nodeLost(node, true);
  await clock.advance(5_000);
  const found = (await capacity.of(desk.clusterId(), true)).nodes.find(({ name }) => name === node)!;
  expect(found).toMatchObject({ state: 'silent' });
  expect(found.why).toContain('probably still trading');
  expect(roomOn(found, SIZE)).toEqual({ bots: 0, bound: null });
});

it('rights that are missing are named, and what is known without them is shown', async () => {
  const id = desk.clusterId();
  const giveBack = cluster.faults.takeRights({ verbs: ['list'], resources: ['pods', 'csinodes'] });
  const found = await capacity.of(id, false);
  expect(found.nodes[0]!.pods).toEqual({ used: null, limit: 110 });
  expect(found.waiting).toBeNull();
  expect(found.unread.map(({ hint }) => hint).join()).toMatch(/list pods in all namespaces.*list csinodes/);
  giveBack();
  cluster.faults.takeRights({ verbs: ['list'], resources: ['nodes'] });
  await clock.advance(4_000);
  await expect(capacity.of(id, true)).rejects.toMatchObject({
    error: { code: 'FORBIDDEN', hint: expect.stringContaining('list nodes') },
  });
});

it('where volumes may not be listed, those attached are counted, and that there may be more is said', async () => {
  cluster.faults.takeRights({ verbs: ['list'], resources: ['persistentvolumes'] });
  const found = await capacity.of(desk.clusterId(), false);
  expect(found.unread.map(({ hint }) => hint)).toEqual([expect.stringContaining('list persistentvolumes')]);
  expect(found.volumes).toMatch(/own word alone.*fewer may be left/);
  for (const node of found.nodes) expect(node.volumes).toEqual({ used: node.pods.used, limit: 127 });
});

it('what bots use is asked for rows in view alone, every half minute', async () => {
  const { id } = desk.row('btc-usdt-calm');
  await clock.advance(120_000);
  expect(ofMetrics()).toEqual([]);
  metrics.inView([id, desk.row('avax-usdt-night').id]);
  await clock.advance(1_000);
  expect(ofMetrics()).toHaveLength(1);
  expect(Object.keys(news.at(-1)!.usage)).toEqual([id]);
  const { cpu, cpuLimit, memory, memoryLimit, at } = news.at(-1)!.usage[id]!;
  expect(cpu).toBeGreaterThan(0);
  expect(cpuLimit).toBeNull();
  expect(memory).toBeLessThan(memoryLimit!);
  expect(memoryLimit).toBe(768 * 1024 ** 2);
  expect(clock.now() - at).toBeLessThan(30_000);
  await clock.advance(60_000);
  expect(ofMetrics().length).toBe(3);
  metrics.inView([]);
  await clock.advance(300_000);
  expect(ofMetrics().length).toBe(3);
});

it('a container that was started since has not been measured', async () => {
  const { id } = desk.row('btc-usdt-calm');
  metrics.inView([id]);
  await clock.advance(1_000);
  expect(news.at(-1)!.usage[id]).toBeDefined();
  cluster.faults.kill('trading/btc-usdt-calm');
  await clock.advance(5_000);
  metrics.inView([id, id]);
  expect(news.at(-1)!.usage[id]).toBeUndefined();
});

it('a right that is missing is said once, and hardly asked for again', async () => {
  const clusterId = desk.clusterId();
  cluster.faults.takeRights({ verbs: ['list'], resources: ['pods'] });
  metrics.inView([desk.row('btc-usdt-calm').id]);
  await clock.advance(120_000);
  expect(news.at(-1)).toMatchObject({
    usage: {},
    clusters: { [clusterId]: expect.stringContaining('list pods.metrics.k8s.io') },
  });
  expect(ofMetrics()).toHaveLength(1);
});
