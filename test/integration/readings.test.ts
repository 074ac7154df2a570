import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_MAPS, PODS, ROLE_BINDINGS, ROLES, STATEFUL_SETS, systemClock } from '../../electron/cluster';
import type { Pod, StatefulSet } from '../../electron/cluster/objects';
import { createReadings, type Readings } from '../../electron/fleet';
import { exchange, kubectl, signalContainer, userKubeconfig } from '../cluster/cluster.mjs';
import { apiForPods } from '../cluster/service.mjs';
import { countingWay, type CountingWay } from './countingWay';
import { copyKubeconfig, fleetWorld, until, type FleetWorld } from './fleetWorld';
import { ownCluster } from './ownCluster';
import { adminTarget, desk, draft, makeNamespace, NAME, type Desk } from './operationsKit';

const cluster = ownCluster();
const files = mkdtempSync(join(tmpdir(), 'hd-readings-'));
const confirm = { confirmedCluster: NAME };
const market = exchange(cluster);
/** The bot with a reporter. */
const TOLD = 'btc-told';
let service: Awaited<ReturnType<typeof apiForPods>>;
let admin: Desk;
let namespace = '';
let way: CountingWay;
let world: FleetWorld;
let readings: Readings;
const open: { dispose(): void }[] = [];

const kube = (...args: string[]) => kubectl(cluster, '--namespace', namespace, ...args);
/** As it is now, not as the page was last told. */
const row = (name: string) => world.fleet.rows().find((one) => one.namespace === namespace && one.name === name)!;
const ended = async (started: { operationId: string }) => {
  const info = await admin.end(started);
  expect(info.outcome, info.message).toBe('done');
  return info;
};

beforeAll(async () => {
  admin = await desk(adminTarget(cluster));
  namespace = await makeNamespace(admin.api);
  way = await countingWay(cluster);
  world = await fleetWorld([copyKubeconfig(cluster.kubeconfig, join(files, 'counted'), { server: way.server })]);
  world.fleet.setEnabled(world.contextIds(), true);
  readings = createReadings({ fleet: world.fleet, clock: systemClock });
  service = await apiForPods(cluster);
  // Begun first: its reporter's minutes pass while the other two are read.
  const told = draft(admin.clusterId, namespace, TOLD, { pair: 'BTC-USDT', reporter: true });
  const reporting = admin.operations.deploy(told);
  const bots = ['eth-1', 'sol-1'].map((name) =>
    admin.operations.deploy(
      draft(admin.clusterId, namespace, name, {
        pair: name === 'eth-1' ? 'ETH-USDT' : 'SOL-USDT',
        values: { bid_spread: '0.5', ask_spread: '0.5', order_refresh_time: '3600', order_amount: '0.05' },
      }),
    ),
  );
  for (const bot of [reporting, ...bots]) await ended(bot);
  await until('both rows', () => row('eth-1')?.state === 'running' && row('sol-1')?.state === 'running');
});
afterAll(async () => {
  readings?.dispose();
  for (const one of [...open, world, admin]) one?.dispose();
  await way?.close();
  await service?.close();
  rmSync(files, { recursive: true, force: true });
  await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false');
});

describe('a reading by exec', () => {
  it('tells what the exchange knows: open orders, volume, and profit with fees taken off', async () => {
    const mine = async (status: 'open' | 'filled') =>
      (await market.orders({ pod: 'eth-1-0', status })).filter((one) => one.namespace === namespace);
    // The exchange fills one now and then by itself; what is left of the two is filled here, so that as much was bought as sold.
    for (const { side } of await mine('open')) await market.fill({ pod: 'eth-1-0', side, namespace } as never);
    const filled = await mine('filled');
    // The bot hears of it within a second, and writes it into its record.
    for (const { clientId } of filled)
      await until('the fill in the record', async () =>
        (await kube('exec', 'eth-1-0', '-c', 'hummingbot', '--', 'bash', '-c', 'cat logs/*.log')).includes(
          `order ${clientId} `,
        ),
      );
    const still = await mine('open');
    const sum = (side: string) =>
      filled.filter((one) => one.side === side).reduce((all, one) => all + Number(one.price) * Number(one.amount), 0);
    const volume = sum('buy') + sum('sell');

    expect(await readings.readNow([row('eth-1').id])).toEqual({ read: 1, notRead: 0, why: '' });
    const told = await until('the reading', () => row('eth-1').trading);
    expect(filled.map(({ side }) => side).sort()).toEqual(['buy', 'sell']);
    expect(told).toMatchObject({ by: 'exec', state: 'trading', openOrders: still.length, quote: 'USDT' });
    // As much was bought as sold, so nothing of it hangs on a price.
    expect(told.volume).toBeCloseTo(volume, 4);
    expect(told.profit).toBeCloseTo(sum('sell') - sum('buy') - volume * 0.001, 4);
    expect(row('eth-1').notRead).toBe('');
  });

  it('keeps its pace at the server: one at a time, two seconds between beginnings, nothing out of view', async () => {
    const before = way.execs.length;
    const ids = [row('eth-1').id, row('sol-1').id];
    readings.inView(ids);
    // The other one was read a moment ago: not again so soon by itself.
    await until('the one in view', () => row('sol-1').trading?.by === 'exec', 30);
    for (let i = 0; i < 2; i++) expect(await readings.readNow(ids)).toMatchObject({ read: 2 });
    readings.inView([]);
    const made = way.execs.slice(before);
    expect(made.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...made.map(({ atOnce }) => atOnce))).toBe(1);
    const gaps = made.slice(1).map(({ at }, i) => at - made[i]!.at);
    expect(Math.min(...gaps)).toBeGreaterThan(1_800);
  });

  it('stays with its age when the bot crashes, and is read anew as soon as that is asked for', async () => {
    readings.inView([]);
    const before = row('sol-1').trading!;
    const { restarts } = row('sol-1');
    await signalContainer(cluster, { namespace, pod: 'sol-1-0', container: 'hummingbot' });
    await until('the restart', () => row('sol-1').restarts === restarts + 1 && row('sol-1').state === 'running');
    const { at, profit, volume } = before;
    expect(row('sol-1').trading).toMatchObject({ at, profit, volume, state: 'unknown' });
    expect(await readings.readNow([row('sol-1').id])).toEqual({ read: 1, notRead: 0, why: '' });
    const anew = row('sol-1').trading!;
    expect(anew.at).toBeGreaterThan(before.at);
    // Its earlier run's orders are not this one's: it has just been started.
    expect(['starting', 'trading']).toContain(anew.state);
  });

  it('that waits its turn, or is under way, when the bot crashes is made of its next run', async () => {
    const { restarts, id } = row('sol-1');
    const before = row('sol-1').trading!;
    const crash = (bot: string) => signalContainer(cluster, { namespace, pod: `${bot}-0`, container: 'hummingbot' });
    const asked = readings.readNow([row('eth-1').id, id]);
    await crash('sol-1');
    expect(await asked).toEqual({ read: 2, notRead: 0, why: '' });
    expect(row('sol-1')).toMatchObject({ restarts: restarts + 1, state: 'running', notRead: '' });
    expect(row('sol-1').trading!.at).toBeGreaterThan(before.at);
    expect(['starting', 'trading']).toContain(row('sol-1').trading!.state);

    // Nothing waits before this one: its program is begun while the container is killed.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const read = row('eth-1').trading!.at;
    const killed = crash('eth-1');
    const answer = await readings.readNow([row('eth-1').id]);
    await killed;
    expect(answer).toEqual({ read: 1, notRead: 0, why: '' });
    expect(row('eth-1').trading!.at).toBeGreaterThan(read);
    await until('the new run', () => row('eth-1').restarts === 1 && row('eth-1').state === 'running');
  });

  it('is not tried where the right is known to be missing, and the refusal is told when it is asked for', async () => {
    await kube('create', 'role', 'looker', '--verb=get,list,watch', '--resource=statefulsets.apps,pods,events');
    await kube('create', 'rolebinding', 'looker', '--role=looker', '--user=lena');
    const lena = await fleetWorld([
      await userKubeconfig(cluster, { user: 'lena', namespace, file: join(files, 'lena') }),
    ]);
    const own = createReadings({ fleet: lena.fleet, clock: systemClock });
    open.push(lena, own);
    lena.fleet.setEnabled(lena.contextIds(), true);
    const seen = await until('the row', () => lena.row(namespace, 'eth-1'));
    own.inView([seen.id]);
    const told = await until('the reason', () => lena.row(namespace, 'eth-1')!.notRead);
    expect(told).toMatch(/may not look into bots of .*pods\/exec/);
    expect(await own.readNow([seen.id])).toMatchObject({
      read: 0,
      notRead: 1,
      why: expect.stringContaining('pods/exec') as string,
    });
    expect(lena.row(namespace, 'eth-1')!.trading).toBeNull();
  });

  it('stays when the bot is stopped, and is not tried then', async () => {
    const last = row('sol-1').trading!;
    await ended(admin.operations.stop(await admin.ref(namespace, 'sol-1'), { ...confirm, force: true }));
    await until('the stop', () => row('sol-1').state === 'stopped');
    expect(row('sol-1').trading).toMatchObject({ state: 'idle', volume: last.volume, openOrders: null });
    expect(await readings.readNow([row('sol-1').id])).toMatchObject({
      read: 0,
      why: expect.stringContaining('no pod') as string,
    });
  });
});

describe('a reporter', () => {
  const name = TOLD;
  const execs = () => way.execs.filter(({ pod }) => pod === `${name}-0`);
  /** When it told, as far as the page heard of it. */
  const words = () => {
    const rows = world.events.flatMap((event) =>
      event.t === 'rows' ? event.rows : event.t === 'delta' ? event.upserts : [],
    );
    return [...new Set(rows.flatMap((one) => (one.name === name && one.trading ? one.trading.at : [])))];
  };
  const own = async () =>
    (
      await Promise.all(
        [ROLES, ROLE_BINDINGS, CONFIG_MAPS].map((resource) =>
          admin.api.list(resource, namespace, { labelSelector: `app.kubernetes.io/instance=${name}` }),
        ),
      )
    ).flatMap(({ items }) => items.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]{10}$/, '')));

  it('brings the bot’s trading by the watch alone, in the words of kubectl beside it', async () => {
    const told = await until('its word', () => row(name)?.trading, 120);
    expect(told).toMatchObject({ by: 'reporter', quote: 'USDT' });
    // The first may have been written while it was starting.
    await until('the state', () => row(name).trading!.state === 'trading', 90);
    expect(row(name).trading).toMatchObject({
      openOrders: 2,
      volume: expect.any(Number) as number,
      profit: expect.any(Number) as number,
    });
    expect(execs()).toEqual([]);
    const [, ready, status] = (await kube('get', 'pod', `${name}-0`, '--no-headers')).trim().split(/\s+/);
    expect({ ready: row(name).ready, status: row(name).status }).toEqual({ ready, status });
    expect(ready).toBe('2/2');
  });

  it('has one right, on its own pod’s status, and the bot beside it none', async () => {
    const can = (verb: string, what: string) =>
      kube(
        'auth',
        'can-i',
        verb,
        what,
        `--as=system:serviceaccount:${namespace}:${name}`,
        '--subresource=status',
      ).catch((thrown: Error) => thrown.message);
    expect(await can('patch', `pods/${name}-0`)).toMatch(/^yes/);
    expect(await can('patch', 'pods/eth-1-0')).not.toMatch(/^yes/);
    const list = await kube(
      'auth',
      'can-i',
      '--list',
      '--no-headers',
      `--as=system:serviceaccount:${namespace}:${name}`,
    );
    expect(list.split('\n').filter((line) => line.includes('pods'))).toHaveLength(1);
    const token = 'ls /var/run/secrets /reporter-token /keys 2>&1; true';
    expect(await kube('exec', `${name}-0`, '-c', 'hummingbot', '--', 'bash', '-c', token)).not.toMatch(
      /token\n|ca.crt/,
    );
    expect(await kube('exec', `${name}-0`, '-c', 'reporter', '--', 'bash', '-c', token)).not.toMatch(/^password/m);
    const write = 'touch data/x logs/x 2>&1; true';
    expect(await kube('exec', `${name}-0`, '-c', 'reporter', '--', 'bash', '-c', write)).toMatch(
      /Read-only[^]*Read-only/,
    );
  });

  it('tells again each minute, by itself and by the watch alone', async () => {
    const [first, second] = await until('its next word', () => (words().length > 1 ? words() : null), 120);
    // Not sooner than 57 s later, but that the first goes by its own machine's clock and not yet by the API server's.
    expect(second! - first!).toBeGreaterThan(55_000);
    expect(execs()).toEqual([]);
  });

  it('ends at once while the bot still cancels its orders, and goes with it', async () => {
    const ref = await admin.ref(namespace, name);
    expect(await own()).toEqual([`${name}-reporter`, `${name}-reporter`, `${name}-config`, `${name}-reporter`]);
    const config = await admin.operations.readConfig(ref);
    const slow = config.files.map((file) =>
      file.path.startsWith('strategies/') ? { ...file, text: `${file.text}\n# stand-in: term-delay=12\n` } : file,
    );
    const saved = await admin.operations.saveConfig({
      bot: ref,
      base: config.base,
      files: slow,
      effect: 'restart-now',
      ...confirm,
    });
    await ended({ operationId: saved.saved ? saved.operationId! : '' });
    // The node writes both ends with its last word of the pod.
    let ends: (string | undefined)[] = [];
    let reporterCode: number | undefined;
    const looking = (async () => {
      for (;;) {
        const pod = await admin.api.get<Pod>(PODS, namespace, `${name}-0`).catch(() => null);
        if (!pod) return;
        const end = (container: string) =>
          pod.status?.containerStatuses?.find((one) => one.name === container)?.state?.terminated;
        if (end('reporter') && end('hummingbot')) {
          ends = [end('reporter')!.finishedAt, end('hummingbot')!.finishedAt];
          reporterCode = end('reporter')!.exitCode;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    const deleted = await ended(admin.operations.delete(ref, { ...confirm, deleteVolume: true }));
    await looking;
    expect(reporterCode).toBe(0);
    expect(Date.parse(ends[0]!)).toBeLessThan(Date.parse(ends[1]!));
    expect(deleted.message).toMatch(/Nothing remains/);
    expect(await own()).toEqual([]);
  });

  it('is given to a bot that runs from its next start on, and not taken for a reason to restart it', async () => {
    const ref = await admin.ref(namespace, 'eth-1');
    const { podUid, restarts } = row('eth-1');
    await ended(admin.operations.setReporter(ref, { ...confirm, on: true }));
    await until('the note', () => row('eth-1').reporter === 'next');
    const set = await admin.api.get<StatefulSet>(STATEFUL_SETS, namespace, 'eth-1');
    expect(set.spec.template.spec.containers.map((one) => one.name)).toEqual(['hummingbot', 'reporter']);
    expect(row('eth-1')).toMatchObject({ podUid, ready: '1/1', restarts });
    await ended(admin.operations.setReporter(ref, { ...confirm, on: false }));
    await until('the note', () => row('eth-1').reporter === '');
  });
});
