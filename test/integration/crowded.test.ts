import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LABEL } from '../../electron/bot/format';
import { fastClock } from '../../electron/cluster/testing';
import { connect, inParallel, type Api } from '../cluster/api.mjs';
import { classicBot } from '../cluster/bots.mjs';
import { upMany, type Many } from '../cluster/many.mjs';
import { NAMESPACE } from '../cluster/mould.mjs';
import { countingWay, type CountingWay } from './counting';
import { fleetWorld, until } from './fleetWorld';

/** A cluster that a trader shares with many others, counted on the way to its real API server. */
const OTHERS = 2_000;
const BOTS = 4;
const PAGE = 500;
/** The app's clock runs so many times faster. */
const FASTER = 10;

const files = mkdtempSync(join(tmpdir(), 'hd-crowded-'));
const MERGE = 'application/merge-patch+json';
const sets = (namespace: string, name = '') => `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;
const pods = (namespace: string, name = '') => `/api/v1/namespaces/${namespace}/pods/${name}`;
const named = (i: number) => `db-${String(i).padStart(4, '0')}`;
let many: Many;
let api: Api;

beforeAll(async () => {
  many = await upMany({ count: 1, bots: BOTS });
  api = connect(many.kubeconfig(join(files, 'admin')));
  await api.send('POST', '/api/v1/namespaces', { metadata: { name: 'others' } });
  const numbers = Array.from({ length: OTHERS }, (_, i) => i);
  await inParallel(numbers, (i) => api.send('POST', sets('others'), database(named(i))), 16);
  await byHand('btc-usdt');
});
afterAll(async () => {
  api.close();
  await many.down();
  rmSync(files, { recursive: true, force: true });
});

/** As charts make them: labels, probes and variables. */
function database(name: string): object {
  const labels = { 'app.kubernetes.io/name': 'postgresql', 'app.kubernetes.io/instance': name };
  const env = Array.from({ length: 20 }, (_, i) => ({ name: `POSTGRES_SETTING_${i}`, value: `${name} ${i}` }));
  const probe = { exec: { command: ['/bin/sh', '-c', `exec pg_isready -U ${name} -h 127.0.0.1`] }, periodSeconds: 10 };
  const containers = [{ name: 'db', image: 'postgres:17', env, livenessProbe: probe, readinessProbe: probe }];
  const template = { metadata: { labels }, spec: { containers } };
  return {
    metadata: { name, labels },
    spec: { replicas: 1, serviceName: name, selector: { matchLabels: labels }, template },
  };
}
/** A running bot made by hand; no controller is there to make its pod. */
async function byHand(name: string): Promise<void> {
  const { kind: _kind, apiVersion, ...body } = classicBot({ name, namespace: NAMESPACE }).at(-1);
  const { metadata } = await api.send('POST', sets(NAMESPACE), body);
  const { labels } = body.spec.template.metadata;
  const owner = { apiVersion, kind: 'StatefulSet', name, uid: metadata.uid, controller: true };
  const { serviceAccountName: _account, ...spec } = body.spec.template.spec;
  await api.send('POST', pods(NAMESPACE), {
    metadata: { name: `${name}-0`, labels, ownerReferences: [owner] },
    spec: { ...spec, nodeName: 'node-00' },
  });
  const running = { name, image: 'x', imageID: 'x', ready: true, restartCount: 0, state: { running: {} } };
  const status = { phase: 'Running', containerStatuses: [running] };
  await api.send('PATCH', `${pods(NAMESPACE, `${name}-0`)}/status`, { status }, MERGE);
}

const askedFor = (way: CountingWay, what: RegExp) =>
  way.asked.filter(({ path }) => what.test(decodeURIComponent(path)));
const bytesOf = (asked: { bytes: number }[]) => asked.reduce((sum, { bytes }) => sum + bytes, 0);

it(`${OTHERS} workloads of others come once a look, in compressed pages, and by no watch; a bot made by hand is live all the same`, async () => {
  const clock = fastClock(FASTER);
  const way = await countingWay(many.dir, many.planes[0]!.server, clock);
  const file = join(files, 'counted');
  writeFileSync(
    file,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'crowded', users: [{ name: 'me', user: {} }] },
      clusters: [{ name: 'crowded', cluster: { server: way.server } }],
      contexts: [{ name: 'crowded', context: { cluster: 'crowded', user: 'me' } }],
    }),
  );
  const world = await fleetWorld([file], clock);
  try {
    world.fleet.setEnabled(world.contextIds(), true);
    const row = (name: string) => world.row(NAMESPACE, name);
    await until('all rows', () => world.page.size === BOTS + 1 && row('btc-usdt')?.hasPod);

    const look = () => askedFor(way, /\/apis\/apps\/v1\/statefulsets\?labelSelector=!hummingdeck/);
    const first = look();
    const whole = JSON.stringify(await api.get(`/apis/apps/v1/statefulsets?labelSelector=!${LABEL.bot}`)).length;
    expect(first).toHaveLength(Math.ceil((OTHERS + 1) / PAGE));
    expect(bytesOf(first)).toBeLessThan(whole / 5);

    // Others work on what is theirs: nothing of it comes.
    const watches = () => askedFor(way, /[?&]watch=1/);
    const before = bytesOf(watches());
    const some = Array.from({ length: 300 }, (_, i) => i);
    const change = { metadata: { annotations: { touched: 'x'.repeat(1_000) } } };
    await inParallel(some, (i) => api.send('PATCH', sets('others', named(i)), change, MERGE), 16);
    await api.send('PATCH', sets(NAMESPACE, 'btc-usdt'), { spec: { replicas: 0 } }, MERGE);
    await api.send('DELETE', pods(NAMESPACE, 'btc-usdt-0'), { gracePeriodSeconds: 0 });
    await until('a bot made by hand to be stopped', () => row('btc-usdt')?.state === 'stopped', 20);
    expect(bytesOf(watches()) - before).toBeLessThan(30_000);
    expect(watches().filter(({ path }) => !path.includes('labelSelector='))).toEqual([]);

    await byHand('sol-usdt');
    await until('the next look', () => look().length >= 2 * first.length, 90);
    await until('what it found', () => row('sol-usdt')?.hasPod);
    expect(look()[first.length]!.at - first[0]!.at, 'from look to look, by the app’s clock').toBeGreaterThan(240_000);
    expect(way.mostWatches()).toBe(3);
    expect(world.events.flatMap((event) => (event.t === 'delta' ? event.removes : []))).toEqual([]);
  } finally {
    world.dispose();
    await way.close();
  }
});
