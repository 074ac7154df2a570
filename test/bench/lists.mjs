// @ts-check
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { request } from 'undici';
import { say } from '../../scripts/lib/run.mjs';
import { upMany } from '../cluster/many.mjs';
import { keptConnections, LISTS } from './kept.mjs';
import { figure, inTurn, timeOf } from './measure.mjs';

const CLUSTERS = 10;
const BOTS = 200;
const ROUNDS = 5;
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const STREAMED = '&watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
const END = 'k8s.io/initial-events-end';

/** @typedef {{ server: string, dispatcher: import('undici').Agent }} Kept */

/**
 * The lists that the app begins with, as a compressed page and as a stream, both in Protocol Buffers and read by nobody.
 * @returns {Promise<import('./measure.mjs').Figure[]>}
 */
export async function lists() {
  const many = await upMany({ count: CLUSTERS, bots: BOTS, log: say });
  const kept = keptConnections(many.kubeconfig(join(many.dir, 'near')));
  /** @param {(one: Kept, path: string) => Promise<void>} fetch */
  const all = (fetch) => timeOf(() => Promise.all(kept.flatMap((one) => LISTS.map((path) => fetch(one, path)))));
  try {
    const { times } = await inTurn({ rounds: ROUNDS, ours: () => all(page), others: { stream: () => all(stream) } });
    const name = `lists of ${CLUSTERS} × ${BOTS} bots in Protocol Buffers: a page`;
    return [figure(name, 'peer', 'streamed', times.ours ?? [], times.stream ?? [])];
  } finally {
    await Promise.all(kept.map(({ dispatcher }) => dispatcher.destroy()));
    await many.down();
  }
}

/** @param {Kept} one @param {string} path */
async function page({ server, dispatcher }, path) {
  const headers = { accept: PROTOBUF, 'accept-encoding': 'gzip' };
  const { body } = await request(`${server}${path}&limit=500`, { dispatcher, headers });
  let size = 0;
  for await (const chunk of body.pipe(createGunzip())) size += chunk.length;
  if (size < BOTS * 1000) throw new Error(`${path}: ${size} bytes`);
}

/** @param {Kept} one @param {string} path */
async function stream({ server, dispatcher }, path) {
  const headers = { accept: `${PROTOBUF};stream=watch` };
  const { body } = await request(`${server}${path}${STREAMED}`, { dispatcher, headers });
  body.on('error', () => {});
  let last = Buffer.alloc(0);
  for await (const chunk of body) {
    last = Buffer.concat([last.subarray(-END.length), chunk]);
    if (last.includes(END)) return;
  }
  throw new Error(`${path}: ended before its list`);
}
