import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../electron/cluster';
import { createAlerts, createReadings, linesOf, type Readings } from '../../electron/fleet';
import { usedOf } from '../../shared/disk';
import { engineBot } from '../cluster/bots.mjs';
import { apply, kubectl } from '../cluster/cluster.mjs';
import { copyKubeconfig, fleetWorld, until, type FleetWorld } from './fleetWorld';
import { ownCluster } from './ownCluster';
import { adminTarget, desk, makeNamespace, type Desk } from './operationsKit';

const cluster = ownCluster();
const files = mkdtempSync(join(tmpdir(), 'hd-volume-'));
const SIZE = 64 * 1024 ** 2;
let admin: Desk;
let namespace = '';
let world: FleetWorld;
let readings: Readings;
let alerts: ReturnType<typeof createAlerts>;

const kube = (...args: string[]) => kubectl(cluster, '--namespace', namespace, ...args);
const row = (name: string) => world.fleet.rows().find((one) => one.namespace === namespace && one.name === name)!;
const inside = (name: string, script: string) =>
  kube('exec', `${name}-0`, '-c', 'hummingbot', '--', 'bash', '-c', script);
/** Reads it, and gives the alerts that go on then. */
async function told(name: string): Promise<string[]> {
  expect(await readings.readNow([row(name).id])).toEqual({ read: 1, notRead: 0, why: '' });
  alerts.change([row(name)], []);
  alerts.tick();
  return alerts.list().flatMap((one) => (one.kind === 'volumeFull' && one.endedAt === null ? [one.sentence] : []));
}

beforeAll(async () => {
  admin = await desk(adminTarget(cluster));
  namespace = await makeNamespace(admin.api);
  // `tight` keeps its data in a file system of its own that is really full, `plain` on a volume of the node's disk.
  const [tight, plain] = ['tight', 'plain'].map((name) => engineBot({ name, namespace, grace: 5 }));
  const { volumes } = tight!.at(-1).spec.template.spec;
  const data = volumes.findIndex((one: { name: string }) => one.name === 'data');
  volumes[data] = { name: 'data', emptyDir: { medium: 'Memory', sizeLimit: String(SIZE) } };
  await apply(cluster, [...tight!.filter(({ kind }) => kind !== 'PersistentVolumeClaim'), ...plain!]);
  world = await fleetWorld([copyKubeconfig(cluster.kubeconfig, join(files, 'own'), {})]);
  world.fleet.setEnabled(world.contextIds(), true);
  readings = createReadings({ fleet: world.fleet, clock: systemClock });
  await until('both rows', () => ['tight', 'plain'].every((name) => row(name)?.state === 'running'));
  let id = 0;
  alerts = createAlerts({ now: Date.now, newId: () => `a${id++}` });
  const clusters = world.events.flatMap((event) => (event.t === 'clusters' ? [event.clusters] : [])).at(-1)!;
  alerts.lines(linesOf(clusters, null));
});
afterAll(async () => {
  readings?.dispose();
  world?.dispose();
  admin?.dispose();
  rmSync(files, { recursive: true, force: true });
  await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false');
});

describe('the volume of a bot', () => {
  it('that is nearly full is told once, with what is left, and is over when room was made', async () => {
    expect(await told('tight')).toEqual([]);
    expect(row('tight').trading!.disk).toMatchObject({ size: SIZE, asked: SIZE, node: false });
    await inside('tight', 'head -c 62000000 /dev/zero > data/old.log');
    const said = await until('the alert', async () => {
      const now = await told('tight');
      return now.length > 0 && now;
    });
    expect(said).toEqual([
      expect.stringMatching(/^The volume of tight is 9\d % full: [\d.]+ of 64 MiB used, \d(\.\d)? MiB left\.$/),
    ]);
    const df = (await inside('tight', 'df -k --output=used,avail data | tail -n 1')).trim().split(/\s+/).map(Number);
    expect(usedOf(row('tight').trading!.disk!)).toBeCloseTo(df[0]! / (df[0]! + df[1]!), 2);
    await told('tight');
    expect(alerts.takeOpened().filter(({ kind }) => kind === 'volumeFull')).toHaveLength(1);
    await inside('tight', 'rm data/old.log');
    expect(await told('tight')).toEqual([]);
  });

  it('that is a folder of its node’s disk is told as that disk', async () => {
    await told('plain');
    expect(row('plain').trading!.disk).toMatchObject({ node: true, asked: null });
    expect(row('plain').trading!.disk!.size).toBeGreaterThan(1024 ** 3);
  });
});
