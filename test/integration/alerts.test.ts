import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAlertDesk, type AlertDesk } from '../../electron/alertDesk';
import { LABEL } from '../../electron/bot/format';
import { systemClock, type Clock } from '../../electron/cluster';
import { fastClock } from '../../electron/cluster/testing';
import { createReadings } from '../../electron/fleet';
import { createOperations } from '../../electron/operations';
import { jsonFile } from '../../electron/settings';
import type { AppEvent } from '../../shared/events';
import type { BotRow } from '../../shared/rows';
import { engineBot } from '../cluster/bots.mjs';
import { apply, exchange, kubectl, signalContainer, userKubeconfig } from '../cluster/cluster.mjs';
import { copyKubeconfig, fleetWorld, road, until } from './fleetWorld';
import { ownCluster } from './ownCluster';

const cluster = ownCluster();
const namespace = `alerts-${Date.now().toString(36)}`;
const other = `${namespace}-b`;
const files = mkdtempSync(join(tmpdir(), 'hd-alerts-'));
const labels = { [LABEL.bot]: '1' };
const kube = (...args: string[]) => kubectl(cluster, '--namespace', namespace, ...args);
const open: { dispose(): void }[] = [];

/** Alerts wait so as not to cry too soon, which needs no patience of ours: their minute takes some seconds here. */
const FASTER = 8;

/** So are minutes between readings, which are a bot's own: an event as it would be had each lasted as long. */
function stretched(event: AppEvent, from: number, times: number): AppEvent {
  if (event.t !== 'rows' && event.t !== 'delta') return event;
  const far = (row: BotRow): BotRow =>
    row.trading ? { ...row, trading: { ...row.trading, at: from + (row.trading.at - from) * times } } : row;
  return event.t === 'rows' ? { ...event, rows: event.rows.map(far) } : { ...event, upserts: event.upserts.map(far) };
}

/** Fleet and alerts as main wires them; alerts live in a file under `name`. */
async function world(
  kubeconfig: string,
  {
    name = 'alerts',
    clock = systemClock,
    deskClock = fastClock(FASTER),
    stretch = 1,
  }: { name?: string; clock?: Clock; deskClock?: Clock; stretch?: number } = {},
) {
  let desk: AlertDesk | null = null;
  const opened: string[] = [];
  const early: AppEvent[] = [];
  const from = Date.now();
  const hear = (told: AppEvent) => {
    const event = stretched(told, from, stretch);
    if (desk) desk.hear(event);
    else early.push(event);
  };
  const fleet = await fleetWorld([kubeconfig], clock, hear);
  desk = createAlertDesk({
    clock: deskClock,
    newId: () => crypto.randomUUID(),
    store: jsonFile(files, name),
    onChange: () => undefined,
    onOpened: (alerts) => opened.push(...alerts.map(({ sentence }) => sentence)),
  });
  early.forEach(desk.hear);
  open.push(desk, fleet);
  for (const id of fleet.contextIds()) fleet.fleet.setEnabled(id, true);
  await until('a live cluster', () => fleet.fleet.clusters().find((one) => one.status.phase === 'live'));
  const alert = (words: string) => desk.list().find(({ sentence }) => sentence.includes(words));
  return { ...fleet, desk, opened, alert };
}
const close = () => open.splice(0).forEach((one) => one.dispose());

beforeAll(async () => {
  await kubectl(cluster, 'create', 'namespace', namespace);
  await kubectl(cluster, 'create', 'namespace', other);
});
afterEach(close);
afterAll(async () => {
  rmSync(files, { recursive: true, force: true });
  await kubectl(cluster, 'delete', 'namespace', namespace, other, '--wait=false');
});

describe('on a real cluster', () => {
  it('a bot that crashes and one that runs out of memory are told once each, in words; mended, they are over; a restart of the app repeats nothing', async () => {
    const first = await world(cluster.kubeconfig);
    const bot = (name: string, faults: string) => engineBot({ name, namespace, labels, grace: 5, faults });
    await apply(cluster, bot('crashing', 'crash-after=2'));
    await apply(cluster, bot('hungry', 'oom=2'));
    await until('the want of memory', () => first.alert('hungry needed more memory'), 120);
    await until('the crash loop', () => first.alert('crashing fails again and again'), 180);
    const loop = first.alert('crashing')!;
    expect(loop.sentence).toContain('ended with an error; its log says which (exit code 1)');
    expect(loop.hint).toContain('log of the run before');
    expect(first.row(namespace, 'hungry')).toMatchObject({
      outOfMemory: true,
      lastEnd: expect.stringContaining('needed more memory than it may have'),
    });
    expect(first.opened.filter((one) => one.includes('crashing') || one.includes('hungry'))).toHaveLength(2);

    await kube('scale', 'statefulset', 'hungry', '--replicas=0');
    await until('its end', () => first.alert('hungry')?.endedAt);
    close();

    const second = await world(cluster.kubeconfig);
    await until('word of it', () => second.alert('crashing')?.asBefore === false);
    await new Promise((resolve) => setTimeout(resolve, 60_000 / FASTER));
    expect(second.desk.list().filter(({ sentence }) => sentence.includes('crashing'))).toMatchObject([
      { id: loop.id, endedAt: null },
    ]);
    expect(second.opened.filter((one) => one.includes('crashing'))).toEqual([]);
    await kube('delete', 'statefulset', 'crashing');
    await until('its end', () => second.alert('crashing')?.endedAt);
  }, 420_000);

  it('a lost cluster is told after a while and is over when it answers', async () => {
    const way = await road(cluster.server);
    const kubeconfig = copyKubeconfig(cluster.kubeconfig, join(files, 'road'), { server: way.server, context: 'fra' });
    const at = await world(kubeconfig, { name: 'road', clock: fastClock(FASTER) });
    way.cut();
    const lost = await until('the loss', () => at.alert('fra is lost.'), 90);
    expect(lost.parts[0]).toMatchObject({ kind: 'lostCluster', bot: null });
    way.open();
    await until('its end', () => at.alert('fra is lost.')?.endedAt, 90);
    await way.close();
  }, 240_000);

  it('a bot that its kill switch stopped and one that quotes nothing are told when their records were read', async () => {
    const at = await world(cluster.kubeconfig, { name: 'idle', stretch: 60 });
    const readings = createReadings({ fleet: at.fleet, clock: systemClock });
    open.push(readings);
    const market = exchange(cluster);
    const calm = { namespace, labels, grace: 5, fields: { order_refresh_time: 3600 } };
    await apply(cluster, engineBot({ ...calm, name: 'killed', faults: 'kill-switch-after=2' }));
    await apply(cluster, engineBot({ ...calm, name: 'quotes-none' }));
    const row = (name: string) => at.row(namespace, name);
    await until('both', () => ['killed', 'quotes-none'].every((name) => row(name)?.state === 'running'), 120);
    const ids = ['killed', 'quotes-none'].map((name) => row(name)!.id);
    await until(
      'its orders',
      async () => (await market.orders({ namespace, pod: 'quotes-none-0', status: 'open' })).length > 0,
    );
    const seen = () => ids.map((id) => at.page.get(id)?.trading);
    await until('both to be read', async () => {
      await readings.readNow(ids);
      const [killed, quotes] = seen();
      return killed?.state === 'idle' && quotes?.state === 'trading' && quotes.openOrders! > 0;
    });
    expect(seen()[0]).toMatchObject({ by: 'exec', sentence: expect.stringContaining('kill switch') as string });
    const killed = await until('the kill switch', () => at.alert('killed runs, but does not trade'));
    expect(killed.sentence).toContain('Its kill switch has stopped the strategy');
    expect(at.alert('quotes-none')).toBeUndefined();

    await market.cancel({ namespace, pod: 'quotes-none-0' });
    const none = await until('no quote for a while', async () => {
      await readings.readNow(ids.slice(1));
      return at.alert('quotes-none trades, but had no order open');
    });
    expect(none.parts[0]).toMatchObject({ kind: 'noQuote' });
    expect(at.opened.filter((one) => one.includes('killed') || one.includes('quotes-none'))).toHaveLength(2);
    for (const name of ['killed', 'quotes-none']) await kube('delete', 'statefulset', name);
  }, 240_000);

  it('events of a bot and the reason of its last restart, in words: killed, and ended from outside', async () => {
    const at = await world(cluster.kubeconfig, { name: 'events' });
    await apply(cluster, engineBot({ name: 'told', namespace, labels, grace: 5 }));
    const row = await until(
      'a running bot',
      () => [at.row(namespace, 'told')].find((one) => one?.state === 'running'),
      120,
    );
    const ops = createOperations({
      ...{ connectionOf: at.fleet.connectionOf, clock: systemClock, holder: 'test', newId: () => crypto.randomUUID() },
      ...{ emit: () => undefined, gone: () => undefined },
    });
    const events = () => ops.events({ ...row, kind: 'StatefulSet' });
    expect(await events()).toMatchObject({ lastEnd: '', refused: '' });
    const words = (await events()).events.map((event) => event.words);
    expect(words).toEqual(expect.arrayContaining(['Its container was started.', 'The cluster made a part of it.']));
    expect(words.some((one) => /^Node \S+ takes it\.$/.test(one))).toBe(true);
    const times = (await events()).events.map((event) => event.at);
    expect(times).toEqual([...times].sort((a, b) => b - a));

    await signalContainer(cluster, { pod: 'told-0', namespace });
    await until('its second run', () => at.row(namespace, 'told')?.restarts === 1, 90);
    expect((await events()).lastEnd).toMatch(/^Hummingbot was killed; orders may be left open \(exit code 137\)\. \(2/);
    expect(at.row(namespace, 'told')?.lastEnd).toMatch(/was killed/);

    const { podUid } = at.row(namespace, 'told')!;
    await kube('delete', 'pod', 'told-0');
    await until(
      'another pod',
      () => at.row(namespace, 'told')?.state === 'running' && at.row(namespace, 'told')?.podUid !== podUid,
      120,
    );
    // The node's own word of it may come after the other pod.
    const ended = await until('the word of its end', async () => (await events()).lastEnd);
    expect(ended).toMatch(/^Its last pod was told to end/);
    await ops.dispose();
    await kube('delete', 'statefulset', 'told');
  }, 420_000);
});

describe('rights', () => {
  const grant = (where: string, user: string) =>
    kubectl(cluster, '-n', where, 'create', 'rolebinding', user, '--clusterrole=view', `--user=${user}`);

  it('of several chosen namespaces one is lost in the middle: its bots are unknown, with the right that is missing; given back, they come to life by themselves', async () => {
    await apply(cluster, engineBot({ name: 'here', namespace, labels, grace: 5 }));
    await apply(cluster, engineBot({ name: 'there', namespace: other, labels, grace: 5 }));
    // Of an earlier try, if there was one.
    for (const where of [namespace, other])
      await kubectl(cluster, '-n', where, 'delete', 'rolebinding', 'carla', '--ignore-not-found');
    await grant(namespace, 'carla');
    await grant(other, 'carla');
    const file = join(files, 'carla');
    await userKubeconfig(cluster, { user: 'carla', namespace, file });
    const way = await road(cluster.server);
    copyKubeconfig(file, file, { server: way.server });
    // What waits ten minutes, so as not to be a nuisance, waits three seconds here.
    const clock: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms > 500_000 ? 3_000 : ms, run) };
    const at = await world(file, { name: 'rights', clock });
    at.setNamespaces(at.contextIds()[0]!, [namespace, other]);
    const state = (where: string, name: string) => at.row(where, name)?.state;
    await until('both', () => state(namespace, 'here') === 'running' && state(other, 'there') === 'running', 120);
    const access = () => at.fleet.clusters()[0]?.access;
    await until('both namespaces', () => access()?.namespaces?.join() === [namespace, other].join());

    await kubectl(cluster, '-n', other, 'delete', 'rolebinding', 'carla');
    way.cut();
    await new Promise((resolve) => setTimeout(resolve, 500));
    way.open();
    const lost = await until(
      'an unknown bot',
      () => [at.row(other, 'there')].find((one) => one?.state === 'unknown'),
      90,
    );
    expect(lost.reason).toMatch(/may (not )?see (the (bots|pods) of )?this namespace/);
    await until('what is left', () => access()?.namespaces?.join() === namespace);
    await until('a live cluster', () => at.fleet.clusters()[0]?.status.phase === 'live');
    expect(state(namespace, 'here')).toBe('running');
    expect(at.desk.list().filter(({ kind }) => kind === 'nodeSilent')).toEqual([]);

    await grant(other, 'carla');
    await until('rights given back', () => state(other, 'there') === 'running', 60);
    await until('all of them', () => access()?.namespaces?.length === 2);
    await kubectl(cluster, '-n', other, 'delete', 'statefulset', 'there');
    await kube('delete', 'statefulset', 'here');
    await until('no bot there', () => !at.row(other, 'there'));
    await way.close();
  }, 420_000);

  it('a sign-in without the right to see events says so, and tells why a bot was started again all the same', async () => {
    await apply(cluster, engineBot({ name: 'quiet', namespace, labels, grace: 5 }));
    await kube(
      'create',
      'role',
      'dora',
      '--verb=get,list,watch',
      '--resource=pods,statefulsets.apps,configmaps,secrets',
    );
    await kube('create', 'rolebinding', 'dora', '--role=dora', '--user=dora');
    const file = join(files, 'dora');
    await userKubeconfig(cluster, { user: 'dora', namespace, file });
    const at = await world(file, { name: 'dora' });
    const row = await until(
      'a running bot',
      () => [at.row(namespace, 'quiet')].find((one) => one?.state === 'running'),
      120,
    );
    const ops = createOperations({
      ...{ connectionOf: at.fleet.connectionOf, clock: systemClock, holder: 'test', newId: () => crypto.randomUUID() },
      ...{ emit: () => undefined, gone: () => undefined },
    });
    const told = await ops.events({ ...row, kind: 'StatefulSet' });
    expect(told).toMatchObject({ events: [], refused: expect.stringContaining(`list events in ${namespace}`) });
    await ops.dispose();
    await kube('delete', 'statefulset', 'quiet');
  }, 240_000);
});
