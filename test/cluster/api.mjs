// Just enough of the Kubernetes API over HTTPS for setting a cluster up and for tests.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { sleep } from './process.mjs';

/** @typedef {ReturnType<typeof connect>} Api */

/** A client from a kubeconfig written by this folder (JSON, everything inline). @param {string} kubeconfig */
export function connect(kubeconfig) {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const pem = (/** @type {string} */ data) => Buffer.from(data, 'base64');
  const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
  const { 'client-certificate-data': cert, 'client-key-data': key } = config.users[0].user;
  const agent = new Agent({ keepAlive: true, maxSockets: 32, ca: pem(ca), cert: pem(cert), key: pem(key) });

  /** @param {string} method @param {string} path @param {any} [body] @param {string} [type] @returns {Promise<import('node:http').IncomingMessage>} */
  const open = (method, path, body, type = 'application/json') =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const headers = {
        accept: 'application/json',
        ...(text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
      };
      request(new URL(path, server), { method, agent, headers }, resolve).once('error', reject).end(text);
    });

  /** @param {string} method @param {string} path @param {any} [body] @param {string} [type] @returns {Promise<any>} */
  async function send(method, path, body, type) {
    const response = await open(method, path, body, type);
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const status = response.statusCode ?? 0;
    if (status >= 300) throw Object.assign(new Error(`${method} ${path}: ${status} ${safeMessage(text)}`), { status });
    return response.headers['content-type']?.includes('json') ? JSON.parse(text) : text;
  }

  /**
   * Keeps `items` (by uid) equal to a list on the server, and calls `changed` after every change, until `signal` aborts.
   * @param {string} path @param {Map<string, any>} items
   * @param {(object?: any) => void} changed gets the object of an event, also one that is deleted; none after a list
   * @param {AbortSignal} signal
   */
  async function follow(path, items, changed, signal) {
    while (!signal.aborted) {
      try {
        const list = await send('GET', path);
        items.clear();
        for (const item of list.items) items.set(item.metadata.uid, item);
        changed();
        const response = await open(
          'GET',
          `${path}?watch=1&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`,
        );
        const stop = () => response.destroy();
        signal.addEventListener('abort', stop, { once: true });
        let rest = '';
        response.setEncoding('utf8');
        for await (const chunk of response) {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const { type, object } of lines.filter(Boolean).map((line) => JSON.parse(line))) {
            if (type === 'DELETED') items.delete(object.metadata.uid);
            else if (type === 'ADDED' || type === 'MODIFIED') items.set(object.metadata.uid, object);
            else continue;
            changed(object);
          }
        }
        signal.removeEventListener('abort', stop);
      } catch {
        await sleep(500);
      }
    }
  }

  return { server, get: (/** @type {string} */ path) => send('GET', path), send, follow, close: () => agent.destroy() };
}

/** @param {string} text */
function safeMessage(text) {
  try {
    return JSON.parse(text).message;
  } catch {
    return text.slice(0, 300);
  }
}

/** Does `work` for all items, `width` at a time. @template T @param {T[]} items @param {(item: T) => Promise<unknown>} work @param {number} [width] */
export async function inParallel(items, work, width = 16) {
  const queue = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
