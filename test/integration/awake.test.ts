import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../electron/cluster';
import { fastClock } from '../../electron/cluster/testing';
import { upMany, type Many } from '../cluster/many.mjs';
import { countingWay, type CountingWay } from './counting';
import { fleetWorld, road, until, type FleetWorld } from './fleetWorld';

/** How soon the app knows that a cluster is gone. `HD_LONG=1`: of 50 clusters, and in real time. All other times are the app's own. */
const LONG = !!process.env.HD_LONG;
const COUNT = LONG ? 50 : 12;
const BOTS = 3;
const HALF_OPEN = LONG ? [3, 19, 42] : [3];
/** Each has a way of its own through the test, which a small machine does not take of 50. */
const COUNTED = 12;

const files = mkdtempSync(join(tmpdir(), 'hd-awake-'));
let many: Many;
let open: { dispose(): unknown }[] = [];

beforeAll(async () => {
  many = await upMany({ count: COUNT, bots: BOTS });
});
afterEach(async () => {
  for (const one of open.reverse()) await one.dispose();
  open = [];
});
afterAll(async () => {
  await many.down();
  rmSync(files, { recursive: true, force: true });
});

async function connectAll(file: string, clock: Clock, count: number): Promise<FleetWorld> {
  const world = await fleetWorld([file], clock);
  open.push(world);
  world.fleet.setEnabled(world.contextIds(), true);
  await until('all rows', () => world.page.size === count * BOTS, 120);
  await until('all clusters', () => phases(world).every((phase) => phase === 'live'), 120);
  return world;
}

/** Over TLS to the API servers themselves, but for those that will be half-open. */
async function connectDirectly(clock: Clock) {
  const servers = many.planes.map(({ server }) => server);
  const roads = await Promise.all(HALF_OPEN.map((i) => road(servers[i]!)));
  open.push({ dispose: () => Promise.all(roads.map((one) => one.close())) });
  HALF_OPEN.forEach((i, at) => (servers[i] = roads[at]!.server));
  const serverOf = (plane: Many['planes'][number]) => servers[many.planes.indexOf(plane)]!;
  const file = many.kubeconfig(join(files, 'direct'), serverOf);
  return { world: await connectAll(file, clock, COUNT), roads };
}

/** Over ways that pass what servers do each minute at the clock's pace. */
async function connectCounted(clock: Clock): Promise<{ world: FleetWorld; ways: CountingWay[] }> {
  const planes = many.planes.slice(0, COUNTED);
  const ways = await Promise.all(planes.map(({ server }) => countingWay(many.dir, server, clock)));
  open.push({ dispose: () => Promise.all(ways.map((way) => way.close())) });
  const file = join(files, 'counted');
  const cluster = (i: number) => ({ name: `fleet-${i}`, cluster: { server: ways[i]!.server } });
  writeFileSync(
    file,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'fleet-0', users: [{ name: 'me', user: {} }] },
      clusters: ways.map((_, i) => cluster(i)),
      contexts: ways.map((_, i) => ({ name: `fleet-${i}`, context: { cluster: `fleet-${i}`, user: 'me' } })),
    }),
  );
  return { world: await connectAll(file, clock, COUNTED), ways };
}
const phases = (world: FleetWorld) =>
  world.fleet.contextList().contexts.map((context) => clusterOf(world, context.id)?.status.phase);
const clusterOf = (world: FleetWorld, context: string) =>
  world.fleet.clusters().find((one) => one.contextIds.includes(context));

it(`after sleep every one of ${COUNT} clusters is verified or marked stale within 5 s, half-open ones too`, async () => {
  // Else half as fast as time, so that a busy test machine takes nothing from the five seconds.
  const clock = LONG ? systemClock : fastClock(0.5);
  const { world, roads } = await connectDirectly(clock);
  const silence = (on: boolean) => roads.forEach((one) => one.silence(on));
  silence(true);
  const woke = clock.now();
  world.fleet.kick();
  const known = new Map<string, { phase: string; after: number }>();
  await until(
    'every cluster to be known',
    () => {
      for (const { id, status } of world.fleet.clusters()) {
        const sure = status.phase === 'stale' || (status.phase === 'live' && (status.lastWordAt ?? 0) > woke);
        if (sure && !known.has(id)) known.set(id, { phase: status.phase, after: clock.now() - woke });
      }
      return known.size === COUNT;
    },
    60,
  );
  const after = (phase: string) => [...known.values()].flatMap((one) => (one.phase === phase ? one.after : []));
  const [verified, stale] = [after('live'), after('stale')];
  if (LONG) console.log(`awake: verified after ${Math.max(...verified)} ms, stale after ${Math.max(...stale)} ms`);
  expect(Math.max(...verified, ...stale)).toBeLessThanOrEqual(5_000);
  expect(phases(world).flatMap((phase, i) => (phase === 'stale' ? i : []))).toEqual(HALF_OPEN);
  // Its rows stay, and the others' are none the worse.
  expect(world.page.size).toBe(COUNT * BOTS);
  silence(false);
  world.fleet.kick();
  await until('all to be live again', () => phases(world).every((phase) => phase === 'live'), 60);
});

it('a connection that dies without a word is told within 90 s, and only that one', async () => {
  const clock = fastClock(10);
  const { world, ways } = await connectCounted(clock);
  const toldAt = () => clusterOf(world, 'default#fleet-5')!.status;
  ways[5]!.silent(true);
  const died = clock.now();
  const stale = await until('the dead one to be stale', () => (toldAt().phase === 'stale' ? toldAt() : null), 60);
  expect(stale.since - died).toBeLessThanOrEqual(90_000);
  expect(stale.error).not.toBeNull();
  expect(phases(world).filter((phase) => phase !== 'live')).toHaveLength(1);
  ways[5]!.silent(false);
  await until('it to come back by itself', () => toldAt().phase === 'live', 60);
});
