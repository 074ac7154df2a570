import { afterEach, expect, it } from 'vitest';
import { LABEL } from '../bot/format';
import { systemClock } from '../cluster';
import { bot, farEnd, fleetOver, way, type FarEnd } from './testing';

const open: { dispose(): void }[] = [];
afterEach(() => open.splice(0).forEach((fleet) => fleet.dispose()));

function cluster(uid: string, ...names: string[]): FarEnd {
  const far = farEnd(uid);
  for (const name of names) {
    const { workload, pod } = bot(name);
    far.put('statefulsets', workload);
    far.put('pods', pod);
  }
  return far;
}
function fleet(...given: Parameters<typeof fleetOver>) {
  const world = fleetOver(...given);
  open.push(world.fleet);
  return world;
}
/** A bot made by hand; `managed`: with the app's label all the same. */
function putByHand(far: FarEnd, name: string, managed = false): void {
  const { workload, pod } = bot(name);
  const labels = { app: name };
  const { containers } = pod.spec;
  far.put('statefulsets', {
    ...workload,
    metadata: { ...workload.metadata, labels: { ...labels, ...(managed ? { [LABEL.bot]: '1' } : {}) } },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  } as never);
  far.put('pods', { ...pod, metadata: { ...pod.metadata, labels } });
}
async function until(look: () => unknown): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (look()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(look()).toBeTruthy();
}

it('a cluster whose only context goes the moment its rows are in is stale', async () => {
  // No time passes: what waits for a moment to be told is still waiting.
  const still = {
    ...systemClock,
    after: (ms: number, run: () => void) => (ms > 0 ? () => {} : systemClock.after(0, run)),
  };
  const world = fleet({ prod: way(cluster('uid-fra', 'eth')) }, undefined, still);
  const phase = () => world.fleet.clusters()[0]?.status.phase;
  world.fleet.setEnabled('prod', true);
  await until(() => phase() === 'live');
  world.forget('prod');
  expect(phase()).toBe('stale');
  expect(world.fleet.rows()).toMatchObject([{ name: 'eth' }]);
});

it('a context that suddenly leads to another cluster never mixes their bots, and nothing is done to the old ones', async () => {
  const fra = cluster('uid-fra', 'eth', 'btc');
  const nyc = cluster('uid-nyc', 'sol');
  const road = way(fra);
  const world = fleet({ prod: road });
  world.fleet.setEnabled('prod', true);
  await until(() => world.names().join() === 'btc,eth');
  road.lead(nyc);
  await until(() => world.names().includes('sol'));
  expect(world.names()).toEqual(['btc', 'eth', 'sol']);
  expect([...world.page.values()].map((row) => [row.name, row.clusterId]).sort()).toEqual([
    ['btc', 'uid-fra'],
    ['eth', 'uid-fra'],
    ['sol', 'uid-nyc'],
  ]);
  const old = world.fleet.clusters().find((one) => one.id === 'uid-fra')!;
  expect(old.status).toMatchObject({ phase: 'stale', error: { code: 'WRONG_CLUSTER' } });
  expect(() => world.fleet.connectionOf('uid-fra')).toThrow(/another cluster/);
  await expect(world.fleet.connectionOf('uid-nyc').verify('uid-fra')).rejects.toThrow(/another cluster/);
  world.fleet.setEnabled('prod', false);
  await until(() => world.names().length === 0);
});

it('two contexts to one cluster watch it once', async () => {
  const fra = cluster('uid-fra', 'eth');
  const world = fleet({ admin: way(fra), viewer: way(fra) });
  world.fleet.setEnabled('admin', true);
  world.fleet.setEnabled('viewer', true);
  await until(() => world.fleet.clusters()[0]?.contextIds.length === 2 && world.names().length === 1);
  expect(fra.watches()).toBe(2);
});

it.each([['narrow', 'admin'] as const, ['admin', 'narrow'] as const])(
  'a sign-in that may not read what cluster it is on (%s on first) shows no bot a second time',
  async (...order) => {
    const fra = cluster('uid-fra', 'eth');
    const world = fleet({ admin: way(fra), narrow: way(fra, { blind: true }) }, 'https://fra');
    world.fleet.setEnabled(order[0], true);
    await until(() => world.names().length === 1);
    const before = [...world.page.values()][0]!.clusterId;
    world.fleet.setEnabled(order[1], true);
    await until(() => world.fleet.clusters().some((one) => one.contextIds.length === 2));
    await until(() => [...world.page.values()].every((row) => row.clusterId === 'uid-fra'));
    expect(world.names()).toEqual(['eth']);
    expect(world.fleet.clusters()).toMatchObject([{ id: 'uid-fra' }]);
    expect(world.fleet.contextList().contexts.map((context) => context.clusterId)).toEqual(['uid-fra', 'uid-fra']);
    // What was pinned to the address, such as an open log, goes on.
    const ref = { clusterId: before, kind: 'StatefulSet' as const, namespace: 'bots', name: 'eth', uid: 'eth-uid' };
    await until(() => world.fleet.findPod(ref));
    await world.fleet.connectionOf(before).verify(before);
  },
);

it('a sign-in that knows its cluster by the address alone does nothing once another cluster stands there', async () => {
  const fra = cluster('uid-fra', 'eth');
  const nyc = cluster('uid-nyc', 'sol');
  const [wide, blind] = [way(fra), way(fra, { blind: true })];
  const world = fleet({ narrow: blind, admin: wide }, 'https://prod');
  world.fleet.setEnabled('narrow', true);
  world.fleet.setEnabled('admin', true);
  await until(() => world.fleet.clusters()[0]?.contextIds.length === 2 && world.names().length === 1);
  blind.lead(nyc);
  wide.lead(nyc);
  await until(() => world.names().includes('sol'));
  await until(() => world.fleet.clusters().find((one) => one.id === 'uid-nyc')?.contextIds.length === 2);
  expect([...world.page.values()].map((row) => [row.name, row.clusterId]).sort()).toEqual([
    ['eth', 'uid-fra'],
    ['sol', 'uid-nyc'],
  ]);
  expect(() => world.fleet.connectionOf('uid-fra')).toThrow(/another cluster/);
});

it('a sign-in that may see nothing says so beside one that sees all', async () => {
  const fra = cluster('uid-fra', 'eth');
  const world = fleet({ admin: way(fra), anonymous: way(fra, { nothing: true }) }, 'https://fra');
  world.fleet.setEnabled('admin', true);
  world.fleet.setEnabled('anonymous', true);
  const phases = () => world.fleet.contextList().contexts.map((context) => context.status.phase);
  await until(() => phases().join() === 'live,failed' && world.names().length === 1);
  expect(world.fleet.contextList().contexts[1]!.status.error).toMatchObject({ code: 'FORBIDDEN' });
  expect(world.fleet.clusters()[0]!.status.phase).toBe('live');
});

it('a lost cluster and the context to it tell one age, that of the rows; beside a live context it is the lost one’s own', async () => {
  let later = 0;
  const clock = { ...systemClock, now: () => Date.now() + later };
  const fra = cluster('uid-fra', 'eth');
  const [admin, viewer] = [way(fra), way(fra)];
  const world = fleet({ admin, viewer }, 'https://fra', clock);
  const word = (at: number) => world.fleet.contextList().contexts[at]!.status.lastWordAt!;
  const phases = () =>
    world.fleet
      .contextList()
      .contexts.map((context) => context.status.phase)
      .join();
  const rows = () => world.fleet.clusters()[0]!.status;
  world.fleet.setEnabled(['admin', 'viewer'], true);
  await until(() => phases() === 'live,live' && world.names().length === 1 && rows().phase === 'live');
  later += 12_000;
  viewer.lead(null);
  world.fleet.retry('viewer');
  await until(() => phases() === 'live,stale');
  const { workload, pod } = bot('eth');
  fra.put('statefulsets', workload);
  fra.put('pods', pod);
  await until(() => rows().lastWordAt! > clock.now() - 10_000);
  expect(rows().phase).toBe('live');
  expect(word(1)).toBeLessThan(clock.now() - 10_000);
  // The connection hears an answer, the watches hear nothing.
  later += 12_000;
  await world.fleet.connectionOf('uid-fra').api.raw('GET', '/version');
  admin.lead(null);
  await until(() => phases() === 'stale,stale' && rows().phase === 'stale');
  expect(rows().lastWordAt).toBeLessThan(clock.now() - 10_000);
  expect([word(0), word(1)]).toEqual([rows().lastWordAt, rows().lastWordAt]);
});

it('a cluster whose word waits to be read is told to be behind, and as old as that, until all is read', async () => {
  const fra = cluster('uid-fra', 'eth');
  const world = fleet({ prod: way(fra) });
  const status = () => world.fleet.clusters()[0]!.status;
  world.fleet.setEnabled('prod', true);
  await until(() => world.names().length === 1 && status().phase === 'live');
  fra.delay(12_000);
  fra.put('pods', bot('eth').pod);
  await until(() => status().behindMs === 10_000);
  expect(status().phase).toBe('live');
  const told = status().lastWordAt;
  fra.put('pods', bot('eth').pod);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // What is heard now tells of then: it makes no row newer.
  expect(status()).toMatchObject({ behindMs: 10_000, lastWordAt: told });
  fra.delay(0);
  fra.put('pods', bot('eth').pod);
  await until(() => status().behindMs === 0);
});

it('a change costs one row, and a touch that changes nothing costs none', async () => {
  const fra = cluster('uid-fra', ...Array.from({ length: 50 }, (_, i) => `bot-${i}`));
  const world = fleet({ prod: way(fra) });
  world.fleet.setEnabled('prod', true);
  await until(() => world.names().length === 50);
  const deltas = () => world.events.filter((event) => event.t === 'delta');
  const before = deltas().length;
  const { workload, pod } = bot('bot-7');
  fra.put('statefulsets', {
    ...workload,
    metadata: { ...workload.metadata, labels: { ...workload.metadata.labels, unseen: 'x' } },
  });
  fra.put('pods', {
    ...pod,
    metadata: { ...pod.metadata, deletionTimestamp: new Date(Date.now() + 60_000).toISOString() },
  } as never);
  await until(() => deltas().length > before);
  expect(deltas().slice(before)).toMatchObject([{ upserts: [{ name: 'bot-7', status: 'Terminating' }], removes: [] }]);
});

it('thousands of rows come in pieces, which say that more follows, but for the last', async () => {
  const fra = cluster('uid-fra', ...Array.from({ length: 600 }, (_, i) => `bot-${i}`));
  const world = fleet({ prod: way(fra) });
  world.fleet.setEnabled('prod', true);
  await until(() => world.names().length === 600);
  const pieces = world.events.flatMap((event) => (event.t === 'delta' ? [event.more ?? false] : []));
  expect(pieces).toContain(true);
  expect(pieces.at(-1)).toBe(false);
});

it('bots made by hand are looked for at once where a cluster has no others; where it has, not while another cluster is on its way', async () => {
  // No time passes but the moment in which rows are told: nobody's patience ends.
  const still = {
    ...systemClock,
    after: (ms: number, run: () => void) => (ms < 1_000 ? systemClock.after(ms, run) : () => {}),
  };
  const [fra, ams] = [farEnd('uid-fra'), cluster('uid-ams', 'sol')];
  putByHand(fra, 'btc');
  putByHand(ams, 'eth');
  const lost = way(farEnd('uid-nyc'));
  const silent = { ...lost, make: () => ({ ...lost.make(), request: () => new Promise<never>(() => {}) }) };
  const world = fleet({ fra: way(fra), ams: way(ams), nyc: silent }, undefined, still);
  for (const name of ['nyc', 'fra', 'ams']) world.fleet.setEnabled(name, true);
  await until(() => world.names().join() === 'btc,sol');
  const looks = (far: FarEnd) => far.asked.filter((path) => path.includes('labelSelector=!')).length;
  expect([looks(fra), looks(ams)]).toEqual([1, 0]);
});

it('bots by hand: what watches them changes with them, and one that is deleted later goes', async () => {
  const fra = farEnd('uid-fra');
  putByHand(fra, 'btc');
  putByHand(fra, 'eth');
  const world = fleet({ prod: way(fra) });
  world.fleet.setEnabled('prod', true);
  await until(() => world.names().join() === 'btc,eth');
  putByHand(fra, 'sol', true);
  const row = (name: string) => [...world.page.values()].find((one) => one.name === name);
  await until(() => row('sol')?.hasPod);
  expect(row('sol')).toMatchObject({ managed: true, state: 'running' });
  fra.take('pods', 'btc-0');
  fra.take('statefulsets', 'btc');
  await until(() => world.names().join() === 'eth,sol');
  putByHand(fra, 'ada');
  await until(() => row('ada')?.hasPod);
  expect(row('ada')).toMatchObject({ managed: false, state: 'running' });
  await until(() => fra.watches() === 3);
  const flashed = world.events
    .flatMap((event) => (event.t === 'delta' ? event.upserts : []))
    .filter((one) => !one.hasPod);
  expect(flashed.filter((one) => one.name !== 'btc')).toEqual([]);
});

it('a node is asked for where its bots look lost, and by no one before', async () => {
  const fra = cluster('uid-fra', 'eth', 'btc');
  fra.put('nodes', {
    metadata: { ...bot('n').workload.metadata, namespace: undefined, name: 'n' },
    status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
  } as never);
  const world = fleet({ prod: way(fra) });
  world.fleet.setEnabled('prod', true);
  await until(() => world.names().length === 2);
  const row = (name: string) => [...world.page.values()].find((one) => one.name === name);
  const { pod } = bot('eth');
  const conditions = [
    { type: 'Ready', status: 'False' },
    { type: 'ContainersReady', status: 'True' },
  ];
  expect(fra.asked.filter((path) => path.includes('/nodes/'))).toEqual([]);
  fra.put('pods', { ...pod, status: { ...pod.status, conditions } } as never);
  await until(() => row('btc')?.state === 'unknown');
  expect(row('eth')).toMatchObject({ state: 'unknown' });
}, 30_000);

it('turning off ends every watch; dispose leaves nothing running', async () => {
  const fra = cluster('uid-fra', 'eth');
  const nyc = cluster('uid-nyc', 'sol');
  const world = fleet({ a: way(fra), b: way(nyc) });
  world.fleet.setEnabled('a', true);
  world.fleet.setEnabled('b', true);
  await until(() => world.names().length === 2);
  world.fleet.setEnabled('a', false);
  await until(() => fra.watches() === 0 && world.names().join() === 'sol');
  world.fleet.dispose();
  await until(() => nyc.watches() === 0);
});

it('what is told holds no command line, and so no password', async () => {
  const world = fleet({ prod: way(cluster('uid-fra', 'eth')) });
  world.fleet.setEnabled('prod', true);
  await until(() => world.names().length === 1);
  world.fleet.subscribe();
  expect(JSON.stringify(world.events)).not.toContain('topsecret');
});

it('a bot whose namesake was deleted and made anew is another bot: its pod is not given to old tabs', async () => {
  const world = fleet({ prod: way(cluster('uid-fra', 'eth')) });
  world.fleet.setEnabled('prod', true);
  await until(() => world.names().length === 1);
  const ref = { clusterId: 'uid-fra', kind: 'StatefulSet' as const, namespace: 'bots', name: 'eth', uid: 'eth-uid' };
  expect(world.fleet.findPod(ref)).toMatchObject({ podName: 'eth-0', podUid: 'eth-pod', container: 'hummingbot' });
  expect(world.fleet.findPod({ ...ref, uid: 'former' })).toBeNull();
});

it('a network change drops the connections that it concerns, after sleep all', async () => {
  const [fra, nyc] = [way(cluster('uid-fra', 'eth'), { address: '203.0.113.5' }), way(cluster('uid-nyc', 'sol'))];
  const world = fleet({ fra, nyc });
  world.fleet.setEnabled(['fra', 'nyc'], true);
  await until(() => world.names().length === 2);
  expect(world.fleet.ways()).toEqual([{ from: '192.168.1.7', to: '203.0.113.5' }]);
  await until(() => world.fleet.clusters().every(({ status }) => status.phase === 'live'));
  world.fleet.kick(['198.51.100.1']);
  expect([fra.resets(), nyc.resets()]).toEqual([0, 0]);
  world.fleet.kick(['203.0.113.5']);
  expect([fra.resets(), nyc.resets()]).toEqual([1, 0]);
  world.fleet.kick();
  expect([fra.resets(), nyc.resets()]).toEqual([2, 1]);
});
