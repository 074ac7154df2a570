import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fastClock } from '../../electron/cluster/testing';
import { connect } from '../cluster/api.mjs';
import { churn, dropSomeOthers, layFleet, layOthers } from './churn';
import { fleetWorld, until } from './fleetWorld';
import { randomFrom } from './podCases';
import { TEARS, tearingWay, type Tear } from './tearing';
import { ownCluster } from './ownCluster';
import { byName, truth } from './truth';

/**
 * Churn on a real API server, seen over a way that tears in every manner: whatever happened, the rows the page holds are the server's
 * truth in the end, without double, lost or ghost rows. `HD_SEEDS` many runs (100 with `HD_LONG=1`), each told apart by its seed in `out/test/torn.log`.
 */
const RUNS = Number(process.env.HD_SEEDS ?? (process.env.HD_LONG ? 100 : 5));
const FIRST = Number(process.env.HD_SEED ?? 1);
/** Runs beside each other. */
const ABREAST = 5;
/** The app's clock runs so many times faster, so that its patience with silent lines fits a test. */
const FASTER = 15;
const CHURN_MS = 8_000;
const LOG = join('out', 'test', 'torn.log');
/** Ways of tearing that a seed's line goes on until it has met; seeds beside each other have all of them. */
const shareOf = (seed: number): Tear[] => TEARS.filter((_, i) => i % ABREAST === seed % ABREAST);
/** Ways of tearing that any seed met. */
const met = new Set<Tear>();

const cluster = ownCluster();
const admin = connect(cluster.kubeconfig);
const files = mkdtempSync(join(tmpdir(), 'hd-torn-'));

beforeAll(() => {
  mkdirSync(join('out', 'test'), { recursive: true });
  rmSync(LOG, { force: true });
});
afterAll(() => rmSync(files, { recursive: true, force: true }));

async function run(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const namespace = `torn-${seed}-${Date.now().toString(36)}`;
  const way = await tearingWay(cluster, randomFrom(seed * 7919), shareOf(seed));
  const kubeconfig = join(files, `${seed}`);
  const named = (value: object) => [{ name: 'torn', ...value }];
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'torn' },
      clusters: named({ cluster: { server: way.server } }),
      users: named({ user: {} }),
      contexts: named({ context: { cluster: 'torn', user: 'torn', namespace } }),
    }),
  );
  await admin.send('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  const clock = fastClock(FASTER);
  const world = await fleetWorld([kubeconfig], clock);
  try {
    await layFleet(admin, namespace, 12);
    world.fleet.setEnabled(world.contextIds()[0]!, true);
    way.tear(0.35);
    // So many workloads of others for a while that bots made by hand are followed without watching all.
    const crowded = seed % ABREAST === 1 ? layOthers(admin, namespace) : null;
    const end = Date.now() + CHURN_MS;
    let changes = 0;
    const owed = () => shareOf(seed).filter((tear) => !way.traffic.tears.has(tear));
    while (Date.now() < end || owed().length > 0) {
      await churn(admin, namespace, random);
      changes++;
      const dice = random();
      if (dice < 0.03) {
        way.down();
        await new Promise((resolve) => setTimeout(resolve, random() * 800));
        way.up();
      } else if (dice < 0.05) world.fleet.kick();
    }
    await crowded;
    if (crowded) await dropSomeOthers(admin, namespace);
    way.tear(0);
    const mine = () => [...world.page.values()].filter((row) => row.namespace === namespace);
    /** As the fleet takes it, whose clock runs faster than the server's. */
    const serverNow = () => clock.now() + (world.fleet.clusters()[0]?.status.skewMs ?? 0);
    let last: unknown;
    await until(
      `the rows of seed ${seed} to be the server's`,
      async () => {
        const [is, shown] = [byName(await truth(admin, namespace, serverNow())), byName(mine())];
        last = { is, shown };
        return JSON.stringify(is) === JSON.stringify(shown);
      },
      120,
    ).catch(() => {
      const { is, shown } = last as { is: object; shown: object };
      expect(shown, `seed ${seed}`).toEqual(is);
    });
    const ids = mine().map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    await until('a live cluster', () => world.fleet.clusters()[0]?.status.phase === 'live', 60);
    const { traffic } = way;
    for (const tear of traffic.tears.keys()) met.add(tear);
    const tears = [...traffic.tears].map(([tear, count]) => `${tear} ${count}`).join(', ');
    const { requests, watchesOpened, mostWatchesOpen, connections } = traffic;
    appendFileSync(
      LOG,
      `seed ${seed}: ${changes} changes, ${ids.length} rows equal to the server's; ${requests} requests, ` +
        `${watchesOpened} watches (at most ${mostWatchesOpen} at once), ${connections} connections; torn: ${tears}\n`,
    );
  } finally {
    world.dispose();
    await way.close();
    await admin.send('DELETE', `/api/v1/namespaces/${namespace}`);
  }
}

it(
  `rows end up equal to the server's however the line tears (${RUNS} seeds)`,
  async () => {
    const seeds = Array.from({ length: RUNS }, (_, i) => FIRST + i);
    const next = async (): Promise<void> => {
      const seed = seeds.shift();
      if (seed === undefined) return;
      await run(seed);
      await next();
    };
    await Promise.all(Array.from({ length: ABREAST }, next));
    // Five seeds in a row have all ten between them.
    const due = Array.from({ length: RUNS }, (_, i) => shareOf(FIRST + i)).flat();
    expect([...met]).toEqual(expect.arrayContaining(due));
  },
  120_000 + RUNS * 60_000,
);
