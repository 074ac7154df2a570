import net, { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterTarget } from '../kubeconfig/types';
import { createApi } from './api';
import { systemClock } from './clock';
import { createHttpTransport } from './http-transport';
import { networkFailure } from './network-errors';
import { failureOf, makeAuthority, serve, targetOf } from './testing';
import type { Transport } from './transport';

const open: { close(): unknown }[] = [];
let authority: ReturnType<typeof makeAuthority>;

beforeAll(() => {
  authority = makeAuthority();
});
afterAll(() => authority.remove());
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

function transportTo(server: string, more: Partial<ClusterTarget> = {}): Transport {
  const transport = createHttpTransport(targetOf(server, more), { userAgent: 'test', clock: systemClock });
  open.push(transport);
  return transport;
}
const get = (transport: Transport) => transport.request({ method: 'GET', path: '/version' });

/** An https server that counts what reached it. */
async function secure(hosts: string, expired = false) {
  let requests = 0;
  const server = await serve(
    (_, response) => {
      requests++;
      response.end('{}');
    },
    authority.sign('server', { hosts, expired }),
  );
  open.push(server);
  return { ...server, requests: () => requests };
}

/** A bare TCP server. */
async function raw(onSocket: (socket: net.Socket) => void): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

describe('a certificate that can not be trusted is named, and nothing was sent', () => {
  it('unknown authority', async () => {
    const server = await secure('IP:127.0.0.1');
    const error = await failureOf(get(transportTo(server.url)));
    expect(error).toMatchObject({
      code: 'CERTIFICATE',
      message: expect.stringContaining('authority that the kubeconfig does not trust'),
    });
    expect(error.message).toContain('Nothing was sent.');
    expect(server.requests()).toBe(0);
  });
  it('expired', async () => {
    const server = await secure('IP:127.0.0.1', true);
    const error = await failureOf(get(transportTo(server.url, { ca: authority.ca })));
    expect(error).toMatchObject({
      code: 'CERTIFICATE',
      message: expect.stringContaining('has expired. Nothing was sent.'),
    });
    expect(server.requests()).toBe(0);
  });
  it('wrong host name, unless tls-server-name says which one is meant', async () => {
    const server = await secure('DNS:kubernetes');
    const error = await failureOf(get(transportTo(server.url, { ca: authority.ca })));
    expect(error).toMatchObject({
      code: 'CERTIFICATE',
      message: expect.stringContaining('another host name. Nothing was sent.'),
    });
    expect(server.requests()).toBe(0);
    expect((await get(transportTo(server.url, { ca: authority.ca, tlsServerName: 'kubernetes' }))).status).toBe(200);
  });
  it('not asked for where the kubeconfig says insecure', async () => {
    const server = await secure('DNS:elsewhere', true);
    expect((await get(transportTo(server.url, { insecureSkipTlsVerify: true }))).status).toBe(200);
  });
  it('a broken one in the kubeconfig itself', async () => {
    const server = await secure('IP:127.0.0.1');
    const credentials = {
      kind: 'certificate' as const,
      get: () => Promise.resolve({ cert: 'rubbish', key: 'rubbish' }),
      refresh: () => Promise.resolve(null),
    };
    const error = await failureOf(get(transportTo(server.url, { ca: authority.ca, credentials })));
    expect(error).toMatchObject({ code: 'CERTIFICATE', message: expect.stringContaining("can't be used") });
  });
  it.each([
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  ])('one of ours that the server refuses, at whatever moment it says so: %s', (code) => {
    for (const moment of ['connect', 'answer', 'stream'] as const) {
      const { error } = networkFailure(Object.assign(new Error('alert'), { code }), { host: 'h:1', proxy: '' }, moment);
      expect(error).toMatchObject({
        code: 'UNAUTHORIZED',
        message: 'h:1 does not accept the client certificate of this sign-in.',
      });
    }
  });
});

describe('no way to the server', () => {
  it('a name that does not exist', async () => {
    const error = await failureOf(get(transportTo('https://no-such-cluster.invalid:6443')));
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: "The name of no-such-cluster.invalid:6443 can't be found.",
    });
  });
  it('nothing listens', async () => {
    const server = await serve(() => undefined);
    await server.close();
    const error = await failureOf(get(transportTo(server.url)));
    expect(error).toMatchObject({ code: 'UNREACHABLE', message: `127.0.0.1:${server.port} refuses connections.` });
  });
  it('closed at once', async () => {
    const port = await raw((socket) => socket.destroy());
    const error = await failureOf(get(transportTo(`https://127.0.0.1:${port}`)));
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('closed the connection at once'),
    });
  });
  it('http where https was meant', async () => {
    const server = await serve((_, response) => response.end('hello'));
    open.push(server);
    const error = await failureOf(get(transportTo(server.url.replace('http:', 'https:'))));
    expect(error).toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('does not speak https') });
  });
  it('https where http was meant (as Go servers say it)', async () => {
    const server = await serve((_, response) => {
      response.statusCode = 400;
      response.end('Client sent an HTTP request to an HTTPS server.\n');
    });
    open.push(server);
    const error = await failureOf(createApi(transportTo(server.url), { clock: systemClock }).raw('GET', '/version'));
    expect(error).toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('speaks https') });
  });
  it('a sign-in page of the network answers instead', async () => {
    const server = await serve((_, response) =>
      response.setHeader('content-type', 'text/html').end('<html>Welcome to the airport</html>'),
    );
    open.push(server);
    const error = await failureOf(createApi(transportTo(server.url), { clock: systemClock }).raw('GET', '/version'));
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: 'Something other than Kubernetes answers at this address.',
    });
  });
});

describe('through a proxy', () => {
  /** An http proxy that lets `user:pass` through. */
  async function httpProxy(seen: string[]): Promise<number> {
    return raw((socket) => {
      socket.once('data', (data) => {
        const head = data.toString();
        seen.push(head.split('\r\n', 1)[0]!);
        if (!head.includes(`Proxy-Authorization: Basic ${Buffer.from('user:pa ss').toString('base64')}`)) {
          return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        }
        const [host, port] = /CONNECT (.+):(\d+) /.exec(head)!.slice(1) as [string, string];
        const far = net.connect(Number(port), host, () => {
          socket.write('HTTP/1.1 200 OK\r\nVia: test\r\n\r\n');
          socket.pipe(far).pipe(socket);
        });
        far.on('error', () => socket.destroy());
      });
    });
  }
  it('http with a password', async () => {
    const server = await secure('IP:127.0.0.1');
    const seen: string[] = [];
    const port = await httpProxy(seen);
    const answer = await get(
      transportTo(server.url, { ca: authority.ca, proxyUrl: `http://user:pa%20ss@127.0.0.1:${port}` }),
    );
    expect(answer.status).toBe(200);
    expect(seen).toEqual([`CONNECT 127.0.0.1:${server.port} HTTP/1.1`]);
  });
  it('that refuses says so', async () => {
    const port = await httpProxy([]);
    const error = await failureOf(
      get(transportTo('https://cluster.example:6443', { proxyUrl: `http://127.0.0.1:${port}` })),
    );
    expect(error).toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('proxy wants a sign-in') });
  });
  it('that is down is told apart from the cluster', async () => {
    const server = await serve(() => undefined);
    await server.close();
    const error = await failureOf(get(transportTo('https://cluster.example:6443', { proxyUrl: server.url })));
    expect(error.message).toBe(
      `The proxy 127.0.0.1:${server.port} on the way to cluster.example:6443 refuses connections.`,
    );
  });
  it('socks5 resolves names at the far end', async () => {
    const server = await secure('DNS:inside.cluster');
    const names: string[] = [];
    const port = await raw((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0]));
        socket.once('data', (ask) => {
          names.push(ask.subarray(5, 5 + ask[4]!).toString());
          const far = net.connect(server.port, '127.0.0.1', () => {
            socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
            socket.pipe(far).pipe(socket);
          });
        });
      });
    });
    const answer = await get(
      transportTo('https://inside.cluster:6443', { ca: authority.ca, proxyUrl: `socks5://127.0.0.1:${port}` }),
    );
    expect(answer.status).toBe(200);
    expect(names).toEqual(['inside.cluster']);
  });
});
