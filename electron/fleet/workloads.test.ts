import { afterEach, expect, it } from 'vitest';
import { LABEL } from '../bot/format';
import { fastClock } from '../cluster/testing';
import { bot, farEnd, fleetOver, way, type FarEnd } from './testing';

/** Minutes of the app pass in seconds. */
const FASTER = 200;
const SELECTED = encodeURIComponent(LABEL.bot);

const open: { dispose(): void }[] = [];
afterEach(() => open.splice(0).forEach((fleet) => fleet.dispose()));

function world(far: FarEnd) {
  const road = way(far);
  const made = fleetOver({ prod: road }, undefined, fastClock(FASTER));
  open.push(made.fleet);
  made.fleet.setEnabled('prod', true);
  const removed = () => made.events.flatMap((event) => (event.t === 'delta' ? event.removes : []));
  const row = (name: string) => [...made.page.values()].find((one) => one.name === name);
  return { ...made, road, removed, row };
}
async function until(look: () => unknown): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (look()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(look()).toBeTruthy();
}

function byHand(far: FarEnd, name: string, { label = false, replicas = 1, pod = true } = {}): void {
  const { workload, pod: own } = bot(name);
  const labels = { app: name };
  const { containers } = own.spec;
  far.put('statefulsets', {
    ...workload,
    metadata: { ...workload.metadata, labels: { ...labels, ...(label ? { [LABEL.bot]: '1' } : {}) } },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  } as never);
  if (pod) far.put('pods', { ...own, metadata: { ...own.metadata, labels } });
}
function managed(far: FarEnd, name: string): void {
  const { workload, pod } = bot(name);
  far.put('statefulsets', workload);
  far.put('pods', pod);
}
function foreign(far: FarEnd, name: string): void {
  const { workload } = bot(name);
  const template = { spec: { containers: [{ name: 'db', image: 'postgres:17' }] } };
  far.put('statefulsets', {
    ...workload,
    metadata: { ...workload.metadata, labels: {} },
    spec: { ...workload.spec, template },
  } as never);
}
/** Every way in which workloads were listed or watched. */
const watched = (far: FarEnd) =>
  far.asked.filter((path) => path.includes('/statefulsets') && path.includes('watch=')).map(selectorOf);
const looks = (far: FarEnd) => far.asked.filter((path) => path.includes(`statefulsets?labelSelector=!${SELECTED}`));
const selectorOf = (path: string) => new URLSearchParams(path.split('?')[1]).get('labelSelector') ?? 'all';

it('without bots made by hand others’ workloads are looked through now and then, and never watched', async () => {
  const far = farEnd('uid-fra');
  managed(far, 'eth');
  for (let i = 0; i < 20; i++) foreign(far, `db-${i}`);
  const { names } = world(far);
  await until(() => names().join() === 'eth');
  await until(() => looks(far).length >= 3);
  expect(new Set(watched(far))).toEqual(new Set([LABEL.bot]));
  expect(far.watches()).toBe(2);
});

it('among few others a bot made by hand has all workloads watched, without a row going and coming; the last one ends that', async () => {
  const far = farEnd('uid-fra');
  managed(far, 'eth');
  const { names, removed, row } = world(far);
  await until(() => names().join() === 'eth');
  byHand(far, 'btc');
  await until(() => row('btc')?.hasPod);
  await until(() => watched(far).includes('all'));
  const before = looks(far).length;
  byHand(far, 'ada', { pod: false, replicas: 0 });
  await until(() => row('ada')?.state === 'stopped');
  expect(looks(far)).toHaveLength(before);
  expect(removed()).toEqual([]);
  for (const name of ['ada', 'btc']) far.take('statefulsets', name);
  far.take('pods', 'btc-0');
  await until(() => names().join() === 'eth');
  await until(() => watched(far).at(-1) === LABEL.bot && far.watches() === 2);
  expect(removed()).toHaveLength(2);
  expect(far.mostWatches()).toBe(3);
});

it('among many others it stays live: what its pods do has its workload asked for, and nothing foreign is watched', async () => {
  const far = farEnd('uid-fra');
  managed(far, 'eth');
  byHand(far, 'btc');
  for (let i = 0; i < 300; i++) foreign(far, `db-${i}`);
  const { fleet, names, removed, row } = world(far);
  await until(() => names().join() === 'btc,eth' && row('btc')?.hasPod);
  // What no pod tells of it is as old as the look, and said to be.
  expect(fleet.clusters()[0]!.status.lookedAt).toBeGreaterThan(0);
  const before = looks(far).length;
  byHand(far, 'btc', { replicas: 0, pod: false });
  far.take('pods', 'btc-0');
  await until(() => row('btc')?.state === 'stopped');
  expect(looks(far)).toHaveLength(before);
  byHand(far, 'sol');
  await until(() => row('sol')?.hasPod);
  expect(removed()).toEqual([]);
  far.take('statefulsets', 'btc');
  await until(() => names().join() === 'eth,sol');
  expect(new Set(watched(far))).toEqual(new Set([LABEL.bot]));
  expect(far.mostWatches()).toBe(3);
});

it.each([
  ['few', 3],
  ['many', 300],
])('a bot that gets the label and loses it again among %s others is one row all the time', async (_, others) => {
  const far = farEnd('uid-fra');
  byHand(far, 'btc');
  for (let i = 0; i < others; i++) foreign(far, `db-${i}`);
  const { names, removed, row } = world(far);
  await until(() => row('btc')?.hasPod);
  for (let round = 0; round < 3; round++) {
    byHand(far, 'btc', { label: true });
    await until(() => row('btc')?.managed);
    byHand(far, 'btc');
    await until(() => row('btc')?.managed === false);
  }
  expect(names()).toEqual(['btc']);
  expect(removed()).toEqual([]);
  byHand(far, 'btc', { label: true });
  await until(() => row('btc')?.managed);
  far.take('statefulsets', 'btc');
  await until(() => names().length === 0);
  expect(far.mostWatches()).toBeLessThanOrEqual(3);
});

it('what happened to a bot made by hand while the line was down is found by the next look, at once', async () => {
  const far = farEnd('uid-fra');
  managed(far, 'eth');
  for (const name of ['btc', 'sol']) byHand(far, name);
  for (let i = 0; i < 300; i++) foreign(far, `db-${i}`);
  const { fleet, names, road, row } = world(far);
  await until(() => names().join() === 'btc,eth,sol');
  road.lead(null);
  await until(() => fleet.clusters()[0]?.status.phase === 'stale');
  far.take('statefulsets', 'btc');
  byHand(far, 'sol', { label: true });
  byHand(far, 'ada');
  road.lead(far);
  fleet.kick();
  await until(() => names().join() === 'ada,eth,sol' && row('sol')?.managed && row('ada')?.hasPod);
});

it('a look that leads to another cluster takes nothing from there', async () => {
  const [fra, nyc] = [farEnd('uid-fra'), farEnd('uid-nyc')];
  byHand(fra, 'btc');
  byHand(nyc, 'sol');
  for (let i = 0; i < 300; i++) for (const far of [fra, nyc]) foreign(far, `db-${i}`);
  const { page, names, road } = world(fra);
  await until(() => names().join() === 'btc');
  road.lead(nyc);
  await until(() => names().join() === 'btc,sol');
  expect([...page.values()].map((row) => [row.name, row.clusterId]).sort()).toEqual([
    ['btc', 'uid-fra'],
    ['sol', 'uid-nyc'],
  ]);
});
