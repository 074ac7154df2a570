import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { LABEL } from '../../electron/bot/format';
import { systemClock } from '../../electron/cluster';
import { createApi } from '../../electron/cluster/api';
import { createHttpTransport } from '../../electron/cluster/http-transport';
import { EVENTS } from '../../electron/cluster/resources';
import { fastClock, targetOf } from '../../electron/cluster/testing';
import { wrap } from '../../electron/cluster/wrap';
import { connect, inParallel, type Api } from '../cluster/api.mjs';
import { classicBot } from '../cluster/bots.mjs';
import { upMany, type Many } from '../cluster/many.mjs';
import { NAMESPACE } from '../cluster/mould.mjs';
import { countingWay, type CountingWay } from './counting';
import { fleetWorld, until, type FleetWorld } from './fleetWorld';

/** A cluster that a trader shares with many others, counted on the way to its real API server. */
const OTHERS = 2_000;
const STRANGERS = 300;
const BOTS = 4;
const PAGE = 500;
/** The app's clock runs so many times faster. */
const FASTER = 10;

const files = mkdtempSync(join(tmpdir(), 'hd-crowded-'));
const MERGE = 'application/merge-patch+json';
const sets = (namespace: string, name = '') => `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;
const pods = (namespace: string, name = '') => `/api/v1/namespaces/${namespace}/pods/${name}`;
/** Another one in each try. */
const fresh = (name: string) => `${name}-${Date.now().toString(36)}`;
const named = (i: number) => `db-${String(i).padStart(4, '0')}`;
let many: Many;
let api: Api;
let open: { dispose(): unknown }[] = [];

beforeAll(async () => {
  many = await upMany({ count: 1, bots: BOTS });
  api = connect(many.kubeconfig(join(files, 'admin')));
  await api.send('POST', '/api/v1/namespaces', { metadata: { name: 'others' } });
  const numbers = Array.from({ length: OTHERS }, (_, i) => i);
  await inParallel(numbers, (i) => api.send('POST', sets('others'), database(named(i))), 16);
  await inParallel(numbers.slice(0, STRANGERS), (i) => api.send('POST', pods(NAMESPACE), stranger(i)), 16);
});
afterEach(async () => {
  for (const one of open.reverse()) await one.dispose();
  open = [];
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
/** Beside the bots, with a label that theirs bear too. */
const stranger = (i: number) => ({
  metadata: { name: named(i), labels: { 'app.kubernetes.io/name': 'postgresql', component: 'worker' } },
  spec: { nodeName: 'node-00', containers: [{ name: 'db', image: 'postgres:17' }] },
});
/** A bot made by hand; no controller is there to make its pod. `key`: of the one label that its own selector has; else it has two. */
async function byHand(name: string, { key = '', replicas = 1 } = {}): Promise<void> {
  const { kind: _kind, apiVersion, ...body } = classicBot({ name, namespace: NAMESPACE, replicas }).at(-1);
  const labels = { [key || 'name']: `${name}-hummingbot`, ...(key ? {} : { component: 'worker' }) };
  body.spec.selector.matchLabels = body.spec.template.metadata.labels = labels;
  const { metadata } = await api.send('POST', sets(NAMESPACE), body);
  if (replicas === 0) return;
  const owner = { apiVersion, kind: 'StatefulSet', name, uid: metadata.uid, controller: true };
  const { serviceAccountName: _account, ...spec } = body.spec.template.spec;
  await api.send('POST', pods(NAMESPACE), {
    metadata: {
      ...{ name: `${name}-0`, ownerReferences: [owner] },
      labels: { ...labels, 'statefulset.kubernetes.io/pod-name': `${name}-0` },
    },
    spec: { ...spec, nodeName: 'node-00' },
  });
  const running = { name, image: 'x', imageID: 'x', ready: true, restartCount: 0, state: { running: {} } };
  const status = { phase: 'Running', containerStatuses: [running] };
  await api.send('PATCH', `${pods(NAMESPACE, `${name}-0`)}/status`, { status }, MERGE);
}

async function connected(): Promise<{ world: FleetWorld; way: CountingWay }> {
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
  open.push({ dispose: () => way.close() }, world);
  world.fleet.setEnabled(world.contextIds(), true);
  return { world, way };
}
const askedFor = (way: CountingWay, what: RegExp) =>
  way.asked.filter(({ path }) => what.test(decodeURIComponent(path)));
const bytesOf = (asked: { bytes: number }[]) => asked.reduce((sum, { bytes }) => sum + bytes, 0);

it(`${OTHERS} workloads of others come once a look, in compressed pages, and by no watch; a bot made by hand is live all the same`, async () => {
  const [btc, sol] = [fresh('btc-usdt'), fresh('sol-usdt')];
  await byHand(btc);
  const { world, way } = await connected();
  const row = (name: string) => world.row(NAMESPACE, name);
  await until('all rows', () => world.page.size > BOTS && row(btc)?.hasPod);

  const look = () => askedFor(way, /\/apis\/apps\/v1\/statefulsets\?labelSelector=!hummingdeck/);
  const first = look();
  const whole = JSON.stringify(await api.get(`/apis/apps/v1/statefulsets?labelSelector=!${LABEL.bot}`)).length;
  expect(first).toHaveLength(Math.ceil((OTHERS + world.page.size - BOTS) / PAGE));
  expect(bytesOf(first)).toBeLessThan(whole / 5);

  // Others work on what is theirs: nothing of it comes.
  const watches = () => askedFor(way, /[?&]watch=1/);
  const before = bytesOf(watches());
  const some = Array.from({ length: STRANGERS }, (_, i) => i);
  const change = { metadata: { annotations: { touched: 'x'.repeat(1_000) } } };
  await inParallel(some, (i) => api.send('PATCH', sets('others', named(i)), change, MERGE), 16);
  await inParallel(some, (i) => api.send('PATCH', pods(NAMESPACE, named(i)), change, MERGE), 16);
  await api.send('PATCH', sets(NAMESPACE, btc), { spec: { replicas: 0 } }, MERGE);
  await api.send('DELETE', pods(NAMESPACE, `${btc}-0`), { gracePeriodSeconds: 0 });
  await until('a bot made by hand to be stopped', () => row(btc)?.state === 'stopped', 20);
  expect(bytesOf(watches()) - before).toBeLessThan(30_000);
  expect(watches().filter(({ path }) => !path.includes('labelSelector='))).toEqual([]);

  await byHand(sol);
  await until('the next look', () => look().length >= 2 * first.length, 90);
  await until('what it found', () => row(sol)?.hasPod);
  expect(look()[first.length]!.at - first[0]!.at, 'from look to look, by the app’s clock').toBeGreaterThan(240_000);
  expect(way.mostWatches()).toBe(3);
  expect(world.events.flatMap((event) => (event.t === 'delta' ? event.removes : []))).toEqual([]);
});

it('two hundred bots made by hand, whose labels have nothing in common, are known by one watch', async () => {
  const count = 200;
  const first = fresh('market-maker');
  const name = (i: number) => `${first}-${String(i).padStart(3, '0')}`;
  await inParallel(
    Array.from({ length: count }, (_, i) => i),
    (i) => byHand(name(i), { key: i % 2 === 0 ? 'app' : 'name', replicas: i < 2 ? 1 : 0 }),
    16,
  );
  const { world, way } = await connected();
  const row = (i: number) => world.row(NAMESPACE, name(i));
  await until('all rows', () => row(count - 1) && world.page.size >= BOTS + count);
  expect([row(0)?.state, row(1)?.state, row(2)?.state]).toEqual(['running', 'running', 'stopped']);
  const byNames = askedFor(way, /pods\?labelSelector=statefulset\.kubernetes\.io\/pod-name,!hummingdeck/);
  expect(byNames.length).toBeGreaterThan(0);
  await api.send('DELETE', pods(NAMESPACE, `${name(0)}-0`), { gracePeriodSeconds: 0 });
  await until('its pod to be gone', () => row(0)?.hasPod === false);
  expect(way.mostWatches()).toBe(3);
});

it('a list whose continue token expired between two pages is read anew, whole', async () => {
  const way = await countingWay(many.dir, many.planes[0]!.server, systemClock);
  const transport = createHttpTransport(targetOf(way.server), { userAgent: 'hummingdeck-test', clock: systemClock });
  open.push({ dispose: () => way.close() }, { dispose: () => transport.close() });
  const events = '/api/v1/namespaces/others/events/';
  // Events are in no cache of the server's: their pages come from etcd, which forgets.
  const event = (name: string) => ({ metadata: { name }, involvedObject: { namespace: 'others' }, reason: 'Test' });
  const first = fresh('event');
  const names = Array.from({ length: 5 }, (_, i) => `${first}-${i}`);
  for (const name of names) await api.send('POST', events, event(name));
  let pages = 0;
  const forgetful = wrap(transport, {
    async request(asked) {
      const page = await transport.request(asked);
      if (++pages > 1) return page;
      await api.send('POST', events, event(`${first}-5`));
      await many.compact();
      return page;
    },
  });
  const far = createApi(forgetful, { clock: systemClock });
  const { items } = await far.list(EVENTS, 'others', { limit: 2 }, { keep: ({ metadata }) => metadata.name });
  expect(items.filter((name) => name.startsWith(first))).toEqual([...names, `${first}-5`]);
  const gone = way.asked.filter(({ path }) => path.includes('/events?'));
  expect(gone.length, 'a page that failed, and all of them anew').toBeGreaterThan(Math.ceil(items.length / 2) + 1);
});
