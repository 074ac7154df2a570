import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { ANNOTATION } from '../../electron/bot/format';
import type { Clock } from '../../electron/cluster';
import { steadyClock } from '../../electron/cluster/testing';
import { createMetrics, createReadings } from '../../electron/fleet';
import { classicBot } from '../cluster/bots.mjs';
import { upMany, type Many } from '../cluster/many.mjs';
import { botName, NAMESPACE } from '../cluster/mould.mjs';
import { run } from '../cluster/process.mjs';
import { countingWay, type CountingWay } from './counting';
import { fleetWorld, until, type FleetWorld } from './fleetWorld';

/** What docs/budget.md promises, counted on the way to real API servers and not by the app. `HD_LONG=1`: with 50 of them. */
const COUNT = process.env.HD_LONG ? 50 : 12;
const BOTS = 4;
/** Of the first cluster. */
const MANY_BOTS = 200;
/** The cluster with a bot made by hand as well, which carries no label of the app; and the one with a silent node. */
const HAND = 1;
const SILENT = 2;
/** Nodes on which a bot's pods were given up. */
const GIVEN_UP = 12;
/** Of a cluster of 200 bots at rest, where some 0.06 are seen; a list of them all each five minutes would be 0.6. */
const MB_HOUR = 0.2;
/** The app's clock runs so many times faster, and the way passes the server's bookmarks and ends at its pace. */
const FASTER = 10;
/** The same where many wait together: what a busy machine holds up must not look like a server that does not answer. */
const TOGETHER = 5;
/** Slower: nobody runs out of patience with a busy server. */
const PATIENT = 0.1;

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
  many = await upMany({ count: COUNT, bots: BOTS, first: MANY_BOTS });
  const kubeconfig = many.kubeconfig(join(files, 'admin'));
  const kubectl = (plane: number, args: string[], input?: object) => {
    const there = ['--kubeconfig', kubeconfig, '--context', many.planes[plane]!.name, '-n', NAMESPACE];
    return run(join(many.bin, 'kubectl'), [...there, ...args], { input: JSON.stringify(input) });
  };
  await kubectl(HAND, ['apply', '-f', '-'], classicBot({ namespace: NAMESPACE }).at(-1));
  // As the node controller leaves them: a node that fell silent, and the one not ready of its pods.
  const [lost, given] = [0, 1].map((bot) => botName(SILENT, bot));
  const status = (conditions: object[]) => ['--subresource=status', '-p', JSON.stringify({ status: { conditions } })];
  await kubectl(SILENT, ['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-00' } });
  await kubectl(SILENT, ['patch', 'node/node-00', ...status([{ type: 'Ready', status: 'Unknown' }])]);
  await kubectl(SILENT, ['patch', `pod/${lost}-0`, ...status([{ type: 'Ready', status: 'False' }])]);
  const pods = Array.from({ length: GIVEN_UP }, (_, i) => ({ uid: `given-${i}`, node: `gone-${i}`, at: Date.now() }));
  await kubectl(SILENT, ['annotate', `statefulset/${given}`, `${ANNOTATION.givenUp}=${JSON.stringify(pods)}`]);
});
afterAll(async () => {
  await many.down();
  rmSync(files, { recursive: true, force: true });
});

/** `twins`: to all clusters but the first there is a second context. */
async function connectAll(
  ends: Ends,
  clock: Clock,
  { count = COUNT, only = null, twins = false }: { count?: number; only?: string[] | null; twins?: boolean } = {},
): Promise<{ world: FleetWorld; ways: CountingWay[] }> {
  const once = many.planes.slice(0, count).map(({ server }) => ({ server, open: { watches: 0, most: 0 } }));
  const planes = [...once, ...(twins ? once.slice(1) : [])];
  const ways = await Promise.all(planes.map(({ server, open }) => countingWay(many.dir, server, clock, only, open)));
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
      world.page.size === MANY_BOTS + (count - 1) * BOTS + Number(count > HAND),
    200,
  ).catch((cause: unknown) => {
    const how = world.fleet.clusters().map(({ status }) => JSON.stringify(status));
    throw new Error(`${world.page.size} rows; ${how.join(' ')}`, { cause });
  });
const total = (ways: CountingWay[]) => ways.reduce((sum, way) => sum + way.asked.length, 0);
const pass = (clock: Clock, ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

it('connecting is staggered: never all at once, and each with few requests', async ({ onTestFinished: ends }) => {
  const { world, ways } = await connectAll(ends, steadyClock(PATIENT));
  await live(world);
  const spans = ways.map(({ asked }) => {
    const proof = asked.find((one) => one.path.includes('selfsubjectaccessreviews'))!;
    return [asked[0]!.at, proof.at] as const;
  });
  const atOnce = spans.map(([at]) => spans.filter(([from, to]) => from <= at && at < to).length);
  expect(Math.max(...atOnce)).toBeLessThanOrEqual(8);
  // What comes when the fleet has its rows; of bots made by hand pods, and then all workloads, are watched besides.
  const asked = (i: number, what: string) => ways[i]!.asked.some(({ path }) => path.includes(what));
  await until('looks for bots made by hand', () => ways.every((_, i) => asked(i, 'labelSelector=!')));
  await until('the watch of all workloads', () => asked(HAND, 'statefulsets?watch=1'));
  const most = ways.filter((_, i) => i !== HAND).map((way) => way.asked.length);
  expect(Math.max(...most)).toBeLessThanOrEqual(12);
  expect(ways[HAND]!.asked.length).toBeLessThanOrEqual(12 + 7);
});

together(
  'idle: at most three watches a cluster and one request a second for all together, under the app’s name',
  LONG,
  async ({ onTestFinished: ends }) => {
    const clock = steadyClock(TOGETHER);
    const { world, ways: all } = await connectAll(ends, clock, { twins: true });
    await live(world);
    const [ways, twins] = [all.slice(0, COUNT), all.slice(COUNT)];
    /** Of a cluster, whichever of its contexts asks. */
    const both = (i: number) => [ways[i]!, ...(i > 0 ? [twins[i - 1]!] : [])];
    const watches = (i: number) => both(i).reduce((sum, way) => sum + way.watches(), 0);
    const bytesOf = (i: number) => both(i).reduce((sum, way) => sum + way.bytes(), 0);
    const paths = (i: number) => both(i).flatMap((way) => way.asked.map(({ path }) => path));
    const askedOf = (what: string) => ways.map((_, i) => paths(i).filter((path) => path.includes(what)).length);
    await until('the watches', () => ways.every((_, i) => watches(i) === (i === HAND ? 3 : 2)));
    // The first cluster has a bot of that name, too.
    const lost = () =>
      [...world.page.values()].filter(({ name, state }) => name === botName(SILENT, 0) && state === 'unknown').length;
    await until('word of the silent node', () => lost() === 1);
    await pass(clock, 20_000);
    const [before, from, bytes] = [total(all), clock.now(), bytesOf(0)];
    // Long enough for every watch to be ended by its server once and opened again, and for a second look at each cluster's workloads.
    await pass(clock, 480_000);
    const seconds = (clock.now() - from) / 1000;
    const asked = total(all) - before;
    const looks = askedOf('labelSelector=!').filter((_, i) => i !== HAND);
    expect(Math.min(...looks), 'looks for bots made by hand').toBeGreaterThan(1);
    expect(asked).toBeGreaterThan(0);
    expect(asked / seconds).toBeLessThanOrEqual(1);
    expect(Math.max(...ways.map((way) => way.mostWatches())), 'watches at any time').toBeLessThanOrEqual(3);
    expect(Math.max(...all.map((way) => way.connections()))).toBeLessThanOrEqual(8);
    // What had to wait for its turn had it: all nodes in question, and contexts that no watch tells of.
    const nodes = new Set(paths(SILENT).filter((path) => path.includes('/nodes/')));
    expect(nodes.size).toBe(1 + GIVEN_UP);
    expect(lost()).toBe(1);
    const words = world.fleet.contextList().contexts.map(({ status }) => status.lastWordAt ?? 0);
    // Of fifty more than eight minutes would have to pass.
    expect(words.filter((at) => at > from).length).toBeGreaterThanOrEqual(COUNT + 11);
    expect((((bytesOf(0) - bytes) / seconds) * 3600) / 1e6, 'MB an hour of 200 bots').toBeLessThanOrEqual(MB_HOUR);
    expect(world.fleet.clusters().every((one) => one.status.phase === 'live')).toBe(true);
    expect(new Set(all.flatMap((way) => way.asked.map((one) => one.agent)))).toEqual(new Set(['Hummingdeck/test']));
    // Told every ten seconds, without what came since: each is compared when it has just been told.
    const untrue = new Map(all.map((_, i) => [i, '']));
    const last: string[] = [];
    const look = () => {
      for (const i of untrue.keys()) {
        const way = all[i]!;
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
    const clock = steadyClock(TOGETHER);
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
    const clock = steadyClock(TOGETHER);
    const only = [NAMESPACE, ...Array.from({ length: 9 }, (_, i) => `desk-${i}`)];
    const { world, ways } = await connectAll(ends, clock, { only });
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
    const clock = steadyClock(3 * TOGETHER);
    const { world, ways } = await connectAll(ends, clock, { count: 2 });
    await live(world, 2);
    const refusedAt = ways[0]!.asked.length;
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
    const watches = ways[0]!.asked.slice(refusedAt).flatMap(({ path }) => (path.includes('watch=1') ? path : []));
    const times = [more, watches].flatMap((paths) => paths.map((path) => paths.filter((one) => one === path).length));
    expect(Math.max(0, ...times), more.join('\n')).toBeLessThanOrEqual(2);
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
  const clock = steadyClock(FASTER);
  const { world, ways } = await connectAll(ends, clock, { count: 1 });
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
