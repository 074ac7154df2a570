// @ts-check
// Watches that only count what comes, in a process of their own: the floor for how soon a change can be known.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { fileURLToPath } from 'node:url';

/** @typedef {{ lines: number, late: number[] }} Counted `late`: ms from each probe's stamp until it came */

/** Starts them on every cluster of a kubeconfig. @param {string} kubeconfig */
export async function startBareWatch(kubeconfig) {
  const child = fork(fileURLToPath(import.meta.url), [kubeconfig]);
  const next = () =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', () => reject(new Error('the bare watch ended')));
    });
  await next();
  return {
    /** What came since the last time. @returns {Promise<Counted>} */
    take() {
      child.send('take');
      return /** @type {Promise<Counted>} */ (next());
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

/** A time in eight letters, as a pair has them. */
export const stampNow = () => Date.now().toString(36).toUpperCase();
/** @param {string} pair ms */
export const timeOfStamp = (pair) => Number.parseInt(pair, 36);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
  const pem = (/** @type {string} */ data) => Buffer.from(data, 'base64');
  const { user } = config.users[0];
  const ca = pem(config.clusters[0].cluster['certificate-authority-data']);
  const agent = new Agent({
    ...{ keepAlive: true, ca },
    cert: pem(user['client-certificate-data']),
    key: pem(user['client-key-data']),
  });
  let counted = { lines: 0, late: /** @type {number[]} */ ([]) };
  const seen = new Set();
  const ask = (/** @type {string} */ server, /** @type {string} */ path) =>
    /** @type {Promise<import('node:http').IncomingMessage>} */ (
      new Promise((resolve, reject) => {
        const url = new URL(`${path}&labelSelector=hummingdeck.io%2Fbot`, server);
        request(url, { agent }, resolve).on('error', reject).end();
      })
    );
  /** From now on, without what there is already: a server gives up a watch whose reader is late. */
  async function follow(/** @type {string} */ server, /** @type {string} */ path) {
    let list = '';
    for await (const chunk of await ask(server, `${path}?limit=1`)) list += chunk;
    const from = JSON.parse(list).metadata.resourceVersion;
    const answer = await ask(server, `${path}?watch=1&resourceVersion=${from}`);
    const probes = server === config.clusters[0].cluster.server && path.includes('apps');
    answer.on('end', () => process.exit(1));
    answer.on('data', (/** @type {Buffer} */ chunk) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) counted.lines++;
      if (!probes) return;
      for (const [, pair] of chunk.toString('latin1').matchAll(/"hummingdeck\.io\/pair":"([0-9A-Z]{8})"/g)) {
        if (seen.has(pair)) continue;
        seen.add(pair);
        counted.late.push(Date.now() - timeOfStamp(pair ?? ''));
      }
    });
  }
  const servers = config.clusters.map((/** @type {any} */ one) => one.cluster.server);
  for (const server of servers)
    await Promise.all(['/apis/apps/v1/statefulsets', '/api/v1/pods'].map((path) => follow(server, path)));
  process.on('message', () => {
    process.send?.(counted);
    counted = { lines: 0, late: [] };
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}
