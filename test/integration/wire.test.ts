import { afterEach, beforeEach, expect, it } from 'vitest';
import { rowOf } from '../../electron/bot/row';
import { columnsOf } from '../../electron/bot/columns';
import { NAMESPACES, PODS, STATEFUL_SETS } from '../../electron/cluster';
import type { KubeObject, Pod, StatefulSet } from '../../electron/cluster/objects';
import { pathOf, query } from '../../electron/cluster/resources';
import type { Kept, Resource } from '../../electron/cluster/types';
import { ACCEPT, isProtobuf, watchReader } from '../../electron/cluster/wire';
import { POD, STATEFUL_SET } from '../../electron/fleet/slimProto';
import { classicBot, engineBot } from '../cluster/bots.mjs';
import { adminTarget, makeNamespace, ownHand } from './operationsKit';
import { ownCluster } from './ownCluster';
import { CLASSES, makeCase, randomFrom } from './podCases';

const SEED = Number(process.env.HD_SEED ?? Date.now() % 1_000_000);
const EACH = 8;
const END = 'k8s.io/initial-events-end';

let hand: ReturnType<typeof ownHand>;
let namespace: string;

beforeEach(async () => {
  hand = ownHand(adminTarget(ownCluster()));
  namespace = await makeNamespace(hand.api);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
});
afterEach(async () => {
  const { items } = await hand.api.list<Pod>(PODS, namespace);
  for (const { metadata } of items.filter((pod) => pod.metadata.deletionTimestamp))
    await hand.api.merge(PODS, namespace, metadata.name, { metadata: { finalizers: null } });
  await hand.api.remove(NAMESPACES, null, namespace);
  hand.close();
});

/** What a watch of the real API server begins with, by name. */
async function begun<T extends KubeObject>(resource: Resource, accept: string, kept: Kept<T>): Promise<Map<string, T>> {
  const ask = { watch: 1, allowWatchBookmarks: true, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
  const path = pathOf(resource, namespace) + query(ask);
  const stream = await hand.api.transport.stream({ method: 'GET', path, headers: { accept } });
  expect([stream.status, isProtobuf(stream.headers)]).toEqual([200, accept === ACCEPT]);
  const reader = watchReader(stream.headers, kept);
  const found = new Map<string, T>();
  for await (const bytes of stream.body)
    for (const { type, object } of reader.push(bytes)) {
      if (type === 'ERROR') throw new Error(object.message);
      if (type === 'ADDED') found.set(object.metadata.name, object as T);
      if (object.metadata.annotations?.[END] !== 'true') continue;
      stream.cancel();
      return found;
    }
  throw new Error('the watch ended before its list');
}

const versions = (objects: Map<string, KubeObject>) =>
  JSON.stringify([...objects].map(([name, { metadata }]) => [name, metadata.resourceVersion]).sort());

/** The same as a list in Protocol Buffers, as the app first asks for it. */
async function listed<T extends KubeObject>(resource: Resource, { proto }: Kept<T>): Promise<Map<string, T>> {
  const { items } = await hand.api.list<T>(resource, namespace, {}, { proto });
  return new Map(items.map((one) => [one.metadata.name, one]));
}

/** All at one moment: between two reads the cluster's own collector may touch a pod that is being deleted. */
async function bothForms<T extends KubeObject>(resource: Resource, kept: Kept<T>) {
  for (let tries = 0; ; tries++) {
    const full = await begun<T>(resource, 'application/json', { keep: (object) => object });
    const json = await begun<T>(resource, 'application/json', kept);
    const protobuf = await begun<T>(resource, ACCEPT, kept);
    const list = await listed<T>(resource, kept);
    if (tries < 20 && versions(full) !== versions(list)) continue;
    expect(versions(protobuf)).toBe(versions(full));
    expect(list).toEqual(protobuf);
    return compared(full, json, protobuf);
  }
}
function compared<T extends KubeObject>(full: Map<string, T>, json: Map<string, T>, protobuf: Map<string, T>) {
  const lean = (objects: Map<string, T>) => Object.fromEntries([...objects].map(([name, one]) => [name, plain(one)]));
  expect(lean(protobuf)).toEqual(lean(json));
  return [...full].map(([name, one]) => [one, json.get(name)!, protobuf.get(name)!] as const);
}
/** As it would be written: what is undefined is not there, and no time at all is none. */
const plain = (object: unknown): unknown =>
  JSON.parse(JSON.stringify(object, (_, value: unknown) => (value === null ? undefined : value)));

it(`pods in generated states are the same from Protocol Buffers and from JSON (HD_SEED=${SEED})`, async () => {
  const random = randomFrom(SEED);
  const { api } = hand;
  for (const kind of CLASSES)
    await Promise.all(
      Array.from({ length: EACH }, async (_, i) => {
        const { name, pod, status, deleted } = makeCase(kind, `${kind}-${i}`, random, Date.now());
        await api.create(PODS, namespace, pod);
        const told = { ...status, message: i % 2 ? 'Ünïcode 漢字' : undefined };
        await api.merge(PODS, namespace, name, { status: told }, { subresource: 'status' });
        const annotations = { 'hummingdeck.io/reading': '{"v":1}', other: 'not kept' };
        if (i % 3 === 0) await api.merge(PODS, namespace, name, { metadata: { annotations } });
        if (deleted) await api.remove(PODS, namespace, name, { gracePeriodSeconds: 3600 });
      }),
    );
  const all = await bothForms<Pod>(PODS, POD);
  expect(all).toHaveLength(CLASSES.length * EACH);
  for (const [full, json, protobuf] of all) {
    expect(columnsOf(json)).toEqual(columnsOf(full));
    expect(columnsOf(protobuf)).toEqual(columnsOf(full));
  }
  expect(all.some(([, , pod]) => pod.metadata.annotations?.['hummingdeck.io/reading'] === '{"v":1}')).toBe(true);
  expect(JSON.stringify(all.map(([, json, protobuf]) => [json, protobuf]))).not.toMatch(/managedFields|not kept/);
});

it('workloads make the same rows from Protocol Buffers, from JSON, and whole', async () => {
  const { api } = hand;
  const workload = (objects: KubeObject[]) => objects.find(({ kind }) => kind === 'StatefulSet') as StatefulSet;
  const classic = workload(classicBot({ namespace, name: 'btc-usdt', replicas: 0 }));
  const engine = workload(engineBot({ namespace, name: 'eth-usdt', replicas: 0 }));
  const [first, ...others] = classic.spec.template.spec.containers;
  const odd: StatefulSet = {
    ...classic,
    metadata: {
      ...classic.metadata,
      name: 'odd-one',
      labels: { ...classic.metadata.labels, 'hummingdeck.io/bot': 'v1' },
      annotations: {
        'hummingdeck.io/pair': 'SØL-USDT',
        // By bytes too long to be kept, by characters not.
        long: 'é'.repeat(1_500),
        short: 'é'.repeat(1_000),
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
      },
    },
    spec: {
      ...classic.spec,
      template: {
        ...classic.spec.template,
        spec: {
          ...classic.spec.template.spec,
          containers: [
            {
              ...first!,
              tty: true,
              stdin: true,
              env: [
                { name: 'CONFIG_FILE_NAME', value: 'eth.yml' },
                { name: 'SCRIPT_CONFIG', value: '' },
                { name: 'PASSWORD', value: 'secret word' },
                { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
              ],
              volumeMounts: [
                { name: 'scratch', mountPath: '/scratch' },
                { name: 'claimed', mountPath: '/home/hummingbot/data' },
              ],
            },
            ...others,
          ],
          volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '64Mi' } }],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'claimed' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } as object,
        },
      ],
    },
  };
  for (const one of [classic, engine, odd]) await api.create(STATEFUL_SETS, namespace, one);
  const all = await bothForms<StatefulSet>(STATEFUL_SETS, STATEFUL_SET);
  expect(all).toHaveLength(3);
  for (const forms of all) {
    const rows = forms.map((one) => rowOf({ clusterId: 'c', workload: one, pods: [], now: Date.now() }));
    expect(rows[0]).not.toBeNull();
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]).toEqual(rows[0]);
  }
  expect(JSON.stringify(all.map(([, json, protobuf]) => [json, protobuf]))).not.toMatch(/managedFields|secret word/);
});
