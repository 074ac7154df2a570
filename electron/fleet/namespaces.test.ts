import { afterEach, expect, it } from 'vitest';
import { fastClock } from '../cluster/testing';
import { bot, farEnd, fleetOver, way } from './testing';

const open: { dispose(): void }[] = [];
afterEach(() => open.splice(0).forEach((fleet) => fleet.dispose()));

async function until(look: () => unknown): Promise<void> {
  for (let i = 0; i < 300 && !look(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(look()).toBeTruthy();
}
const inNamespace = <T extends { metadata: { namespace?: string } }>(object: T, namespace: string): T => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

it('of many single namespaces the first three are watched; the others are listed, and the cluster’s word is as old as that', async () => {
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];
  const far = farEnd('A');
  const put = (namespace: string) => {
    const { workload, pod } = bot(`bot-${namespace}`);
    far.put('statefulsets', inNamespace(workload, namespace));
    far.put('pods', inNamespace(pod, namespace));
  };
  names.forEach(put);
  const clock = fastClock(100);
  const { fleet, page } = fleetOver({ prod: way(far, { only: names }) }, undefined, clock, names);
  open.push(fleet);
  fleet.setEnabled('prod', true);
  const state = (namespace: string) => [...page.values()].find((row) => row.namespace === namespace)?.state;
  await until(() => names.every((name) => state(name) === 'running'));
  const began = clock.now();
  far.take('pods', 'bot-two-0');
  far.take('pods', 'bot-six-0');
  await until(() => state('two') !== 'running');
  expect(state('six')).toBe('running');
  await until(() => clock.now() - began > 60_000);
  const { status } = fleet.clusters()[0]!;
  expect(status.phase).toBe('live');
  expect(clock.now() - status.lastWordAt!).toBeGreaterThan(50_000);
  expect(clock.now() - status.lookedAt!).toBeGreaterThan(50_000);
  await until(() => state('six') !== 'running');

  const watched = far.asked.filter((path) => path.includes('watch=1'));
  expect(new Set(watched.map((path) => /namespaces\/([^/]+)/.exec(path)?.[1]))).toEqual(new Set(names.slice(0, 3)));
  expect(far.mostWatches()).toBeLessThanOrEqual(9);
});

it('where a namespace is only listed what the app did there shows at once', async () => {
  const names = ['one', 'two', 'three', 'four'];
  const far = farEnd('A');
  for (const namespace of names) {
    const { workload, pod } = bot(`bot-${namespace}`);
    far.put('statefulsets', inNamespace(workload, namespace));
    far.put('pods', inNamespace(pod, namespace));
  }
  const clock = fastClock(20);
  const { fleet, page } = fleetOver({ prod: way(far, { only: names }) }, undefined, clock, names);
  open.push(fleet);
  fleet.setEnabled('prod', true);
  const state = () => [...page.values()].find((row) => row.namespace === 'four')?.state;
  await until(() => state() === 'running');
  // For bots made by hand it is looked once rows are there.
  await until(() => far.asked.some((path) => path.includes('/namespaces/four/') && path.includes('labelSelector=!')));
  const { workload } = bot('bot-four');
  const stopped = inNamespace({ ...workload, spec: { ...workload.spec, replicas: 0 } }, 'four');
  far.put('statefulsets', stopped);
  far.take('pods', 'bot-four-0');
  const before = far.asked.length;
  const began = clock.now();
  for (let i = 0; i < 5; i++) fleet.look('A', 'four');
  await until(() => state() === 'stopped');
  expect(clock.now() - began).toBeLessThan(20_000);
  const lists = far.asked.slice(before).filter((path) => path.includes('/namespaces/four/') && path.includes('limit='));
  expect(lists).toHaveLength(2);
});
