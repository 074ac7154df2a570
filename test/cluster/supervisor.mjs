// One process that owns everything of one cluster. Started by `up` with a channel to it: when that channel closes, because the
// test run ended or was killed, the cluster goes down, unless it is to stay (`detach`).
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBinaries } from './binaries.mjs';
import { startApiServer, startControllers, files } from './control-plane.mjs';
import { makeExchange, podPort } from './exchange.mjs';
import { ensureImage } from './image.mjs';
import { isReady, startKwok } from './kwok.mjs';
import { names } from './names.mjs';
import { makeBridge, nodeName, startContainerd, startKubelet } from './node.mjs';
import { ensurePackages } from './packages.mjs';
import { cacheRoot, freePorts, mark, sleep, until, writeWhole } from './process.mjs';
import { makeStorageClasses, provisionVolumes } from './storage.mjs';
import { sweep } from './sweep.mjs';

/** @type {{dir: string, node: boolean, kwokNodes: number, detach: boolean}} */
const { dir, node, kwokNodes, detach } = JSON.parse(process.argv[2] ?? '{}');
const { id, bridge, record } = names(dir);
const stopping = new AbortController();
/** @type {string[]} */ const ended = [];

const tell = (/** @type {object} */ message) => process.connected && process.send?.(message, () => {});
const log = (/** @type {string} */ line) => tell({ log: line });
/** @type {import('./process.mjs').WatchChild} */
const watchChild = (name, child) => {
  if (stopping.signal.aborted) child.kill('SIGKILL');
  child.on('exit', (code, signal) => {
    if (!stopping.signal.aborted) ended.push(`${name} ended with ${signal ?? code}`);
  });
};

async function up() {
  const [bin, image] = await Promise.all([
    ensureBinaries({ log }),
    node ? ensurePackages({ log }).then(() => ensureImage({ log })) : '',
  ]);
  const ports = await freePorts(6);
  const gateway = node ? await makeBridge(bridge) : '';
  const [api] = await Promise.all([
    startApiServer({ dir, bin, name: id, ports: ports.slice(0, 3), watchChild }).then(async (client) => {
      startControllers({ dir, bin, ports: ports.slice(3, 5), watchChild });
      await makeStorageClasses(client);
      return client;
    }),
    node && startContainerd({ dir, bridge, gateway, image, watchChild }),
  ]);
  provisionVolumes({ api, dir, signal: stopping.signal, log });
  const exchange = makeExchange({ namespaceOf: findNamespace(api), signal: stopping.signal });
  const exchangePort = await exchange.listen('127.0.0.1', 0);
  if (node) {
    await exchange.listen(gateway, podPort);
    startKubelet({ dir, id, bin, port: ports[5] ?? 0, gateway, watchChild });
  }
  await Promise.all([
    kwokNodes > 0 && startKwok({ dir, bin, api, count: kwokNodes, tainted: node, watchChild }),
    node && until('the node', async () => isReady(await api.get(`/api/v1/nodes/${nodeName}`)), 90),
    until(
      'the service account of namespace default',
      () => api.get('/api/v1/namespaces/default/serviceaccounts/default'),
      60,
    ),
  ]);
  return {
    dir,
    id,
    kubeconfig: files(dir).kubeconfig,
    server: `https://127.0.0.1:${ports[0]}`,
    caFile: files(dir).ca,
    bin,
    exchangeUrl: `http://127.0.0.1:${exchangePort}`,
    node: node ? nodeName : undefined,
    kwokNodes,
  };
}

/** The namespace of the pod with this address and name. @param {import('./api.mjs').Api} api */
function findNamespace(api) {
  /** @type {Map<string, string>} */ const known = new Map();
  return async (/** @type {string} */ address, /** @type {string} */ pod) => {
    const key = `${address} ${pod}`;
    if (!known.has(key)) {
      const { items } = await api.get(`/api/v1/pods?fieldSelector=metadata.name=${encodeURIComponent(pod)}`);
      const found =
        items.find((/** @type {any} */ item) => item.status.podIP === address) ??
        (items.length === 1 ? items[0] : undefined);
      if (!found) return '';
      known.set(key, found.metadata.namespace);
    }
    return known.get(key) ?? '';
  };
}

/** The last lines of every program's log, for the sentence that says why a cluster did not come up. */
const lastWords = () =>
  (existsSync(join(dir, 'log')) ? readdirSync(join(dir, 'log')) : [])
    .filter((name) => ended.some((line) => name.startsWith(`${line.split(' ')[0]}.`)))
    .map(
      (name) =>
        `--- ${name}\n${readFileSync(join(dir, 'log', name), 'utf8')
          .trim()
          .split('\n')
          .slice(-8)
          .join('\n')}`,
    )
    .join('\n');

let goingDown = false;
async function down(code = 0) {
  if (goingDown) return;
  goingDown = true;
  stopping.abort();
  try {
    await sweep(dir);
    await Promise.race([rising, sleep(1000)]); // what was being started meanwhile must not outlive this
    await sweep(dir);
  } catch (error) {
    log(String(error));
    code = 1;
  }
  process.exit(code);
}

process.on('SIGTERM', () => down());
process.on('SIGINT', () => {}); // Ctrl-C is meant for the test run; its end is seen by the channel
process.on('disconnect', () => detach || down());
process.on('unhandledRejection', (error) => console.error(error));

mkdirSync(join(record, '..'), { recursive: true });
writeWhole(record, { dir, supervisor: mark(process.pid) });
mkdirSync(join(dir, 'pid'), { recursive: true });
writeWhole(join(dir, 'pid/supervisor'), mark(process.pid));
const coming = up();
const rising = coming.catch(() => {});
try {
  const cluster = await coming;
  writeWhole(join(dir, 'cluster.json'), cluster);
  log(`the cluster runs in ${dir}`);
  tell({ cluster });
} catch (error) {
  if (!goingDown) {
    const kept = join(cacheRoot(), 'last-failure');
    rmSync(kept, { recursive: true, force: true });
    if (existsSync(join(dir, 'log'))) cpSync(join(dir, 'log'), kept, { recursive: true });
    tell({
      error: [/** @type {Error} */ (error).message, ...ended, lastWords(), `logs: ${kept}`].filter(Boolean).join('\n'),
    });
    await down(1);
  }
}
