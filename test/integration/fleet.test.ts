import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LABEL } from '../../electron/bot/format';
import { classicBot, engineBot } from '../cluster/bots.mjs';
import { apply, kubectl, userKubeconfig } from '../cluster/cluster.mjs';
import { copyKubeconfig, fleetWorld, road, until, type FleetWorld } from './fleetWorld';
import { ownCluster } from './ownCluster';

const cluster = ownCluster();
const namespace = `fleet-${Date.now().toString(36)}`;
const other = `${namespace}-b`;
const files = mkdtempSync(join(tmpdir(), 'hd-fleet-files-'));
const labels = { [LABEL.bot]: '1' };
const kube = (...args: string[]) => kubectl(cluster, '--namespace', namespace, ...args);

let worlds: FleetWorld[] = [];
async function open(...kubeconfigs: string[]): Promise<FleetWorld> {
  const world = await fleetWorld(kubeconfigs);
  worlds.push(world);
  return world;
}
async function on(...kubeconfigs: string[]): Promise<FleetWorld> {
  const world = await open(...kubeconfigs);
  for (const id of world.contextIds()) world.fleet.setEnabled(id, true);
  return world;
}
const live = (world: FleetWorld) =>
  until('a live cluster', () => world.fleet.clusters().find((one) => one.status.phase === 'live'));

beforeAll(async () => {
  await kubectl(cluster, 'create', 'namespace', namespace);
  await kubectl(cluster, 'create', 'namespace', other);
  await apply(cluster, engineBot({ name: 'eth-1', namespace, labels }));
  await apply(cluster, classicBot({ name: 'btc-usdt', namespace }));
  await apply(cluster, engineBot({ name: 'sol-1', namespace: other, labels, replicas: 0 }));
  await until(
    'both pods',
    async () => (await kube('get', 'pods', '--no-headers')).match(/1\/1 +Running/g)?.length === 2,
    120,
  );
});
afterEach(() => {
  for (const world of worlds) world.dispose();
  worlds = [];
});
afterAll(async () => {
  rmSync(files, { recursive: true, force: true });
  await kubectl(cluster, 'delete', 'namespace', namespace, other, '--wait=false');
});

describe('the grid of a real cluster', () => {
  it('shows bots of the app, bots made by hand and stopped ones; nothing before a context is on', async () => {
    const world = await open(cluster.kubeconfig);
    expect(world.fleet.clusters()).toEqual([]);
    world.fleet.setEnabled(world.contextIds()[0]!, true);
    await until(
      'all rows',
      () => world.row(namespace, 'eth-1') && world.row(namespace, 'btc-usdt') && world.row(other, 'sol-1'),
    );
    expect(world.row(namespace, 'eth-1')).toMatchObject({
      managed: true,
      state: 'running',
      ready: '1/1',
      status: 'Running',
      hasPod: true,
    });
    expect(world.row(namespace, 'btc-usdt')).toMatchObject({
      managed: false,
      run: 'classic',
      pair: 'BTC-USDT',
      state: 'running',
    });
    expect(world.row(other, 'sol-1')).toMatchObject({
      state: 'stopped',
      status: 'Stopped',
      ready: '0/0',
      hasPod: false,
    });
    const info = await live(world);
    expect(info.status.lastWordAt).toBeGreaterThan(0);
    expect(info.access?.namespaces).toBeNull();
  });

  it('a bot is never shown as stopped before its pod is known', async () => {
    const world = await on(cluster.kubeconfig);
    await until('the rows', () => world.row(namespace, 'eth-1') && world.row(namespace, 'btc-usdt'));
    const told = world.events.flatMap((event) =>
      event.t === 'delta' ? event.upserts : event.t === 'rows' ? event.rows : [],
    );
    expect(told.filter((row) => row.namespace === namespace && !row.hasPod)).toEqual([]);
  });

  it('follows changes: a bot is deployed, adopted, stopped and deleted', async () => {
    const world = await on(cluster.kubeconfig);
    await live(world);
    await apply(cluster, engineBot({ name: 'live-1', namespace, labels, grace: 5 }));
    await until('the new row', () => world.row(namespace, 'live-1')?.state === 'running', 90);
    await kube('scale', 'statefulset', 'live-1', '--replicas=0');
    await until('stopping', () => world.row(namespace, 'live-1')?.status === 'Terminating', 30);
    await until('stopped', () => world.row(namespace, 'live-1')?.status === 'Stopped');
    await kube('delete', 'statefulset', 'live-1');
    await until('no row', () => !world.row(namespace, 'live-1'));
    await kube('label', 'statefulset', 'btc-usdt', `${LABEL.bot}=1`);
    await until('an adopted row', () => world.row(namespace, 'btc-usdt')?.managed);
    // The label is the workload's alone: whoever connects now must find the pod that trades all the same.
    const later = await on(cluster.kubeconfig);
    await until('its pod', () => later.row(namespace, 'btc-usdt')?.managed && later.row(namespace, 'btc-usdt')?.hasPod);
    expect(world.row(namespace, 'btc-usdt')).toMatchObject({ managed: true, hasPod: true, state: 'running' });
    await kube('label', 'statefulset', 'btc-usdt', `${LABEL.bot}-`);
    await until('by hand again', () => world.row(namespace, 'btc-usdt')?.managed === false);
  });

  it('says why the server refuses a pod', async () => {
    await kube('create', 'quota', 'none', '--hard=pods=2');
    await apply(cluster, engineBot({ name: 'refused', namespace, labels }));
    const world = await on(cluster.kubeconfig);
    const row = await until('a refused row', () =>
      [world.row(namespace, 'refused')].find((one) => one?.status === 'Refused'),
    );
    expect(row).toMatchObject({ state: 'trouble', ready: '0/1', reason: expect.stringContaining('quota (none)') });
    await kube('delete', 'quota', 'none');
    await kube('delete', 'statefulset', 'refused');
  });
});

describe('two contexts', () => {
  it('to one cluster make one set of rows, and the second takes over', async () => {
    const first = copyKubeconfig(cluster.kubeconfig, join(files, 'one'), { context: 'default' });
    const second = copyKubeconfig(cluster.kubeconfig, join(files, 'two'), { context: 'default' });
    const world = await on(first, second);
    await live(world);
    await until('the rows', () => world.row(namespace, 'btc-usdt'));
    await until('both contexts', () => world.fleet.clusters()[0]?.contextIds.length === 2);
    expect(world.fleet.clusters()).toHaveLength(1);
    const count = () => [...world.page.values()].filter((row) => row.namespace === namespace).length;
    expect(count()).toBe(2);
    const names = world.fleet.contextList().contexts.map((context) => context.displayName);
    expect(new Set(names).size).toBe(2);

    const removed = () => world.events.flatMap((event) => (event.t === 'delta' ? event.removes : []));
    world.fleet.setEnabled(world.contextIds()[0]!, false);
    await live(world);
    await kube('annotate', 'statefulset', 'eth-1', 'hummingdeck.io/pair=ETH-USDT', '--overwrite');
    await until('news through the second', () => world.row(namespace, 'eth-1')?.pair === 'ETH-USDT');
    expect(removed()).toEqual([]);
    world.fleet.setEnabled(world.contextIds()[1]!, false);
    await until('no rows', () => world.page.size === 0);
    expect(world.fleet.clusters()).toEqual([]);
  });

  it('of which one goes from the files keeps its rows, stale, with the reason', async () => {
    const file = copyKubeconfig(cluster.kubeconfig, join(files, 'going'), { context: 'going' });
    const world = await on(file);
    await live(world);
    await until('a row', () => world.row(namespace, 'eth-1'));
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config' }));
    const info = await until('a stale cluster', () =>
      world.fleet.clusters().find((one) => one.status.phase === 'stale'),
    );
    expect(info.status.error?.message).toContain('going');
    expect(world.row(namespace, 'eth-1')).toBeTruthy();
    expect(() => world.fleet.connectionOf(info.id)).toThrow(/going/);
    copyKubeconfig(cluster.kubeconfig, file, { context: 'going' });
    await live(world);
  });
});

describe('trouble', () => {
  it('a lost server leaves its rows, stale, and comes back by itself with what happened meanwhile', async () => {
    const way = await road(cluster.server);
    const world = await on(copyKubeconfig(cluster.kubeconfig, join(files, 'road'), { server: way.server }));
    await live(world);
    await until('a row', () => world.row(namespace, 'eth-1'));
    way.cut();
    const stale = await until('stale', () => world.fleet.clusters().find((one) => one.status.phase === 'stale'));
    expect(stale.status.error?.code).toBe('UNREACHABLE');
    expect(stale.status.lastWordAt).toBeLessThanOrEqual(Date.now());
    expect(world.row(namespace, 'eth-1')).toMatchObject({ state: 'running' });
    await kube('annotate', 'statefulset', 'eth-1', 'hummingdeck.io/exchange=kucoin', '--overwrite');
    way.open();
    await live(world);
    await until('the news', () => world.row(namespace, 'eth-1')?.exchange === 'kucoin');
    await way.close();
  });

  it('a sign-in for one namespace sees that namespace', async () => {
    await kube('create', 'serviceaccount', 'unused');
    await kube('create', 'role', 'see', '--verb=get,list,watch', '--resource=pods,pods/log,statefulsets.apps');
    await kube('create', 'rolebinding', 'see', '--role=see', '--user=anna');
    const file = await userKubeconfig(cluster, { user: 'anna', namespace, file: join(files, 'anna') });
    const world = await on(file ?? join(files, 'anna'));
    const info = await live(world);
    await until('the row', () => world.row(namespace, 'eth-1') && world.row(namespace, 'btc-usdt'));
    expect([...world.page.values()].every((row) => row.namespace === namespace)).toBe(true);
    expect(info.access?.namespaces).toEqual([namespace]);
    expect(info.access?.missing.map((right) => right.blocks)).toEqual(
      expect.arrayContaining(['deploy', 'stop', 'shell']),
    );
    expect(world.row(namespace, 'eth-1')).toMatchObject({ state: 'running' });
  });

  it('a sign-in that may not see pods is not told that bots are stopped', async () => {
    await kube('create', 'role', 'blind', '--verb=get,list,watch', '--resource=statefulsets.apps');
    await kube('create', 'rolebinding', 'blind', '--role=blind', '--user=bert');
    const file = join(files, 'bert');
    await userKubeconfig(cluster, { user: 'bert', namespace, file });
    const world = await on(file);
    const row = await until('the row', () => world.row(namespace, 'eth-1'), 30);
    expect(row).toMatchObject({ state: 'unknown', reason: expect.stringContaining('list pods') });
  });

  it('a read-only sign-in for the cluster shows everything and says what it can’t do', async () => {
    await kubectl(cluster, 'create', 'clusterrolebinding', `${namespace}-view`, '--clusterrole=view', '--user=vera');
    const file = join(files, 'vera');
    await userKubeconfig(cluster, { user: 'vera', file });
    const world = await on(file);
    const info = await live(world);
    await until('the rows', () => world.row(namespace, 'eth-1') && world.row(other, 'sol-1'));
    expect(info.access?.missing.map((right) => right.blocks)).toContain('deploy');
    await kubectl(cluster, 'delete', 'clusterrolebinding', `${namespace}-view`);
  });

  it('a sign-in without any right says which is missing', async () => {
    const file = join(files, 'nobody');
    await userKubeconfig(cluster, { user: 'nobody', namespace, file });
    const world = await on(file);
    const info = await until('a failed cluster', () => world.fleet.clusters().find((one) => one.status.error));
    expect(info.status).toMatchObject({ error: { code: 'FORBIDDEN' } });
    expect(world.page.size).toBe(0);
  });
});
