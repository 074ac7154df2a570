// @ts-check
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { say } from '../../scripts/lib/run.mjs';
import { apply, down, ensureBinaries, ensurePackages, kubectl, kwokPlacement, up } from '../cluster/cluster.mjs';
import { startApp } from './electron.mjs';
import { figure, inTurn } from './measure.mjs';

const BOTS = 500;
const LABEL = 'hummingdeck.io/bot';

/** A bot as the app would label it, with a pod that a fake node runs. @param {number} index */
function bot(index) {
  const name = `bot-${String(index).padStart(4, '0')}`;
  const labels = { 'app.kubernetes.io/name': 'hummingbot', 'app.kubernetes.io/instance': name, [LABEL]: '1' };
  const placed = kwokPlacement ?? {};
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name,
      namespace: 'bench',
      labels,
      annotations: {
        'hummingdeck.io/pair': 'BTC-USDT',
        'hummingdeck.io/exchange': 'binance_paper_trade',
        'hummingdeck.io/strategy': 'pure_market_making',
        'hummingdeck.io/run': 'engine',
        'hummingdeck.io/paper': 'true',
      },
    },
    spec: {
      replicas: 1,
      serviceName: name,
      selector: { matchLabels: { 'app.kubernetes.io/instance': name } },
      template: {
        metadata: { labels },
        spec: { ...placed, containers: [{ name: 'hummingbot', image: 'hummingbot/hummingbot:version-2.16.0' }] },
      },
    },
  };
}

/**
 * 500 bots from connect until every row is in the window, beside fetching and parsing the same lists, and kubectl.
 * @param {import('./bench.mjs').Ground} ground @returns {Promise<import('./measure.mjs').Figure[]>}
 */
export async function connect500({ runtime, env }) {
  await ensurePackages({ log: say });
  await ensureBinaries({ log: say });
  const cluster = await up({ dir: mkdtempSync(join(tmpdir(), 'hd-')), node: false, kwokNodes: 5, log: say });
  try {
    await kubectl(cluster, 'create', 'namespace', 'bench');
    await apply(
      cluster,
      Array.from({ length: BOTS }, (_, index) => bot(index)),
    );
    await allRunning(cluster);
    const started = await startApp({
      executable: runtime.executable,
      args: runtime.appArgs,
      env: { ...env, KUBECONFIG: cluster.kubeconfig },
    });
    const floor = listsOverKeptConnections(cluster);
    const { times } = await inTurn({
      rounds: 5,
      ours: () => connectInWindow(started.page),
      others: { lists: floor.measure, kubectl: () => timeOf(() => kubectl(cluster, 'get', 'pods', '-A')) },
    });
    await floor.close();
    await started.stop();
    const name = `${BOTS} bots, connect to all rows shown`;
    return [
      figure(name, 'floor', 'same lists fetched and parsed', times.ours ?? [], times.lists ?? []),
      figure(name, 'peer', 'kubectl get pods -A', times.ours ?? [], times.kubectl ?? []),
    ];
  } finally {
    await down(cluster.dir);
  }
}

/** @param {import('../cluster/cluster.mjs').Cluster} cluster */
async function allRunning(cluster) {
  for (let tries = 0; tries < 240; tries++) {
    const phases = await kubectl(
      cluster,
      'get',
      'pods',
      '-n',
      'bench',
      '--field-selector',
      'status.phase=Running',
      '-o',
      'name',
    );
    if (phases.trim().split('\n').length === BOTS) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`the ${BOTS} bots did not all start`);
}

/**
 * Turns the context on in the window and waits until the status bar counts every bot and the table holds them; off again after.
 * @param {import('playwright-core').Page} page
 */
async function connectInWindow(page) {
  return page.evaluate(async (bots) => {
    const bridge = /** @type {any} */ (window).hummingdeck;
    const id = (await bridge.invoke('contexts.list', {})).value.contexts[0].id;
    const rows = () => Number(document.querySelector('[role="grid"]')?.getAttribute('aria-rowcount') ?? 1) - 1; // its head counts too
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const began = performance.now();
    await bridge.invoke('contexts.setEnabled', { id, enabled: true });
    while (rows() < bots) await frame();
    await frame();
    const ms = performance.now() - began;
    await bridge.invoke('contexts.setEnabled', { id, enabled: false });
    while (rows() >= bots) await frame();
    return ms;
  }, BOTS);
}

/** @param {import('../cluster/cluster.mjs').Cluster} cluster */
function listsOverKeptConnections(cluster) {
  const agent = new Agent({ connect: { ca: readFileSync(cluster.caFile), ...credentials(cluster) } });
  const selector = encodeURIComponent(LABEL);
  const paths = [`/apis/apps/v1/statefulsets?labelSelector=${selector}`, `/api/v1/pods?labelSelector=${selector}`];
  const fetchOne = async (/** @type {string} */ path) => {
    const answer = await request(`${cluster.server}${path}`, { dispatcher: agent });
    const list = /** @type {{ items: unknown[] }} */ (await answer.body.json());
    if (list.items.length !== BOTS) throw new Error(`${path}: ${list.items.length} objects`);
  };
  return { measure: () => timeOf(() => Promise.all(paths.map(fetchOne))), close: () => agent.close() };
}

/** Client certificate and key of the admin's kubeconfig, PEM. @param {import('../cluster/cluster.mjs').Cluster} cluster */
function credentials(cluster) {
  const { user } = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')).users[0];
  const pem = (/** @type {string} */ data) => Buffer.from(data, 'base64').toString();
  return { cert: pem(user['client-certificate-data']), key: pem(user['client-key-data']) };
}

/** @param {() => Promise<unknown>} run @returns {Promise<number>} ms */
async function timeOf(run) {
  const began = performance.now();
  await run();
  return performance.now() - began;
}
