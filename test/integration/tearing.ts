import { Agent, request as forward } from 'node:https';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, field, fields, frame } from '../../electron/cluster/wire-testing';
import type { Cluster } from '../cluster/cluster.mjs';

/** What can befall an answer on the way. */
export const TEARS = [
  'late',
  'cut before the answer',
  'cut in the middle of a line',
  'silent for ever',
  'rubbish',
  'error 410',
  'ended in order',
  'too many requests',
  'unavailable',
  'wrong clock',
] as const;
export type Tear = (typeof TEARS)[number];

/** What was seen on the way, counted where the app can't. */
export interface Traffic {
  requests: number;
  watchesOpened: number;
  watchesOpen: number;
  mostWatchesOpen: number;
  connections: number;
  bytes: number;
  /** `METHOD path` of each request. */
  asked: string[];
  agents: Set<string>;
  /** What befell an answer, not what was only meant to: a watch may end before its turn comes. */
  tears: Map<Tear, number>;
}

export interface TearingWay {
  /** Where the app goes, over plain HTTP: whoever comes this way has an administrator's rights. */
  server: string;
  traffic: Traffic;
  /** Probability that something befalls an answer; `random` draws. 0: a good line. */
  tear(probability: number): void;
  /** As a server that goes down: all connections are cut and new ones refused until `up`. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

const RUBBISH = '\u0000{"type":"ADDED","object":{"metadata":\n<html>no</html>\n';
const isWatch = (path: string) => /[?&]watch=/.test(path);
const STATUS = (code: number, reason: string, message: string) =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });

const OLD = 'too old resource version';
const EXPIRED_LINE = `${JSON.stringify({ type: 'ERROR', object: JSON.parse(STATUS(410, 'Expired', OLD)) })}\n`;
const EXPIRED = fields(field(2, 'Failure'), field(3, OLD), field(4, 'Expired'), field(6, 410));

/**
 * A way to a real API server that tears by chance, in every way that client-go's reflector is tested against and some more; those of
 * `first` before all others, until each has befallen an answer.
 */
export async function tearingWay(
  cluster: Cluster,
  random: () => number,
  first: readonly Tear[] = [],
): Promise<TearingWay> {
  const pem = (name: string) => readFileSync(join(cluster.dir, 'pki', name));
  const agent = new Agent({ keepAlive: true, cert: pem('admin.crt'), key: pem('admin.key'), ca: pem('ca.crt') });
  const { hostname, port } = new URL(cluster.server);
  const sockets = new Set<Socket>();
  const traffic: Traffic = {
    ...{ requests: 0, watchesOpened: 0, watchesOpen: 0, mostWatchesOpen: 0, connections: 0, bytes: 0 },
    ...{ asked: [], agents: new Set(), tears: new Map() },
  };
  let probability = 0;
  let refusing = false;

  /** Drawn for each answer; beyond the first every way of tearing is as likely as another. */
  function draw(watch: boolean): Tear | null {
    if (random() >= probability) return null;
    const due = first.filter((tear) => !traffic.tears.has(tear) && (watch || tear !== 'ended in order'));
    const from = due.length > 0 ? due : TEARS;
    return from[Math.floor(random() * from.length)]!;
  }
  const befell = (tear: Tear) => void traffic.tears.set(tear, (traffic.tears.get(tear) ?? 0) + 1);

  function instead(tear: Tear | null, watch: boolean, response: ServerResponse): boolean {
    const say = (code: number, reason: string, headers: OutgoingHttpHeaders = {}) => {
      befell(tear!);
      response.writeHead(code, { 'content-type': 'application/json', ...headers });
      response.end(STATUS(code, reason, `torn: ${reason}`));
      return true;
    };
    if (tear === 'cut before the answer') return (befell(tear), response.destroy(), true);
    if (tear === 'too many requests') return say(429, 'TooManyRequests', { 'retry-after': '1' });
    if (tear === 'unavailable') return say(503, 'ServiceUnavailable');
    if (tear === 'error 410' && !watch) return say(410, 'Expired');
    return false;
  }

  /** Passes a watch on, torn after some of it. */
  function passWatch(answer: IncomingMessage, response: ServerResponse, tear: Tear | null): void {
    traffic.watchesOpened++;
    traffic.watchesOpen++;
    traffic.mostWatchesOpen = Math.max(traffic.mostWatchesOpen, traffic.watchesOpen);
    response.once('close', () => traffic.watchesOpen--);
    const protobuf = (answer.headers['content-type'] ?? '').includes('protobuf');
    let left = 1 + Math.floor(random() * 4_000);
    let over = false;
    answer.on('data', (chunk: Buffer) => {
      if (over || response.destroyed) return;
      traffic.bytes += chunk.length;
      // Whatever the tear leaves of it, nothing follows.
      const torn = tear !== null && tear !== 'late' && tear !== 'wrong clock' && (left -= chunk.length) <= 0;
      if (!torn) return void response.write(chunk);
      over = true;
      befell(tear);
      switch (tear) {
        case 'cut in the middle of a line':
          response.write(chunk.subarray(0, Math.max(1, chunk.length >> 1)), () => response.destroy());
          return;
        case 'rubbish':
          response.write(chunk);
          response.write(protobuf ? frame('ADDED', Buffer.from('<html>no</html>')) : RUBBISH);
          return;
        case 'error 410':
          response.write(chunk);
          response.write(protobuf ? frame('ERROR', alone('Status', EXPIRED)) : EXPIRED_LINE);
          return;
        case 'ended in order':
          response.end(chunk);
          return;
        default:
        // Nothing more is passed on and nothing is closed: a half-open connection.
      }
    });
    answer.on('end', () => over || response.end());
    answer.on('error', () => response.destroy());
  }

  function passAnswer(answer: IncomingMessage, response: ServerResponse, tear: Tear | null): void {
    const parts: Buffer[] = [];
    answer.on('error', () => response.destroy());
    answer.on('data', (chunk: Buffer) => void parts.push(chunk));
    answer.on('end', () => {
      const body = Buffer.concat(parts);
      traffic.bytes += body.length;
      if (tear === 'silent for ever' || tear === 'cut in the middle of a line' || tear === 'rubbish') befell(tear);
      if (tear === 'silent for ever') return;
      if (tear === 'cut in the middle of a line')
        return void response.write(body.subarray(0, body.length >> 1), () => response.destroy());
      if (tear === 'rubbish') return void response.end(Buffer.concat([body.subarray(0, body.length >> 1), body]));
      response.end(body);
    });
  }

  const server = createServer((incoming, response) => {
    const { method = '', url: path = '' } = incoming;
    const watch = isWatch(path);
    traffic.requests++;
    traffic.asked.push(`${method} ${path}`);
    traffic.agents.add(String(incoming.headers['user-agent']));
    const tear = draw(watch);
    const { host: _host, 'accept-encoding': _encoding, ...headers } = incoming.headers;
    // As a way that knows only JSON: the app then takes that.
    if (watch && random() < 0.3) headers.accept = 'application/json';
    const pass = () => {
      if (response.destroyed || instead(tear, watch, response)) return;
      const onward = forward({ agent, hostname, port, method, path, headers }, (answer) => {
        const { 'content-length': _length, ...rest } = answer.headers;
        if (tear === 'wrong clock') befell(tear);
        const skewed = tear === 'wrong clock' ? { date: new Date(Date.now() + 7_200_000).toUTCString() } : {};
        response.writeHead(answer.statusCode ?? 502, { ...rest, ...skewed });
        response.flushHeaders();
        if (watch && answer.statusCode === 200) passWatch(answer, response, tear);
        else passAnswer(answer, response, tear);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      incoming.pipe(onward);
    };
    if (tear === 'late') setTimeout(pass, 50 + random() * 700, befell(tear));
    else pass();
  });
  server.on('connection', (socket) => {
    if (refusing) return void socket.destroy();
    traffic.connections++;
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traffic,
    tear: (next) => void (probability = next),
    down: () => ((refusing = true), cut()),
    up: () => void (refusing = false),
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        cut();
      }),
  };
}
