import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { systemClock, type Clock } from '../../electron/cluster';
import { fastClock } from '../../electron/cluster/testing';
import { createMetrics, createReadings } from '../../electron/fleet';
import { classicBot } from '../cluster/bots.mjs';
import { upMany, type Many } from '../cluster/many.mjs';
import { NAMESPACE } from '../cluster/mould.mjs';
import { run } from '../cluster/process.mjs';
import { countingWay, type CountingWay } from './counting';
import { fleetWorld, until, type FleetWorld } from './fleetWorld';

/** What docs/budget.md promises, counted on the way to real API servers and not by the app. `HD_LONG=1`: with 50 of them. */
const COUNT = process.env.HD_LONG ? 50 : 12;
const BOTS = 4;
/** The app's clock runs so many times faster, and the way passes the server's bookmarks and ends at its pace. */
const FASTER = 10;
/** The same where many wait together: what a busy machine holds up must not look like a server that does not answer. */
const TOGETHER = 5;

const files = mkdtempSync(join(tmpdir(), 'hd-budget-'));
let many: Many;
let worlds = 0;
/** Most tests do little but wait, and wait together; on 50 clusters each is enough for a machine. */
const together = process.env.HD_LONG ? it : it.concurrent;
/** For a test of many waits, that each of them may say for what it waited, ms. */
const LONG = { timeout: 420_000 };
/** What ends a test's own things. */
type Ends = TestContext['onTestFinished'];

beforeAll(async () => {
  many = await upMany({ count: COUNT, bots: BOTS });
  // One has bots made by hand as well, which carry no label of the app.
  const kubeconfig = many.kubeconfig(join(files, 'admin'));
  const input = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: classicBot({ namespace: NAMESPACE }).slice(-1),
  });
  await run(join(many.bin, 'kubectl'), ['--kubeconfig', kubeconfig, 'apply', '-f', '-'], { input });
});
afterAll(async () => {
  await many.down();
  rmSync(files, { recursive: true, force: true });
});

async function connectAll(
  ends: Ends,
  clock: Clock,
  count = COUNT,
  only: string[] | null = null,
): Promise<{ world: FleetWorld; ways: CountingWay[] }> {
  const planes = many.planes.slice(0, count);
  const ways = await Promise.all(planes.map(({ server }) => countingWay(many.dir, server, clock, only)));
  const file = join(files, `counted-${worlds++}`);
  writeFileSync(
    file,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'fleet-0', users: [{ name: 'me', user: {} }] },
      clusters: ways.map(({ server }, i) => ({ name: `fleet-${i}`, cluster: { server } })),
      contexts: ways.map((_, i) => ({ name: `fleet-${i}`, context: { cluster: `fleet-${i}`, user: 'me' } })),
    }),
  );
  const world = await fleetWorld([file], clock);
  // The last one first.
  ends(() => Promise.all(ways.map((way) => way.close())).then(() => undefined));
  ends(() => world.dispose());
  for (const id of world.contextIds()) if (only) world.setNamespaces(id, only);
  world.fleet.setEnabled(world.contextIds(), true);
  return { world, ways };
}
const live = (world: FleetWorld, count = COUNT) =>
  until(
    'all clusters and all rows',
    () =>
      world.fleet.clusters().filter((one) => one.status.phase === 'live').length === count &&
      world.page.size === count * BOTS + 1,
    120,
  ).catch((cause: unknown) => {
    const how = world.fleet.contextList().contexts.map(({ status, usage }) => JSON.stringify({ status, usage }));
    throw new Error(`${world.page.size} rows; ${how.join(' ')}`, { cause });
  });
const total = (ways: CountingWay[]) => ways.reduce((sum, way) => sum + way.asked.length, 0);
const pass = (clock: Clock, ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

it('connecting is staggered: never all at once, and each with few requests', async ({ onTestFinished: ends }) => {
  const { world, ways } = await connectAll(ends, systemClock);
  await live(world);
  const spans = ways.map(({ asked }) => {
    const proof = asked.find((one) => one.path.includes('selfsubjectaccessreviews'))!;
    return [asked[0]!.at, proof.at] as const;
  });
  const atOnce = spans.map(([at]) => spans.filter(([from, to]) => from <= at && at < to).length);
  expect(Math.max(...atOnce)).toBeLessThan(Math.min(COUNT, 12));
  expect(Math.max(...ways.map((way) => way.asked.length))).toBeLessThanOrEqual(16);
});

together(
  'idle: at most three watches a cluster and one request a second for all together, under the app’s name',
  LONG,
  async ({ onTestFinished: ends }) => {
    const clock = fastClock(TOGETHER);
    const { world, ways } = await connectAll(ends, clock);
    await live(world);
    await until('the watches', () => ways.every((way) => way.watches() >= 2) && ways[0]!.watches() === 3);
    await pass(clock, 20_000);
    const [before, from] = [total(ways), clock.now()];
    // Long enough for every watch to be ended by its server once and opened again, and for a second look at each cluster's workloads.
    await pass(clock, 480_000);
    const looks = ways.map((way) => way.asked.filter(({ path }) => path.includes('labelSelector=!')).length);
    expect(Math.min(...looks.slice(1)), 'looks for bots made by hand').toBeGreaterThan(1);
    const seconds = (clock.now() - from) / 1000;
    const asked = total(ways) - before;
    expect(Math.max(...ways.map((way) => way.mostWatches())), 'watches at any time').toBeLessThanOrEqual(3);
    expect(asked).toBeGreaterThan(0);
    expect(asked / seconds).toBeLessThanOrEqual(1);
    expect(Math.max(...ways.map((way) => way.connections()))).toBeLessThanOrEqual(8);
    expect(world.fleet.clusters().every((one) => one.status.phase === 'live')).toBe(true);
    expect(new Set(ways.flatMap((way) => way.asked.map((one) => one.agent)))).toEqual(new Set(['Hummingdeck/test']));
    // Told every ten seconds, without what came since: each is compared when it has just been told.
    const untrue = new Map(ways.map((_, i) => [i, '']));
    const last: string[] = [];
    const look = () => {
      for (const i of untrue.keys()) {
        const way = ways[i]!;
        const { requestsHour, streams, connections, bytesHour } = world.fleet.contextList().contexts[i]!.usage!;
        const told = [requestsHour, streams, connections].join();
        const counted = [way.asked.length, way.watches(), way.connections()].join();
        const isNew = last[i] !== undefined && last[i] !== `${told},${bytesHour}`;
        last[i] = `${told},${bytesHour}`;
        // What was on its way when the app ended an answer counts on the way alone.
        const share = bytesHour / way.bytes();
        if (isNew && told === counted && share <= 1 && share >= 0.95) untrue.delete(i);
        else if (isNew) untrue.set(i, `${way.server}: told ${last[i]}, counted ${counted},${way.bytes()}`);
      }
      return untrue.size === 0;
    };
    await until('the app to tell of itself what was counted', look).catch((cause: unknown) => {
      throw new Error([...untrue.values()].join('; '), { cause });
    });
  },
);

together(
  'idle with a window full of rows: readings and metrics come out of the same request a second',
  LONG,
  async ({ onTestFinished: ends }) => {
    const clock = fastClock(TOGETHER);
    const { world, ways } = await connectAll(ends, clock);
    await live(world);
    const readings = createReadings({ fleet: world.fleet, clock });
    const metrics = createMetrics({ fleet: world.fleet, clock, emit: () => undefined });
    ends(() => (readings.dispose(), metrics.dispose()));
    const ids = [...world.page.keys()];
    const [before, from] = [total(ways), clock.now()];
    readings.inView(ids);
    metrics.inView(ids);
    await pass(clock, 480_000);
    const seconds = (clock.now() - from) / 1000;
    const of = (what: string) => ways.flatMap(({ asked }) => asked.filter(({ path }) => path.includes(what))).length;
    expect(of('metrics.k8s.io'), 'metrics').toBeGreaterThan(COUNT);
    expect(of('/exec?'), 'readings').toBeGreaterThan(COUNT);
    expect((total(ways) - before) / seconds).toBeLessThanOrEqual(1);
  },
);

together(
  'sign-ins that see single namespaces keep the same budget: three namespaces are watched, the others listed',
  LONG,
  async ({ onTestFinished: ends }) => {
    const clock = fastClock(TOGETHER);
    const only = [NAMESPACE, ...Array.from({ length: 9 }, (_, i) => `desk-${i}`)];
    const { world, ways } = await connectAll(ends, clock, COUNT, only);
    await live(world);
    await pass(clock, 60_000);
    const [before, from] = [total(ways), clock.now()];
    await pass(clock, 480_000);
    const last = ways.flatMap(({ asked }) => asked.filter(({ path }) => path.includes('/desk-8/pods')));
    expect(last.length).toBeGreaterThanOrEqual(COUNT);
    expect(last.filter(({ path }) => path.includes('watch=1'))).toEqual([]);
    expect(Math.max(...ways.map((way) => way.mostWatches())), 'watches at any time').toBeLessThanOrEqual(9);
    expect((total(ways) - before) / ((clock.now() - from) / 1000)).toBeLessThanOrEqual(1);
  },
);

together.for([401, 403])(
  'a lasting %i stops every request until the trader tries again',
  LONG,
  async (status, { onTestFinished: ends }) => {
    const clock = fastClock(3 * TOGETHER);
    const { world, ways } = await connectAll(ends, clock, 2);
    await live(world, 2);
    ways[0]!.refuse(status);
    const context = () => world.fleet.contextList().contexts[0]!;
    await until('a failed context', () => context().status.phase === 'failed' && context().status.retryAt === null, 60);
    const failedAt = ways[0]!.asked.length;
    // A watch asks once more to be sure, after half a minute at most, and longer where its question was lost before.
    const quiet = async () => {
      const sofar = ways[0]!.asked.length;
      await pass(clock, 90_000);
      return ways[0]!.asked.length === sofar;
    };
    await until('the last watch to stop', quiet, 60);
    const before = ways[0]!.asked.length;
    const more = ways[0]!.asked.slice(failedAt).map(({ path }) => path);
    const times = more.map((path) => more.filter((other) => other === path).length);
    expect(Math.max(0, ...times), more.join('\n')).toBeLessThanOrEqual(5);
    // Rights that were refused are asked for again after ten minutes, but not of one who is turned away.
    await pass(clock, 1_200_000);
    expect(ways[0]!.asked.slice(before).map((one) => one.path)).toEqual([]);
    // Its neighbour is none the worse for it.
    expect(world.fleet.clusters().filter((one) => one.status.phase === 'live')).toHaveLength(1);
    ways[0]!.refuse(null);
    world.fleet.retry(context().id);
    await live(world, 2);
  },
);

it('Retry-After is held', async ({ onTestFinished: ends }) => {
  const clock = fastClock(FASTER);
  const { world, ways } = await connectAll(ends, clock, 1);
  await live(world, 1);
  const way = ways[0]!;
  way.refuse(429, { 'retry-after': '40' });
  const began = way.asked.length;
  await pass(clock, 100_000);
  // What was on its way when the first refusal came counts with it; then nobody asks anything.
  const rounds: number[][] = [];
  for (const { at } of way.asked.slice(began)) {
    const round = rounds.at(-1);
    if (round && at - round[0]! < 2_000) round.push(at);
    else rounds.push([at]);
  }
  expect(rounds.length).toBeGreaterThan(1);
  expect(Math.max(...rounds.map((round) => round.length))).toBeLessThanOrEqual(6);
  const waits = rounds.slice(1).map((round, i) => round[0]! - rounds[i]![0]!);
  expect(waits.filter((ms) => ms < 39_000)).toEqual([]);
  way.refuse(null);
  await live(world, 1);
});
