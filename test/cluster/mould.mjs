// The bots of one cluster, made through its API server once, and cast from there into the others: same bytes, other names and uids.
import { engineBot } from './bots.mjs';
import { inParallel } from './api.mjs';

export const NAMESPACE = 'bots';
const PAIRS = ['BTC-USDT', 'ETH-USDT', 'SOL-USDT', 'XRP-USDT', 'ADA-USDT', 'DOT-USDT', 'LTC-USDT', 'BNB-USDC'];
const EXCHANGES = ['binance_paper_trade', 'kucoin_paper_trade', 'kraken', 'gate_io_paper_trade'];
const two = (/** @type {number} */ i) => String(i).padStart(2, '0');

/** So many are made through an API server; a bigger cluster holds casts of them under further names. */
export const MOULD = 200;

/** A bot's name; the first two digits tell which cast it is. @param {number} cluster below 100 @param {number} bot below 20,000 */
export const botName = (cluster, bot) => `mm-${two(castOf(cluster, bot))}-${String(bot % MOULD).padStart(4, '0')}`;
/** @param {number} cluster @param {number} bot */
const castOf = (cluster, bot) => (cluster + Math.floor(bot / MOULD)) % 100;

/** Lays the first cluster's bots down, as many as a mould has, as its controllers and kubelets would: workload, pod, what the pod is doing; with `readings` four of five pods bear their reporter's word. @param {import('./api.mjs').Api} api @param {number} count @param {boolean} readings */
export async function layBots(api, count, readings) {
  await api.send('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
  await inParallel(
    Array.from({ length: count }, (_, i) => i),
    async (i) => {
      const workload = bot(botName(0, i), i);
      const made = await api.send('POST', `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets`, workload);
      const sound = i % 40 !== 39;
      const status = { replicas: 1, readyReplicas: Number(sound), currentReplicas: 1, observedGeneration: 1 };
      await api.send(
        'PATCH',
        `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets/${made.metadata.name}/status`,
        { status },
        'application/merge-patch+json',
      );
      await api.send('POST', pods, podOf(made, i, readings && i % 5 !== 4));
      const path = `${pods}/${made.metadata.name}-0/status`;
      await api.send('PATCH', path, { status: podStatus(made, sound, i) }, 'application/merge-patch+json');
    },
    8,
  );
}

/** @param {string} name @param {number} i */
function bot(name, i) {
  const workload = engineBot({ name, namespace: NAMESPACE, labels: { 'hummingdeck.io/bot': '1' } }).at(-1);
  workload.metadata.annotations = {
    'hummingdeck.io/pair': PAIRS[i % PAIRS.length],
    'hummingdeck.io/exchange': EXCHANGES[i % EXCHANGES.length],
    'hummingdeck.io/strategy': 'pure_market_making',
    'hummingdeck.io/run': 'engine',
    'hummingdeck.io/paper': String(i % EXCHANGES.length !== 2),
    'hummingdeck.io/template': 'pmm-paper',
  };
  return workload;
}

/** As a reporter writes it; profits and volumes as they come. @param {number} i */
function reading(i) {
  const at = Date.now();
  const money = {
    profit: (((i * 7919) % 4000) / 100 - 12).toFixed(2),
    volume: (1000 + ((i * 104729) % 90000)).toFixed(2),
  };
  const quote = /** @type {string} */ (PAIRS[i % PAIRS.length]).split('-')[1];
  return JSON.stringify({ v: 1, at, now: at, orders: 2, placed: at - 40_000, last: at - 40_000, ...money, quote });
}

/** @param {any} workload @param {number} i @param {boolean} told */
function podOf({ metadata, spec }, i, told) {
  const { name, uid } = metadata;
  return {
    metadata: {
      name: `${name}-0`,
      annotations: told ? { 'hummingdeck.io/reading': reading(i) } : {},
      labels: {
        ...spec.template.metadata.labels,
        'apps.kubernetes.io/pod-index': '0',
        'controller-revision-hash': `${name}-6d7f9c8b5d`,
        'statefulset.kubernetes.io/pod-name': `${name}-0`,
      },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: { ...spec.template.spec, nodeName: `node-${two(i % 100)}`, hostname: `${name}-0` },
  };
}

/** @param {any} workload @param {boolean} sound @param {number} i */
function podStatus({ spec }, sound, i) {
  const at = new Date(Date.now() - 86_400_000 - i * 60_000).toISOString().replace(/\.\d+Z/, 'Z');
  const { image } = spec.template.spec.containers[0];
  const ended = { exitCode: 1, reason: 'Error', startedAt: at, finishedAt: at };
  const condition = (/** @type {string} */ type, status = 'True') => ({ type, status, lastTransitionTime: at });
  const container = (/** @type {string} */ name) => ({
    ...{ name, image, imageID: `docker.io/${image}@sha256:${'0123456789abcdef'.repeat(4)}` },
    containerID: `containerd://${'fedcba9876543210'.repeat(4)}`,
  });
  const trouble = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } };
  return {
    phase: 'Running',
    ...{ startTime: at, hostIP: '192.0.2.7', podIP: '192.0.2.8', qosClass: 'Burstable' },
    conditions: [
      ...['PodReadyToStartContainers', 'Initialized', 'PodScheduled'].map((type) => condition(type)),
      ...['Ready', 'ContainersReady'].map((type) => condition(type, sound ? 'True' : 'False')),
    ],
    initContainerStatuses: [
      {
        ...container('conf'),
        ...{ ready: true, started: false, restartCount: 0 },
        state: { terminated: { ...ended, exitCode: 0, reason: 'Completed' } },
      },
    ],
    containerStatuses: [
      {
        ...container('hummingbot'),
        ...{ ready: sound, started: sound, restartCount: sound ? 0 : 7 },
        state: sound ? { running: { startedAt: at } } : trouble,
        lastState: sound ? {} : { terminated: ended },
      },
    ],
  };
}

/**
 * What lies in etcd of the first cluster's bots, as it would lie of so many bots in another cluster.
 * @param {import('./etcd.mjs').Pair[]} laid @param {number} cluster @param {number} bots @param {number} [mould] so many are laid @returns {import('./etcd.mjs').Pair[]}
 */
export function castBots(laid, cluster, bots, mould = MOULD) {
  const pairs = [];
  for (let first = 0; first < bots; first += mould) {
    const kept = bots - first;
    const part = laid.filter(([key]) => {
      const index = /\/mm-00-(\d{4})/.exec(key)?.[1];
      return index === undefined ? first === 0 : Number(index) < kept;
    });
    pairs.push(...cast(part, cluster, (cluster + first / mould) % 100));
  }
  return pairs;
}

/** @param {import('./etcd.mjs').Pair[]} pairs @param {number} cluster @param {number} to @returns {import('./etcd.mjs').Pair[]} */
function cast(pairs, cluster, to) {
  const renamed = (/** @type {string} */ text) => text.replaceAll('mm-00-', `mm-${two(to)}-`);
  const uid = /[0-9a-f]{2}(?=[0-9a-f]{6}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g;
  const other = (/** @type {string} */ hex) => (Number.parseInt(hex, 16) ^ to).toString(16).padStart(2, '0');
  return pairs.map(([key, value]) => [
    renamed(key.replace(prefixOf(0), prefixOf(cluster))),
    // Nothing gets longer or shorter, so the lengths that stand in the encoding stay true.
    Buffer.from(renamed(value.toString('latin1')).replace(uid, other), 'latin1'),
  ]);
}

/** Where a cluster's objects lie in etcd. @param {number} cluster */
export const prefixOf = (cluster) => `/c${two(cluster)}`;

/** A workload's stored bytes with another pair, which has eight letters as every pair here. @param {Buffer} value @param {string} pair */
export function withPair(value, pair) {
  const at = value.indexOf('hummingdeck.io/pair\x12\x08', 0, 'latin1') + 'hummingdeck.io/pair'.length + 2;
  const next = Buffer.from(value);
  next.write(pair, at, 8, 'latin1');
  return next;
}

/** A pod's stored bytes on another node. @param {Buffer} value @param {number} node below 100 */
export function withNode(value, node) {
  const next = Buffer.from(value);
  // Field 10 of a pod's spec, seven letters.
  const at = value.indexOf('\x52\x07node-', 0, 'latin1') + 2;
  next.write(`node-${two(node)}`, at, 7, 'latin1');
  return next;
}
