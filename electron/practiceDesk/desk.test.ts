import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import type { Failure } from '../../shared/errors';
import { practiceSchema } from '../../shared/settings';
import { systemClock, type Transport } from '../cluster';
import { isPractice, practiceId, type Wanted } from './contexts';
import { createPracticeDesk, type PracticeDesk, type PracticeWorker } from './desk';
import { hostPractice } from './host';

const [ONE, TWO] = [practiceId(1), practiceId(2)];
const PODS = '/api/v1/namespaces/trading/pods';
let desk: PracticeDesk;
afterEach(() => desk.dispose());

/** The worker's own code behind real ports, in this thread. */
function sameThread(started: { count: number } = { count: 0 }): PracticeWorker {
  started.count++;
  const { port1, port2 } = new MessageChannel();
  hostPractice(port2, systemClock);
  return {
    post: (message, transfer: MessagePort[]) => port1.postMessage(message, transfer),
    onMessage: (handler) => void port1.on('message', handler),
    onGone: () => undefined,
    end: () => port1.close(),
  };
}
function open(wanted: Wanted, start: () => PracticeWorker = sameThread): PracticeDesk {
  return (desk = createPracticeDesk({ wanted: () => wanted, seed: 'test', start }));
}
const names = async (way: Transport, path: string) => {
  const { body } = await way.request({ method: 'GET', path });
  return (JSON.parse(body) as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
};
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (thrown: unknown) => (thrown as Failure).error,
  );

it('names fifty practice clusters of different providers, every one with the word in it', () => {
  const entries = open({ clusters: 50, bots: 200 }).entries();
  expect(new Set(entries.map(({ name }) => name)).size).toBe(50);
  expect(entries.filter(({ name }) => !name.includes('practice'))).toEqual([]);
  expect(entries.slice(0, 4).map(({ name, provider }) => [name, provider])).toEqual([
    ['practice', 'unknown'],
    ['practice-fra-2', 'linode'],
    ['practice-sgp-3', 'digitalocean'],
    ['practice-tokyo-4', 'gcp'],
  ]);
  expect(entries.every(({ id }) => isPractice(id) && desk.target(id)?.ok)).toBe(true);
  expect(desk.target(practiceId(51))).toBe(null);
  expect(desk.transport('default#practice#1')).toBe(undefined);
  expect(practiceSchema.safeParse({ clusters: 51, bots: 0 }).success).toBe(false);
});

it('serves each cluster with its own bots; one that is turned off ends alone and begins anew', async () => {
  const started = { count: 0 };
  const at = open({ clusters: 2, bots: 20 }, () => sameThread(started));
  const [one, two] = [at.transport(ONE)!, at.transport(TWO)!];
  const bots = '/apis/apps/v1/statefulsets?limit=500';
  expect(await names(one, bots)).toHaveLength(20);
  expect(await names(two, bots)).not.toEqual(await names(one, bots));
  const nodes = async (way: Transport) => (await way.request({ method: 'GET', path: '/api/v1/nodes' })).body;
  expect(await nodes(two)).toContain('linode://');

  const gone = (await names(two, PODS))[0]!;
  await two.request({ method: 'DELETE', path: '/apis/apps/v1/namespaces/trading/statefulsets/btc-usdt-calm' });
  const watch = await two.stream({ method: 'GET', path: `${PODS}?watch=1` });
  const ended = failureOf(
    (async () => {
      for await (const _ of watch.body);
    })(),
  );
  at.keepOnly([ONE]);
  expect(await ended).toMatchObject({ code: 'CANCELLED' });
  expect(await names(one, bots)).toHaveLength(20);
  const again = at.transport(TWO)!;
  expect(await names(again, bots)).toContain('btc-usdt-calm');
  expect(await names(again, PODS)).toContain(gone);
  expect(started.count).toBe(1);

  at.keepOnly([]);
  expect(await failureOf(one.request({ method: 'GET', path: PODS }))).toBe(null);
  expect(started.count).toBe(2);
});

it('lays a cluster out anew for another number of bots', async () => {
  const wanted: Wanted = { clusters: 1, bots: 0 };
  const at = open(wanted);
  const before = at.target(ONE);
  expect(await names(at.transport(ONE)!, '/apis/apps/v1/statefulsets')).toHaveLength(9);
  wanted.bots = 50;
  expect(at.target(ONE)).not.toEqual(before);
  expect(await names(at.transport(ONE)!, '/apis/apps/v1/statefulsets')).toHaveLength(50);
});

it('runs a shell and a log over the ports', async () => {
  const way = open({ clusters: 1, bots: 0 }).transport(ONE)!;
  const pod = `${PODS}/btc-usdt-calm-0`;
  const channel = await way.channel({
    path: `${pod}/exec?container=hummingbot&stdin=true&stdout=true&tty=true&command=bash`,
  });
  let text = '';
  channel.onData((_, data) => (text += Buffer.from(data).toString()));
  channel.send(0, Buffer.from('pwd\r'));
  await vi.waitFor(() => expect(text).toContain('\n/home/hummingbot\r'));
  channel.close();
  const log = await way.request({ method: 'GET', path: `${pod}/log?container=hummingbot&tailLines=5` });
  expect(log.body.split('\n').length).toBeGreaterThan(2);
  expect(await failureOf(way.channel({ path: `${PODS}/nobody-0/exec?command=ls&stdout=true` }))).toMatchObject({
    code: 'NOT_FOUND',
  });
});

it('asks one cluster for something of its own', async () => {
  const at = open({ clusters: 2, bots: 0 });
  expect(await failureOf(at.call(ONE, 'state', undefined))).toMatchObject({ code: 'NOT_FOUND' });
  for (const id of [ONE, TWO]) await at.transport(id)!.request({ method: 'GET', path: '/version' });
  await at.call(TWO, 'act', { act: 'speed', speed: 20 });
  expect(await at.call(TWO, 'state', undefined)).toMatchObject({ speed: 20 });
  expect(await at.call(ONE, 'state', undefined)).toMatchObject({ speed: 1, bots: {}, rights: 'all' });
});

it('says that a thread which ended by itself is out of reach, and starts another when asked again', async () => {
  let workers = 0;
  const failing = (): PracticeWorker => {
    if (workers++ > 0) return sameThread();
    const worker = new Worker('throw new Error("broken on purpose")', { eval: true });
    let why = '';
    worker.on('error', ({ message }) => (why = message));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      onMessage: () => undefined,
      onGone: (handler) => void worker.on('exit', () => handler(why)),
      end: () => void worker.terminate(),
    };
  };
  const way = open({ clusters: 1, bots: 0 }, failing).transport(ONE)!;
  expect(await failureOf(way.request({ method: 'GET', path: '/version' }))).toMatchObject({
    code: 'UNREACHABLE',
    cause: 'broken on purpose',
  });
  expect((await way.request({ method: 'GET', path: '/version' })).status).toBe(200);
  expect(workers).toBe(2);
});
