// A real Kubernetes for tests: `up` starts one, `down` removes every trace of it. See README.md.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readdirSync, closeSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from './api.mjs';
import { makeCertificate, writeKubeconfig } from './certificates.mjs';
import { files } from './control-plane.mjs';
import { clustersFolder, names } from './names.mjs';
import { cacheRoot, livePid, locked, readJson, run, signalPid, until } from './process.mjs';
import { sweep } from './sweep.mjs';

export { ensureBinaries, kubernetesVersion } from './binaries.mjs';
export { ensureImage } from './image.mjs';
export { kwokPlacement } from './kwok.mjs';
export { ensurePackages } from './packages.mjs';

/**
 * @typedef {object} Cluster
 * @property {string} dir everything of the cluster lies here
 * @property {string} id name of its context
 * @property {string} kubeconfig file with admin rights
 * @property {string} server URL of the API server
 * @property {string} caFile its authority
 * @property {string} bin folder of kubectl and the other programs
 * @property {string} exchangeUrl the stand-in exchange, seen from this machine
 * @property {string} [node] name of the real node
 * @property {number} kwokNodes number of fake nodes
 */

/**
 * Starts a cluster and waits until it is ready for pods. It goes down with this process, unless `detach` is set.
 * @param {{dir?: string, node?: boolean, kwokNodes?: number, detach?: boolean, log?: import('./process.mjs').Log}} [options]
 * `dir` is made (and emptied of a cluster that is left in it); `node` false makes a control plane alone
 * @returns {Promise<Cluster>}
 */
export async function up({
  dir = mkdtempSync(join(tmpdir(), 'hd-')),
  node = true,
  kwokNodes = 0,
  detach = false,
  log = () => {},
} = {}) {
  const { dir: folder } = names(dir);
  if (folder.length > 70)
    throw new Error(`the cluster's folder must have at most 70 characters, for the sockets in it: ${folder}`);
  if (node && process.getuid?.() !== 0) throw new Error('a cluster with a real node can only be started by root');
  await reap();
  await down(folder);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  mkdirSync(join(folder, 'log'), { recursive: true });
  const output = openSync(join(folder, 'log/supervisor.log'), 'a');
  const supervisor = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('supervisor.mjs', import.meta.url)),
      JSON.stringify({ dir: folder, node, kwokNodes, detach }),
    ],
    { detached: true, stdio: ['ignore', output, output, 'ipc'], cwd: '/' },
  );
  closeSync(output);
  return new Promise((resolve, reject) => {
    let reason = '';
    supervisor.once('error', reject);
    supervisor.once('exit', (code) =>
      reject(new Error(reason || `the cluster's supervisor ended with ${code} before the cluster was ready`)),
    );
    supervisor.on('message', (/** @type {any} */ message) => {
      if (message.log) log(message.log);
      if (message.error) reason = message.error;
      if (!message.cluster) return;
      supervisor.unref();
      supervisor.channel?.unref();
      if (detach) supervisor.disconnect();
      resolve(message.cluster);
    });
  });
}

/** Ends a cluster and removes what is left of it; does nothing where none is. @param {string} dir */
export async function down(dir) {
  const { dir: folder, record } = names(dir);
  const held = readJson(record)?.supervisor;
  if (livePid(held)) {
    signalPid(/** @type {number} */ (livePid(held)), 'SIGTERM');
    await until('the supervisor to end', () => !livePid(held), 45).catch(() =>
      signalPid(livePid(held) ?? 0, 'SIGKILL'),
    );
  }
  await sweep(folder);
}

/** Removes clusters whose supervisor died without cleaning up; one process at a time, as tests run side by side. */
export async function reap() {
  if (!existsSync(clustersFolder())) return;
  await locked(reapLock(), async () => {
    for (const name of readdirSync(clustersFolder())) {
      const record = readJson(join(clustersFolder(), name));
      if (record && !livePid(record.supervisor)) await sweep(record.dir);
    }
  });
}

/** While it is held, what a killed cluster left stays. */
export const reapLock = () => join(cacheRoot(), 'reap.lock');

/** The cluster that runs in a folder, if one does. @param {string} dir @returns {Cluster | undefined} */
export function running(dir) {
  const { record } = names(dir);
  return livePid(readJson(record)?.supervisor) ? readJson(join(dir, 'cluster.json')) : undefined;
}

/** kubectl as admin; gives stdout, throws with stderr. @param {Pick<Cluster, 'bin' | 'kubeconfig'>} cluster @param {string[]} args */
export const kubectl = (cluster, ...args) =>
  run(join(cluster.bin, 'kubectl'), ['--kubeconfig', cluster.kubeconfig, ...args]);

/** @param {Pick<Cluster, 'bin' | 'kubeconfig'>} cluster @param {string | object[]} what YAML, or objects */
export const apply = (cluster, what) =>
  run(join(cluster.bin, 'kubectl'), ['--kubeconfig', cluster.kubeconfig, 'apply', '--server-side', '-f', '-'], {
    input: typeof what === 'string' ? what : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: what }),
  });

/** The API with admin rights. @param {Pick<Cluster, 'kubeconfig'>} cluster */
export const api = (cluster) => connect(cluster.kubeconfig);

/**
 * Writes a kubeconfig for another user, who has the rights that RBAC gives them and no others.
 * @param {Pick<Cluster, 'dir' | 'server' | 'id'>} cluster
 * @param {{user: string, groups?: string[], namespace?: string, file: string}} who @returns {Promise<string>} the file
 */
export async function userKubeconfig(cluster, { user, groups = [], namespace, file }) {
  const { pki, ca, at } = files(cluster.dir);
  const name = `user-${Buffer.from(`${user}\0${groups}`).toString('hex').slice(0, 100)}`;
  await makeCertificate(pki, name, { user, groups });
  return writeKubeconfig({
    file,
    server: cluster.server,
    ca,
    name: cluster.id,
    user,
    cert: at(`${name}.crt`),
    key: at(`${name}.key`),
    namespace,
  });
}

/**
 * Sends a signal to a container's first process from outside, as no one in the pod can: with SIGKILL, what a crash of the node's or
 * an out-of-memory kill does to a bot.
 * @param {Cluster} cluster @param {{namespace?: string, pod: string, container?: string, signal?: NodeJS.Signals}} which
 */
export async function signalContainer(cluster, { namespace = 'default', pod, container, signal = 'SIGKILL' }) {
  const { status } = await connect(cluster.kubeconfig).get(`/api/v1/namespaces/${namespace}/pods/${pod}`);
  const found = status.containerStatuses.find((/** @type {any} */ each) => !container || each.name === container);
  await run('ctr', [
    '--address',
    names(cluster.dir).socket,
    '--namespace',
    'k8s.io',
    'tasks',
    'kill',
    '--signal',
    signal,
    found.containerID.replace('containerd://', ''),
  ]);
}

/** @typedef {{namespace?: string, pod?: string, bot?: string, pair?: string, side?: string, status?: 'open' | 'filled' | 'cancelled' | 'all'}} OrderFilter */

/** What the stand-in exchange knows. @param {Pick<Cluster, 'exchangeUrl'>} cluster */
export function exchange({ exchangeUrl }) {
  const call = async (
    /** @type {string} */ path,
    /** @type {string} */ method = 'GET',
    /** @type {object} */ query = {},
    /** @type {object | undefined} */ body = undefined,
  ) => {
    const response = await fetch(`${exchangeUrl}${path}?${new URLSearchParams(/** @type {any} */ (query))}`, {
      method,
      body: body && JSON.stringify(body),
    });
    return response.json();
  };
  return {
    /** Orders, open ones unless `status` says otherwise. @param {OrderFilter} [filter] @returns {Promise<import('./exchange.mjs').Order[]>} */
    orders: (filter) => call('/orders', 'GET', filter),
    /** @param {Partial<import('./exchange.mjs').Order>} order @returns {Promise<import('./exchange.mjs').Order>} */
    place: (order) => call('/orders', 'POST', {}, order),
    /** Cancels what the filter selects. @param {OrderFilter} [filter] @returns {Promise<import('./exchange.mjs').Order[]>} */
    cancel: (filter) => call('/orders', 'DELETE', filter),
    /** Fills `count` (1) of the open orders that the filter selects. @param {OrderFilter & {count?: number}} [filter] @returns {Promise<import('./exchange.mjs').Order[]>} */
    fill: (filter) => call('/fill', 'POST', filter),
  };
}
