import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectsOf, podOf, yamlOf, type ManifestObject } from '../../electron/bot/manifest';
import { readerPodOf } from '../../electron/bot/readerPod';
import { rowOf } from '../../electron/bot/row';
import { draftToSpec } from '../../electron/bot/spec';
import type { Event, Pod, StatefulSet } from '../../electron/cluster/objects';
import {
  openOrdersCommand,
  parseOpenOrders,
  parseReading,
  readStatus,
  statusCommand,
} from '../../electron/hummingbot/health';
import { templateOf } from '../../electron/hummingbot/templates';
import type { Draft, TemplateId } from '../../shared/bots';
import type { BotRow } from '../../shared/rows';
import { apply, exchange, kubectl } from '../cluster/cluster.mjs';
import { ownCluster } from './ownCluster';

const cluster = ownCluster();
const namespace = `bot-room-${Date.now().toString(36)}`;
const kube = (...args: string[]): Promise<string> => kubectl(cluster, '--namespace', namespace, ...args);
const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await kube(...args, '-o', 'json')) as T;

function draftOf(template: TemplateId, name: string, change: Partial<Draft> = {}): Draft {
  const { exchanges, images, fields, pair, size } = templateOf(template);
  const { cpuMilli, storageGi } = size;
  return {
    template,
    clusterId: 'c',
    namespace,
    name,
    image: images[0] ?? '',
    exchange: exchanges[0] ?? '',
    pair,
    values: Object.fromEntries(fields.map((field) => [field.key, field.default])),
    password: 'correct horse',
    memoryMi: 256,
    cpuMilli,
    storageGi,
    storageClass: '',
    pullSecret: '',
    ...change,
  };
}
const objectsFor = async (draft: Draft): Promise<ManifestObject[]> => objectsOf(await draftToSpec(draft));

async function rowNow(name: string): Promise<BotRow> {
  const [workload, pods, events] = await Promise.all([
    json<StatefulSet>('get', 'statefulset', name),
    json<{ items: Pod[] }>('get', 'pods', '-l', `app.kubernetes.io/instance=${name}`),
    json<{ items: Event[] }>('get', 'events'),
  ]);
  const row = rowOf({ clusterId: 'c', workload, pods: pods.items, events: events.items, now: Date.now() });
  if (!row) throw new Error(`${name} is not recognised as a bot`);
  return row;
}
async function until<T>(read: () => Promise<T>, good: (value: T) => boolean, seconds = 100): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read().catch((thrown: unknown) => thrown as T);
    if (!(value instanceof Error) && good(value)) return value;
    if (Date.now() > end)
      throw new Error(`never came; last seen: ${value instanceof Error ? value.message : JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
const rowUntil = (name: string, good: (row: BotRow) => boolean): Promise<BotRow> => until(() => rowNow(name), good);
const inPod = (pod: string, command: string[]): Promise<string> =>
  kube('exec', pod, '-c', 'hummingbot', '--', ...command);

beforeAll(async () => {
  await kubectl(cluster, 'create', 'namespace', namespace);
  // The strictest of Kubernetes' own security levels.
  await kubectl(cluster, 'label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
});
afterAll(async () => {
  await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false');
});

test.each<TemplateId>(['pmm-paper', 'classic-btc-usdt'])(
  'the server takes all objects of %s and a pod of it',
  async (template) => {
    const objects = await objectsFor(draftOf(template, 'dry'));
    for (const object of [...objects, podOf(objects[4] as ManifestObject)]) {
      // The exact document: what the preview shows is what kubectl takes.
      const made = JSON.parse(await dryRun(yamlOf([object], { hideSecrets: false }))) as { kind: string };
      expect(made.kind).toBe(object.kind);
    }
  },
);
async function dryRun(document: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hd-dry-'));
  const file = join(folder, 'object.yaml');
  await writeFile(file, document, { mode: 0o600 });
  try {
    return await kube('apply', '--server-side', '--dry-run=server', '-o', 'json', '-f', file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a bot made from the engine template', () => {
  beforeAll(async () => {
    await apply(cluster, await objectsFor(draftOf('pmm-paper', 'eth-1')));
    await rowUntil('eth-1', ({ state }) => state === 'running');
  });

  test('trades by the health rule, and its orders are read from its own record', async () => {
    const health = await until(
      async () => {
        const reading = parseReading(await inPod('eth-1-0', statusCommand()));
        return reading.kind === 'status' ? readStatus(reading.statusJson, await kube('logs', 'eth-1-0')) : null;
      },
      (read) => read?.trading === true,
    );
    expect(health?.sentence).toMatch(/^Trades BTC-USDT on binance/);
    const orders = await until(
      async () => parseOpenOrders(await inPod('eth-1-0', openOrdersCommand('eth-1.yml'))),
      (read) => read.known && read.orders.length > 0,
    );
    expect(orders.known && orders.orders.every((order) => order.exchangeOrderId && Number(order.price) > 0)).toBe(true);
  });
  test('has its log in the container log and its password in no environment of an exec', async () => {
    expect(await kube('logs', 'eth-1-0')).toMatch(/strategy execution started/);
    expect(await inPod('eth-1-0', ['bash', '-c', 'env; cat /proc/1/cmdline'])).not.toContain('correct horse');
  });
  test('is not restarted by a change of its template', async () => {
    const before = (await rowNow('eth-1')).podUid;
    await kube(
      'patch',
      'statefulset',
      'eth-1',
      '--type=merge',
      '-p',
      '{"spec":{"template":{"metadata":{"annotations":{"x":"y"}}}}}',
    );
    await until(
      () => json<StatefulSet>('get', 'statefulset', 'eth-1'),
      ({ metadata, status }) => status?.observedGeneration === metadata.generation,
    );
    expect((await rowNow('eth-1')).podUid).toBe(before);
  });
  test('stops at once when it is scaled to 0, and its volume says that no order is left', async () => {
    await kube('scale', 'statefulset', 'eth-1', '--replicas=0');
    const row = await rowUntil('eth-1', ({ state }) => state === 'stopped');
    expect(row).toMatchObject({ status: 'Stopped', ready: '0/0', hasPod: false });
    const workload = await json<StatefulSet>('get', 'statefulset', 'eth-1');
    await apply(cluster, [readerPodOf(workload, { name: 'reader', strategyFile: 'eth-1.yml' }) as object]);
    const read = await until(
      async () => parseOpenOrders(await kube('logs', 'reader')),
      ({ known }) => known,
    );
    expect(read).toEqual({ known: true, orders: [] });
  });
});

test('orders that a stopped bot left behind are listed as the exchange has them', async () => {
  const objects = await objectsFor(draftOf('pmm-paper', 'leaves'));
  const files = objects.find(({ kind }) => kind === 'ConfigMap') as { data: Record<string, string> } & ManifestObject;
  files.data['strategies.leaves.yml'] += '# stand-in: leave-orders\n';
  await apply(cluster, objects);
  await rowUntil('leaves', ({ state }) => state === 'running');
  const openAtExchange = (): Promise<{ id: string }[]> =>
    exchange(cluster).orders({ namespace, bot: 'leaves', status: 'open' }) as Promise<{ id: string }[]>;
  await until(openAtExchange, (orders) => orders.length === 2);
  await kube('scale', 'statefulset', 'leaves', '--replicas=0');
  await rowUntil('leaves', ({ state }) => state === 'stopped');
  const workload = await json<StatefulSet>('get', 'statefulset', 'leaves');
  await apply(cluster, [readerPodOf(workload, { name: 'leaves-reader', strategyFile: 'leaves.yml' }) as object]);
  const read = await until(
    async () => parseOpenOrders(await kube('logs', 'leaves-reader')),
    ({ known }) => known,
  );
  const left = (await openAtExchange()).map(({ id }) => String(id)).sort();
  expect(left).toHaveLength(2);
  expect(read.known && read.orders.map(({ exchangeOrderId }) => exchangeOrderId).sort()).toEqual(left);
  await exchange(cluster).cancel({ namespace, bot: 'leaves' });
});

test('a bot made from the classic template runs, and a reading sends it no signal', async () => {
  await apply(cluster, await objectsFor(draftOf('classic-btc-usdt', 'btc-usdt')));
  await rowUntil('btc-usdt', ({ state }) => state === 'running');
  await until(
    async () => parseOpenOrders(await inPod('btc-usdt-0', openOrdersCommand('quickstart.yml'))),
    ({ known }) => known,
  );
  expect(parseReading(await inPod('btc-usdt-0', statusCommand()))).toEqual({ kind: 'not-engine' });
  expect(await inPod('btc-usdt-0', ['bash', '-c', "tr '\\0' ' ' </proc/1/cmdline"])).not.toContain('correct horse');
});

describe('what keeps a bot from starting is told by its row', () => {
  test('a quota', async () => {
    await apply(cluster, [
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'small', namespace },
        spec: { hard: { 'limits.memory': '100Gi' } },
      },
    ]);
    await until(
      () => json<{ status?: { hard?: object } }>('get', 'resourcequota', 'small'),
      ({ status }) => status?.hard !== undefined,
    );
    await apply(cluster, await objectsFor(draftOf('pmm-paper', 'too-many', { memoryMi: 65_536 })));
    await apply(cluster, await objectsFor(draftOf('pmm-paper', 'too-many-2', { memoryMi: 65_536 })));
    const rows = await until(
      () => Promise.all(['too-many', 'too-many-2'].map(rowNow)),
      (found) => found.some(({ status }) => status === 'Refused') && found.some(({ reason }) => /No node/.test(reason)),
    );
    expect(rows.find(({ status }) => status === 'Refused')?.reason).toMatch(/quota \(small\) is used up/);
    expect(rows.find(({ hasPod }) => hasPod)?.reason).toMatch(/No node has enough free memory/);
    await kube('delete', 'resourcequota', 'small');
    await kube('delete', 'statefulset', 'too-many', 'too-many-2');
  });
  test('an image that does not exist', async () => {
    await apply(
      cluster,
      await objectsFor(draftOf('pmm-paper', 'no-image', { image: 'hummingbot/hummingbot:version-0.0.0' })),
    );
    const row = await rowUntil('no-image', ({ state }) => state === 'trouble');
    expect(row.reason).toMatch(/version-0\.0\.0 can't be pulled/);
    await kube('delete', 'statefulset', 'no-image');
  });
  test('a password that does not fit its keys', async () => {
    const objects = await objectsFor(draftOf('pmm-paper', 'wrong'));
    const secret = objects.find(({ kind }) => kind === 'Secret') as { data: Record<string, string> } & ManifestObject;
    secret.data['password'] = Buffer.from('another horse').toString('base64');
    await apply(cluster, objects);
    const row = await rowUntil('wrong', ({ state, restarts }) => state === 'trouble' && restarts > 0);
    expect(row.reason).toMatch(/its password \(exit code 4\)/);
    await kube('delete', 'statefulset', 'wrong');
  });
});
