import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Clock } from '../../electron/cluster';
import { fastClock } from '../../electron/cluster/testing';
import { upMany, type Many } from '../cluster/many.mjs';
import { countingWay, type CountingWay } from './counting';
import { fleetWorld, until, type FleetWorld } from './fleetWorld';

/** How soon the app knows that a cluster is gone. All times are the app's own. */
const COUNT = 12;
const BOTS = 3;

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

async function connectAll(clock: Clock): Promise<{ world: FleetWorld; ways: CountingWay[] }> {
  const ways = await Promise.all(many.planes.map(({ server }) => countingWay(many.dir, server, clock)));
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
  const world = await fleetWorld([file], clock);
  open.push({ dispose: () => Promise.all(ways.map((way) => way.close())) }, world);
  world.fleet.setEnabled(world.contextIds(), true);
  await until('all rows', () => world.page.size === COUNT * BOTS, 120);
  await until('all clusters', () => phases(world).every((phase) => phase === 'live'), 120);
  return { world, ways };
}
const phases = (world: FleetWorld) =>
  world.fleet.contextList().contexts.map((context) => clusterOf(world, context.id)?.status.phase);
const clusterOf = (world: FleetWorld, context: string) =>
  world.fleet.clusters().find((one) => one.contextIds.includes(context));

it('after sleep every cluster is verified or marked stale within 5 s, a half-open one too', async () => {
  // Half as fast as time, so that a busy test machine takes nothing from the five seconds.
  const clock = fastClock(0.5);
  const { world, ways } = await connectAll(clock);
  ways[3]!.silent(true);
  const woke = clock.now();
  world.fleet.kick();
  const known = new Map<string, { phase: string; after: number }>();
  await until(
    'every cluster to be known',
    () => {
      for (const { name } of world.fleet.contextList().contexts) {
        const status = clusterOf(world, `default#${name}`)!.status;
        const sure = status.phase === 'stale' || (status.phase === 'live' && (status.lastWordAt ?? 0) > woke);
        if (sure && !known.has(name)) known.set(name, { phase: status.phase, after: clock.now() - woke });
      }
      return known.size === COUNT;
    },
    60,
  );
  expect(Math.max(...[...known.values()].map(({ after }) => after))).toBeLessThanOrEqual(5_000);
  expect([...known].filter(([, { phase }]) => phase === 'stale').map(([name]) => name)).toEqual(['fleet-3']);
  // Its rows stay, and the others' are none the worse.
  expect(world.page.size).toBe(COUNT * BOTS);
  ways[3]!.silent(false);
  world.fleet.kick();
  await until('all to be live again', () => phases(world).every((phase) => phase === 'live'), 60);
});

it('a connection that dies without a word is told within 90 s, and only that one', async () => {
  const clock = fastClock(10);
  const { world, ways } = await connectAll(clock);
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
