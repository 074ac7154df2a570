import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterTarget, Credentials } from '../kubeconfig/types';
import { systemClock } from './clock';
import { createHttpTransport } from './http-transport';
import { failureOf, handClock, makeAuthority, serve, sourceOf, targetOf, until, type TestServer } from './testing';
import type { Transport, TransportStream } from './transport';

const open: { close(): unknown }[] = [];
let authority: ReturnType<typeof makeAuthority>;
let pair: { cert: string; key: string };

beforeAll(() => {
  authority = makeAuthority();
  pair = authority.sign('server', { hosts: 'IP:127.0.0.1' });
});
afterAll(() => authority.remove());
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function start(
  handler: RequestListener,
  more: Partial<ClusterTarget> = {},
  tls = false,
): Promise<{ server: TestServer; transport: Transport }> {
  const server = await serve(
    handler,
    tls ? { ...pair, ca: authority.ca, requestCert: true, rejectUnauthorized: false } : undefined,
  );
  const transport = createHttpTransport(targetOf(server.url, { ca: authority.ca, ...more }), {
    userAgent: 'test',
    clock: systemClock,
  });
  open.push(transport, server);
  return { server, transport };
}
const get = (transport: Transport, path = '/x') => transport.request({ method: 'GET', path });
async function text(stream: TransportStream): Promise<string> {
  let all = '';
  for await (const bytes of stream.body) all += Buffer.from(bytes).toString();
  return all;
}

describe('connections', () => {
  it('are kept: twenty calls in a row make no more than two', async () => {
    const { server, transport } = await start((_, response) => response.end('{}'), {}, true);
    for (let i = 0; i < 20; i++) await get(transport);
    // The pool may open a second one while the first still ends its answer.
    expect(server.connections()).toBeLessThanOrEqual(2);
    expect(transport.counters.requests).toBe(20);
  });
  it.each([false, true])(
    'tell the addresses they run between, also of the last one that was dropped (TLS: %s)',
    async (tls) => {
      const { transport } = await start((_, response) => response.end('{}'), {}, tls);
      expect(transport.ways()).toEqual([]);
      await get(transport);
      expect(transport.ways()).toContainEqual({ from: '127.0.0.1', to: '127.0.0.1' });
      transport.reset();
      await until(() => transport.counters.connections === 0);
      expect(transport.ways()).toEqual([{ from: '127.0.0.1', to: '127.0.0.1' }]);
    },
  );
  it('stay few in a burst, and watches do not starve calls', async () => {
    const { server, transport } = await start((request, response) => {
      if (request.url === '/watch') response.write('\n');
      else setTimeout(() => response.end('{}'), 5);
    });
    const watches = await Promise.all(
      Array.from({ length: 100 }, () => transport.stream({ method: 'GET', path: '/watch' })),
    );
    await Promise.all(Array.from({ length: 300 }, () => get(transport)));
    expect(server.connections()).toBeLessThanOrEqual(132);
    expect(transport.counters.openStreams).toBe(100);
    for (const watch of watches) watch.cancel();
    await until(() => transport.counters.openStreams === 0, 'the streams to end');
  });
  it('are made anew with a new client certificate', async () => {
    let current: Credentials = authority.sign('first');
    const credentials = { ...sourceOf({}), get: () => Promise.resolve(current) };
    const name = (request: IncomingMessage) => (request.socket as TLSSocket).getPeerCertificate().subject?.CN;
    const { transport } = await start((request, response) => response.end(name(request)), { credentials }, true);
    expect((await get(transport)).body).toBe('first');
    current = authority.sign('second');
    expect((await get(transport)).body).toBe('second');
  });
  it('a kept one that died is replaced for a reading', async () => {
    const { transport, server } = await start((_, response) => response.end('{}'));
    await get(transport);
    server.server.closeAllConnections();
    expect((await get(transport)).status).toBe(200);
  });
  it.each(['before', 'in the middle of'])(
    'dropped %s an answer are made anew for a reading, not for a change',
    async (when) => {
      let asked = 0;
      const { transport } = await start((_, response) => {
        if (asked++ > 0) return void response.end('{}');
        if (when !== 'before') response.write('{');
        setTimeout(() => transport.reset(), 30);
      });
      expect(await get(transport)).toMatchObject({ status: 200, body: '{}' });
      expect(asked).toBe(2);
      asked = 0;
      expect(await failureOf(transport.request({ method: 'PATCH', path: '/x', body: '{}' }))).toMatchObject({
        code: 'UNREACHABLE',
      });
      expect(asked).toBe(1);
    },
  );
});

describe('a 401', () => {
  it('refreshes once for all callers, who then succeed', async () => {
    let refreshes = 0;
    const stale = { token: 'stale' };
    const fresh = { token: 'fresh' };
    const credentials = sourceOf(stale, async () => {
      refreshes++;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return fresh;
    });
    const { transport } = await start(
      (request, response) => {
        response.statusCode = request.headers.authorization === 'Bearer fresh' ? 200 : 401;
        response.end('{}');
      },
      { credentials },
      true,
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => get(transport)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await text(await transport.stream({ method: 'GET', path: '/watch' }))).toBe('{}');
    expect(refreshes).toBe(1);
  });
  it('that stays is handed out after one more try, not hammered', async () => {
    let requests = 0;
    const { transport } = await start(
      (_, response) => {
        requests++;
        response.statusCode = 401;
        response.end('{}');
      },
      { credentials: sourceOf({ token: 'a' }, () => Promise.resolve({ token: 'b' })) },
      true,
    );
    expect((await get(transport)).status).toBe(401);
    expect(requests).toBe(2);
  });
});

describe('secrets', () => {
  it('go over https only', async () => {
    const credentials = sourceOf({ token: 'secret' });
    const echo: RequestListener = (request, response) => response.end(request.headers.authorization ?? 'none');
    expect((await get((await start(echo, { credentials }, true)).transport)).body).toBe('Bearer secret');
    expect((await get((await start(echo, { credentials })).transport)).body).toBe('none');
  });
  it('impersonation names user, groups and extras as the API server reads them', async () => {
    const impersonate = { user: 'jane', uid: '7', groups: ['a', 'b'], extra: { 'example.com/Team': ['x'] } };
    const { transport } = await start((request, response) => response.end(JSON.stringify(request.rawHeaders)), {
      impersonate,
    });
    const pairs = JSON.parse((await get(transport)).body) as string[];
    const found = pairs.flatMap((name, index) =>
      index % 2 === 0 && name.startsWith('impersonate') ? [`${name}: ${pairs[index + 1]}`] : [],
    );
    expect(found).toEqual([
      'impersonate-user: jane',
      'impersonate-uid: 7',
      'impersonate-group: a',
      'impersonate-group: b',
      'impersonate-extra-example.com%2fteam: x',
    ]);
  });
});

describe('answers', () => {
  it('packed ones are unpacked, wherever the network splits them', async () => {
    const body = JSON.stringify({ text: 'ü€😀'.repeat(5000) });
    const { transport } = await start(async (request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip');
      response.setHeader('content-encoding', 'gzip');
      const packed = gzipSync(body);
      for (let at = 0; at < packed.length; at += 7) response.write(packed.subarray(at, at + 7));
      response.end();
    });
    expect((await get(transport)).body).toBe(body);
  });
  it('packed ones are unpacked whole, whatever their last bytes say of how long they are', async () => {
    const parts = ['a'.repeat(100_000), 'b'];
    const { transport } = await start((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(Buffer.concat(parts.map((part) => gzipSync(part))));
    });
    expect((await get(transport)).body).toBe(parts.join(''));
  });
  it('empty ones that are called packed are empty', async () => {
    const { transport } = await start((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end();
    });
    expect((await get(transport)).body).toBe('');
  });
  it('packed ones that break off are a failure, not a shorter answer', async () => {
    const { transport } = await start((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('a'.repeat(100_000)).subarray(0, -20));
    });
    expect(await failureOf(get(transport))).toMatchObject({ code: 'UNREACHABLE' });
  });
  it('below a path of the server address', async () => {
    const server = await serve((request, response) => response.end(request.url));
    const transport = createHttpTransport(targetOf(`${server.url}/k8s/clusters/c-1`), {
      userAgent: 'test',
      clock: systemClock,
    });
    open.push(transport, server);
    expect((await get(transport, '/version')).body).toBe('/k8s/clusters/c-1/version');
  });
  it('that do not come are given up', async () => {
    const { transport } = await start(() => undefined);
    expect(await failureOf(transport.request({ method: 'GET', path: '/x', timeoutMs: 100 }))).toMatchObject({
      code: 'TIMEOUT',
    });
  });
  it.each(['request', 'stream'] as const)(
    'are not waited for any longer where the far end takes a connection and says nothing, as after sleep (%s)',
    async (kind) => {
      const taken: Socket[] = [];
      const silent = createServer((socket) => void taken.push(socket.on('error', () => undefined)));
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { clock, pass } = handClock();
      const { port } = silent.address() as AddressInfo;
      const target = targetOf(`https://127.0.0.1:${port}`, { ca: authority.ca });
      const transport = createHttpTransport(target, { userAgent: 'test', clock });
      open.push({ close: () => (taken.forEach((socket) => socket.destroy()), silent.close()) }, transport);
      const leave = new AbortController();
      const ask = (more: object) => failureOf(transport[kind]({ method: 'GET', path: '/x', ...more }));
      const [timed, left] = [ask({ timeoutMs: 4_500 }), ask({ signal: leave.signal })];
      await until(() => taken.length === 2);
      pass(4_500);
      expect(await timed).toMatchObject({ code: 'TIMEOUT' });
      leave.abort();
      expect(await left).toMatchObject({ code: 'CANCELLED' });
    },
  );
  it('that stop half-way are given up', async () => {
    const { transport } = await start((_, response) => void response.write('{'));
    expect(await failureOf(transport.request({ method: 'GET', path: '/x', timeoutMs: 200 }))).toMatchObject({
      code: 'TIMEOUT',
    });
  });
  it('cut ones are never taken for whole', async () => {
    const { transport } = await start((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{}', () => response.destroy());
    });
    expect(await failureOf(get(transport))).toMatchObject({ code: 'UNREACHABLE' });
  });
});

describe('a change whose answer is lost', () => {
  it('is never sent twice, and its fate is called unknown', async () => {
    let changes = 0;
    const { transport } = await start((request, response) => {
      if (request.method === 'GET') return void response.end('{}');
      changes++;
      response.destroy();
    });
    await get(transport);
    const error = await failureOf(transport.request({ method: 'PATCH', path: '/x', body: '{}' }));
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('Whether the change was made is not known.'),
    });
    expect(changes).toBe(1);
  });
});

describe('streams', () => {
  it('do not read ahead of a slow reader', async () => {
    const { transport } = await start((_, response) => {
      const piece = Buffer.alloc(256 * 1024, 'x');
      const more = () => {
        while (response.write(piece));
        response.once('drain', more);
      };
      more();
    });
    const stream = await transport.stream({ method: 'GET', path: '/flood' });
    for await (const bytes of stream.body) {
      expect(bytes.length).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      break;
    }
    expect(transport.counters.bytesIn).toBeLessThan(1024 * 1024);
  });
  it('tell for how long what came waits to be read, also where the server was kept waiting', async () => {
    const { transport } = await start((_, response) => {
      response.write('first');
      setTimeout(() => response.write(Buffer.alloc(4 * 1024 * 1024, 'x')), 50);
    });
    const stream = await transport.stream({ method: 'GET', path: '/flood' });
    const reader = stream.body[Symbol.asyncIterator]();
    let size = ((await reader.next()).value as Uint8Array).length;
    expect(stream.unreadMs!()).toBe(0);
    await until(() => stream.unreadMs!() > 0, 'something to wait');
    // No more is taken from the server now than may wait, and what is left there waits too.
    await until(() => stream.unreadMs!() > 500, 'it to wait for long');
    size += ((await reader.next()).value as Uint8Array).length;
    expect(size).toBeLessThan(2 * 1024 * 1024);
    expect(stream.unreadMs!()).toBeGreaterThan(500);
    for (;;) {
      const { length } = (await reader.next()).value as Uint8Array;
      size += length;
      if (length === 0) break;
    }
    expect([size, stream.unreadMs!()]).toEqual([4 * 1024 * 1024 + 5, 0]);
    stream.cancel();
  });
  it('throw when the server dies in the middle', async () => {
    const { transport } = await start((_, response) =>
      response.write('half', () => setTimeout(() => response.destroy(), 20)),
    );
    expect(await failureOf(text(await transport.stream({ method: 'GET', path: '/x' })))).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('was cut'),
    });
  });
  it('end quietly when their reader cancels, with CANCELLED when its signal does', async () => {
    const { transport } = await start((_, response) => void response.write('half'));
    const first = await transport.stream({ method: 'GET', path: '/x' });
    setTimeout(() => first.cancel(), 30);
    expect(await text(first)).toBe('half');
    const control = new AbortController();
    const second = await transport.stream({ method: 'GET', path: '/x', signal: control.signal });
    setTimeout(() => control.abort(), 30);
    expect(await failureOf(text(second))).toMatchObject({ code: 'CANCELLED' });
  });
  it('a reset ends them and the next call finds a new connection; after close nothing goes', async () => {
    const { transport, server } = await start((request, response) => {
      if (request.url === '/watch') response.write('\n');
      else response.end('{}');
    });
    const watch = text(await transport.stream({ method: 'GET', path: '/watch' }));
    const cut = failureOf(watch);
    transport.reset();
    expect(await cut).toMatchObject({ code: 'UNREACHABLE' });
    expect((await get(transport)).status).toBe(200);
    expect(server.connections()).toBe(2);
    transport.close();
    expect(await failureOf(get(transport))).toMatchObject({ code: 'CANCELLED' });
  });
});
