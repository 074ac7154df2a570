import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as forward } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../electron/cluster';
import { alone, field, frame } from '../../electron/cluster/wire-testing';

/** Watches of one server, over all ways to it. */
export interface Open {
  watches: number;
  /** At any time. */
  most: number;
}
export interface Asked {
  /** By the app's clock. */
  at: number;
  path: string;
  agent: string;
  answeredAt: number | null;
  /** Of the answer's body as it came over the line, compressed where it was. */
  bytes: number;
}

/** A way to a real API server that counts what the app asks, and can refuse it, fall silent, or pass a server's long times at the app's pace. */
export interface CountingWay {
  server: string;
  asked: Asked[];
  watches(): number;
  /** So many were open at once, at any time, over all ways to the server that share the count. */
  mostWatches(): number;
  connections(): number;
  /** Of all answers' bodies. */
  bytes(): number;
  /** Every answer from now on; null: the server's own. */
  refuse(status: number | null, headers?: Record<string, string>): void;
  /** Half-open from now on: connections are taken, and nothing more is passed, nor closed. */
  silent(on: boolean): void;
  close(): Promise<void>;
}

const BOOKMARK_MS = 60_000;
const now = (clock: Clock) => Math.round(clock.now());

const METRICS = { kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items: [] };

/**
 * `dir`: whose authority and administrator's certificate are used, so that the app comes over plain HTTP. `only`: the namespaces in which the
 * sign-in may do anything, as reviews answer and other lists are refused. Metrics are served, of no pod. `open`: what ways to one server count together.
 */
export async function countingWay(
  dir: string,
  target: string,
  clock: Clock,
  only: readonly string[] | null = null,
  open: Open = { watches: 0, most: 0 },
): Promise<CountingWay> {
  const pem = (name: string) => readFileSync(join(dir, 'pki', name));
  const agent = new Agent({ keepAlive: true, cert: pem('admin.crt'), key: pem('admin.key'), ca: pem('ca.crt') });
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const asked: Asked[] = [];
  let refusal: { status: number; headers: Record<string, string> } | null = null;
  let quiet = false;
  let watches = 0;

  /** What the server does each real minute and after so many real seconds, at the app's pace. */
  function keepPace(url: URL, response: ServerResponse, form: string, one: Asked): void {
    const resourceVersion = url.searchParams.get('resourceVersion') ?? '0';
    const line = form.includes('protobuf')
      ? frame('BOOKMARK', alone('Pod', field(1, field(6, resourceVersion))))
      : `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion } } })}\n`;
    let stop = clock.after(BOOKMARK_MS, bookmark);
    function bookmark(): void {
      if (!quiet && !response.writableEnded) {
        response.write(line);
        one.bytes += line.length;
      }
      stop = clock.after(BOOKMARK_MS, bookmark);
    }
    const stopEnd = clock.after(Number(url.searchParams.get('timeoutSeconds')) * 1000, () => quiet || response.end());
    watches++;
    open.most = Math.max(open.most, ++open.watches);
    response.once('close', () => (watches--, open.watches--, stop(), stopEnd()));
  }

  function pass(incoming: IncomingMessage, response: ServerResponse, one: Asked): void {
    const { method, url: path = '' } = incoming;
    const { host: _host, ...headers } = incoming.headers;
    const onward = forward({ agent, hostname, port, method, path, headers }, (answer) => {
      if (quiet) return;
      one.answeredAt = now(clock);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      const url = new URL(path, target);
      if (url.searchParams.has('watch') && answer.statusCode === 200)
        keepPace(url, response, answer.headers['content-type'] ?? '', one);
      answer.on('data', (chunk: Buffer) => {
        one.bytes += chunk.length;
        if (!quiet) response.write(chunk);
      });
      answer.on('end', () => quiet || response.end());
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  async function review(incoming: IncomingMessage): Promise<object> {
    let text = '';
    for await (const bytes of incoming) text += String(bytes);
    const { spec } = JSON.parse(text) as { spec: { namespace?: string; resourceAttributes?: { namespace?: string } } };
    const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
    const here = !!only?.includes(spec.namespace ?? spec.resourceAttributes?.namespace ?? '');
    return { allowed: here, resourceRules: here ? [all] : [], nonResourceRules: [], incomplete: false };
  }

  const server = createServer((incoming, response) => {
    const one: Asked = {
      at: now(clock),
      path: incoming.url ?? '',
      agent: String(incoming.headers['user-agent']),
      answeredAt: null,
      bytes: 0,
    };
    asked.push(one);
    if (quiet) return;
    one.answeredAt = now(clock);
    const say = (status: number, body: object) => {
      const text = JSON.stringify(body);
      one.bytes += text.length;
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    };
    if (!refusal && one.path.startsWith('/apis/metrics.k8s.io/')) return say(200, METRICS);
    if (!refusal && only) {
      if (one.path.includes('/selfsubject')) return void review(incoming).then((status) => say(201, { status }));
      const [, namespace = ''] = /\/namespaces\/([^/?]+)\//.exec(one.path) ?? [];
      if (one.path !== '/version' && !only.includes(namespace))
        return say(403, { kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message: 'not here' });
    }
    one.answeredAt = null;
    if (!refusal) return pass(incoming, response, one);
    const { status, headers } = refusal;
    one.answeredAt = now(clock);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', message: 'refused on the way', code: status }));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    watches: () => watches,
    mostWatches: () => open.most,
    connections: () => sockets.size,
    bytes: () => asked.reduce((sum, one) => sum + one.bytes, 0),
    refuse(status, headers = {}) {
      refusal = status === null ? null : { status, headers };
      // What runs ends, as at a server that has just dropped a sign-in.
      if (refusal) for (const socket of sockets) socket.destroy();
    },
    silent: (on) => void (quiet = on),
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
