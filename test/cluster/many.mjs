// Many real control planes on one small machine: an API server each, over one etcd, and bots laid down below them.
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, inParallel } from './api.mjs';
import { ensureBinaries } from './binaries.mjs';
import { writeKubeconfig } from './certificates.mjs';
import { reap } from './cluster.mjs';
import { apiServerFlags, etcdFlags, files, makePki } from './control-plane.mjs';
import { etcdAt } from './etcd.mjs';
import { startLowly } from './lowly.mjs';
import { botName, castBots, layBots, MOULD, NAMESPACE, prefixOf, withNode, withPair } from './mould.mjs';
import { names } from './names.mjs';
import { freePorts, mark, until, writeWhole } from './process.mjs';
import { sweep } from './sweep.mjs';

/** Every group that the API server itself or the app needs; without the rest it takes half the memory and starts in a second. */
const SERVED = ['v1', 'apps/v1', 'authorization.k8s.io/v1', 'coordination.k8s.io/v1', 'discovery.k8s.io/v1'];
const OWN = ['apiextensions.k8s.io/v1', 'apiregistration.k8s.io/v1', 'networking.k8s.io/v1'];
/** Admission that waits for controllers, or for kinds that are not served. */
const WITHOUT = [
  ...['LimitRanger', 'ServiceAccount', 'TaintNodesByCondition', 'PodSecurity', 'Priority', 'DefaultTolerationSeconds'],
  ...['DefaultStorageClass', 'StorageObjectInUseProtection', 'PersistentVolumeClaimResize', 'RuntimeClass'],
  ...['CertificateApproval', 'CertificateSigning', 'ClusterTrustBundleAttest', 'CertificateSubjectRestriction'],
  ...['DefaultIngressClass', 'PodTopologyLabels', 'MutatingAdmissionPolicy', 'MutatingAdmissionWebhook'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionWebhook', 'ResourceQuota'],
];
const LIGHT = [
  ...['--runtime-config', ['api/all=false', ...[...SERVED, ...OWN].map((group) => `${group}=true`)].join()],
  ...['--disable-admission-plugins', WITHOUT.join()],
  ...['--authorization-mode', 'AlwaysAllow', '--enable-priority-and-fairness=false'],
  ...['--etcd-compaction-interval', '0', '--etcd-count-metric-poll-period', '0', '--etcd-db-metric-poll-interval', '0'],
];

/** @typedef {{ name: string, server: string, stop: () => void, start: () => Promise<void> }} Plane one control plane; it can be killed and started again */
/** @typedef {Awaited<ReturnType<typeof upMany>>} Many */

/**
 * Starts `count` control planes with `bots` bots each, at most 100 by 20,000, and waits until all serve them. They end with this process,
 * however it ends; what it leaves on disk the next start of any cluster removes.
 * @param {{ count: number, bots: number, first?: number, readings?: boolean, log?: import('./process.mjs').Log }} options `first`: of the first one, where it has more, at most a hundred times as many; `readings`: most bots' reporters have told
 */
export async function upMany({ count, bots, first = bots, readings = false, log = () => {} }) {
  await reap();
  const bin = await ensureBinaries({ log });
  const { dir, record } = names(mkdtempSync(join(tmpdir(), 'hd-many-')));
  mkdirSync(join(record, '..'), { recursive: true });
  writeWhole(record, { dir, supervisor: mark(process.pid) });
  try {
    return await fill({ dir, bin, count, bots, first, readings, log });
  } catch (error) {
    await sweep(dir);
    throw error;
  }
}

/** @param {{ dir: string, bin: string, count: number, bots: number, first: number, readings: boolean, log: import('./process.mjs').Log }} options */
async function fill({ dir, bin, count, bots, first, readings, log }) {
  const began = Date.now();
  const { pki, ca, at } = files(dir);
  const [client = 0, peer = 0, ...ports] = await freePorts(count + 2);
  // A trader's servers run elsewhere: beside fifty of them the app would get a third of the cores that it wants.
  const lowly = startLowly();
  const { url, flags } = etcdFlags(dir, [client, peer]);
  const kept = ['--auto-compaction-mode', 'revision', '--auto-compaction-retention', '2000'];
  await lowly.start(dir, 'etcd', join(bin, 'etcd'), [...flags, ...kept, '--quota-backend-bytes', '8589934592']);
  const etcd = etcdAt(url);
  await Promise.all([makePki(pki), until('etcd', () => etcd.below('/none/').then(() => true), 60)]);
  const admin = { ca, cert: at('admin.crt'), key: at('admin.key'), user: 'admin' };
  const planes = ports.map((port, i) => plane(i, port));

  /** @param {number} i @param {number} port @returns {Plane} */
  function plane(i, port) {
    const name = `fleet-${String(i).padStart(2, '0')}`;
    const server = `https://127.0.0.1:${port}`;
    const flags = [...apiServerFlags(dir, url, port), ...LIGHT, '--etcd-prefix', prefixOf(i)];
    const api = connect(writeKubeconfig({ ...admin, file: join(dir, `kubeconfig-${i}`), server, name }));
    let stop = () => {};
    return {
      ...{ name, server },
      stop: () => stop(),
      async start() {
        stop = await lowly.start(dir, name, join(bin, 'kube-apiserver'), flags, { env: { GOMAXPROCS: '2' } });
        await until(name, () => api.get('/readyz').then(() => api.get('/api/v1/namespaces/kube-system')), 120);
        api.close();
      },
    };
  }

  await planes[0]?.start();
  const mould = connect(join(dir, 'kubeconfig-0'));
  await layBots(mould, Math.min(bots, MOULD), readings);
  mould.close();
  const objects = ['namespaces', 'statefulsets', 'pods'].map((kind) => `${prefixOf(0)}/${kind}/${NAMESPACE}`);
  const laid = (await Promise.all(objects.map((prefix) => etcd.below(prefix)))).flat();
  /** Every workload and pod as it lies there now, by its key. @type {Map<string, Buffer>} */
  const stored = new Map();
  for (let i = 0; i < count; i++) {
    const pairs = i === 0 ? castBots(laid, i, first, Math.min(bots, MOULD)) : castBots(laid, i, bots);
    await etcd.put(pairs);
    for (const [key, value] of pairs) stored.set(key, value);
  }
  log(`${count} × ${bots} bots are laid down (${Date.now() - began} ms)`);
  await inParallel(planes.slice(1), (one) => one.start(), 3);
  log(`${count} API servers are ready (${Date.now() - began} ms)`);
  const keyOf = (/** @type {string} */ kind, /** @type {number} */ i, /** @type {string} */ name) =>
    `${prefixOf(i)}/${kind}/${NAMESPACE}/${name}`;

  /** @param {string} key @param {(value: Buffer) => Buffer} change @returns {import('./etcd.mjs').Pair} */
  function next(key, change) {
    const value = change(/** @type {Buffer} */ (stored.get(key)));
    stored.set(key, value);
    return [key, value];
  }

  return {
    ...{ dir, bin, planes, count, bots },
    /** Writes a kubeconfig with a context for each plane. @param {string} file @param {(plane: Plane) => string} [serverOf] another way to its server */
    kubeconfig(file, serverOf = ({ server }) => server) {
      const config = JSON.parse(readFileSync(writeKubeconfig({ ...admin, file, server: '', name: '' }), 'utf8'));
      const cluster = config.clusters[0].cluster;
      config.clusters = planes.map((one) => ({ name: one.name, cluster: { ...cluster, server: serverOf(one) } }));
      config.contexts = planes.map(({ name }) => ({
        name,
        context: { cluster: name, user: 'admin', namespace: NAMESPACE },
      }));
      config['current-context'] = planes[0]?.name;
      writeWhole(file, config);
      return file;
    },
    /** Gives bots another pair of eight letters, or with a number their pods another node. @param {{ cluster: number, bot: number, to: string | number }[]} changes */
    async change(changes) {
      // One transaction takes a key once: of several changes to one object in a batch the last one counts.
      const pairs = changes.map(({ cluster, bot, to }) =>
        typeof to === 'string'
          ? next(keyOf('statefulsets', cluster, botName(cluster, bot)), (value) => withPair(value, to))
          : next(keyOf('pods', cluster, `${botName(cluster, bot)}-0`), (value) => withNode(value, to)),
      );
      await etcd.put([...new Map(pairs)]);
    },
    compact: etcd.compact,
    down() {
      lowly.stop();
      return sweep(dir);
    },
  };
}
