import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as forward } from 'node:https';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster.mjs';

export interface Gateway {
  /** A kubeconfig whose one context `shaky` leads through the gateway, with an administrator's rights. */
  kubeconfig: string;
  /** The line is cut as soon as a request that fits has been carried out, before its answer arrives. */
  loseAfter(fits: (request: { method: string; path: string }) => boolean): void;
  /** From now on every request is taken, and none is answered: a line that is dead without a word. */
  hang(): void;
  /** Every request so far, as `METHOD path`. */
  seen: string[];
  /** Who asked, by their own words. */
  agents: Set<string>;
  /** Now. */
  cut(): void;
  restore(): void;
  close(): void;
}

/** A way to the test cluster that can be lost at a chosen moment, as a laptop's network is. */
export async function openGateway(cluster: Cluster, dir: string): Promise<Gateway> {
  const pem = (name: string) => readFileSync(join(cluster.dir, 'pki', name));
  const agent = new Agent({ keepAlive: true, cert: pem('admin.crt'), key: pem('admin.key'), ca: pem('ca.crt') });
  const { hostname, port } = new URL(cluster.server);
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  const agents = new Set<string>();
  let last: ((request: { method: string; path: string }) => boolean) | null = null;
  let lost = false;
  let hanging = false;

  const cut = () => {
    lost = true;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((incoming: IncomingMessage, response) => {
    const { method = '', url: path = '' } = incoming;
    seen.push(`${method} ${path}`);
    agents.add(String(incoming.headers['user-agent']));
    if (hanging) return;
    const fits = last?.({ method, path }) ?? false;
    const { host: _host, ...headers } = incoming.headers;
    const onward = forward({ agent, hostname, port, method, path, headers }, (answer) => {
      if (fits) {
        answer.resume().once('end', cut);
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  // Shells and screens.
  server.on('upgrade', ({ method, url: path, headers: { host: _, ...headers } }, socket, head) => {
    agents.add(String(headers['user-agent']));
    const credentials = { cert: pem('admin.crt'), key: pem('admin.key'), ca: pem('ca.crt') };
    const onward = forward({ ...credentials, agent: false, hostname, port, method, path, headers });
    const end = () => (onward.destroy(), socket.destroy());
    onward.on('error', end).on('response', end);
    socket.on('error', end);
    onward.on('upgrade', (answer, far, first) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
      socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'));
      socket.write(first);
      far.write(head);
      far.on('error', end).on('close', end);
      socket.on('close', () => far.destroy());
      far.pipe(socket).pipe(far);
    });
    if (!hanging) onward.end();
  });
  server.on('connection', (socket) => {
    if (lost) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  mkdirSync(dir, { recursive: true });
  const kubeconfig = join(dir, 'shaky.kubeconfig');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'shaky', cluster: { server: url } }],
      users: [{ name: 'trader', user: {} }],
      contexts: [{ name: 'shaky', context: { cluster: 'shaky', user: 'trader' } }],
      'current-context': 'shaky',
    }),
  );
  return {
    kubeconfig,
    seen,
    agents,
    cut,
    hang: () => (hanging = true),
    loseAfter: (fits) => (last = fits),
    restore() {
      last = null;
      lost = hanging = false;
    },
    close() {
      cut();
      server.close();
      agent.destroy();
    },
  };
}
