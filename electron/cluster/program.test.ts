import type { AddressInfo } from 'node:net';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AppError } from '../../shared/errors';
import { createApi } from './api';
import { systemClock } from './clock';
import { execOnce } from './exec-once';
import { createHttpTransport } from './http-transport';
import { openAttach, openExec } from './program';
import { failureOf, fastClock, targetOf, until } from './testing';
import type { Program } from './stream-types';
import type { Clock } from './types';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

const at = { namespace: 'ns', pod: 'bot-0', container: 'hummingbot' };
const frame = (channel: number, data: string | Uint8Array) =>
  Buffer.concat([Buffer.from([channel]), Buffer.from(data as string)]);
const exit = (code: number) =>
  frame(
    3,
    JSON.stringify(
      code === 0
        ? { status: 'Success' }
        : {
            status: 'Failure',
            reason: 'NonZeroExitCode',
            details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
          },
    ),
  );

/** A server of the channel protocol that speaks `protocols`. */
async function start(
  onOpen: (socket: WebSocket, request: IncomingMessage) => void,
  { protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'], clock = systemClock as Clock } = {},
) {
  const received: Buffer[] = [];
  const requests: IncomingMessage[] = [];
  const sockets = new WebSocketServer({
    noServer: true,
    autoPong: true,
    handleProtocols: (offered) => protocols.find((one) => offered.has(one)) ?? false,
  });
  const server: Server = createServer();
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    sockets.handleUpgrade(request, socket, head, (made) => {
      made.on('message', (data: Buffer) => received.push(data));
      onOpen(made, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = createHttpTransport(targetOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), {
    userAgent: 'test',
    clock,
  });
  open.push(() => {
    transport.close();
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  return { api: createApi(transport, { clock }), received, requests, sockets, transport, server };
}

function watch(program: Program) {
  const seen = {
    stdout: '',
    stderr: '',
    chunks: [] as Uint8Array[],
    end: null as { code: number | null; error: AppError | null } | null,
  };
  program.onData((data, from) => {
    seen[from] += Buffer.from(data).toString();
    seen.chunks.push(data);
  });
  program.onEnd((end) => (seen.end = end));
  return seen;
}

describe('a program in a container', () => {
  it('gives its output and exit code, also when both came before anyone listened', async () => {
    const { api, requests } = await start((socket) => {
      socket.send(frame(1, 'out'));
      socket.send(frame(2, 'err'));
      socket.send(exit(3));
      socket.close(1000);
    });
    const program = await openExec(api, {
      ...at,
      clock: systemClock,
      command: ['sh', '-c', 'a b&c'],
      tty: false,
      stdin: false,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const seen = watch(program);
    expect(seen).toMatchObject({ stdout: 'out', stderr: 'err', end: { code: 3, error: null } });
    const { pathname, searchParams } = new URL(requests[0]!.url!, 'http://x');
    expect(pathname).toBe('/api/v1/namespaces/ns/pods/bot-0/exec');
    expect(searchParams.getAll('command')).toEqual(['sh', '-c', 'a b&c']);
  });
  it('never hands on half a character', async () => {
    const bytes = Buffer.from('€😀ü');
    const { api } = await start((socket) => {
      for (const byte of bytes) socket.send(frame(1, Uint8Array.of(byte)));
      socket.send(exit(0));
      socket.close(1000);
    });
    const seen = watch(await openExec(api, { ...at, clock: systemClock, command: ['x'], tty: true, stdin: false }));
    await until(() => seen.end !== null);
    expect(seen.chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(['€', '😀', 'ü']);
  });
  it('that can not be started says why', async () => {
    const { api } = await start((socket) => {
      socket.send(
        frame(
          3,
          JSON.stringify({
            status: 'Failure',
            reason: 'InternalError',
            message: 'exec: "nonsense": executable file not found in $PATH',
          }),
        ),
      );
      socket.close(1000);
    });
    const seen = watch(
      await openExec(api, { ...at, clock: systemClock, command: ['nonsense'], tty: false, stdin: false }),
    );
    await until(() => seen.end !== null);
    expect(seen.end).toMatchObject({
      code: null,
      error: { code: 'NOT_FOUND', message: 'The container has no such program.' },
    });
  });
  it('a connection that is cut is no regular end', async () => {
    const { api } = await start((socket) => {
      socket.send(frame(1, 'x'));
      setTimeout(() => socket.terminate(), 20);
    });
    const seen = watch(await openExec(api, { ...at, clock: systemClock, command: ['x'], tty: true, stdin: true }));
    await until(() => seen.end !== null);
    expect(seen.end).toMatchObject({ code: null, error: { code: 'UNREACHABLE' } });
  });
  it('a server that went silent is found by its missing answers to pings', async () => {
    const clock = fastClock(200);
    const { api } = await start((socket) => socket.pause(), { clock });
    const seen = watch(await openExec(api, { ...at, clock, command: ['x'], tty: true, stdin: true }));
    await until(() => seen.end !== null);
    expect(seen.end!.error).toMatchObject({ code: 'UNREACHABLE', cause: expect.stringContaining('ping') });
  });
  it('a pause that lasts is not taken for a dead server, and holds all output back', async () => {
    const clock = fastClock(500);
    const { api } = await start((socket) => socket.send(frame(1, 'before')), { clock });
    const program = await openExec(api, { ...at, clock, command: ['x'], tty: true, stdin: true });
    program.pause();
    const seen = watch(program);
    const before = seen.stdout;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(seen).toMatchObject({ stdout: before, end: null });
    program.resume();
    await until(() => seen.stdout === 'before');
    program.close();
  });
  it('input goes in order, resize as the protocol wants it, end of input only where v5 is spoken', async () => {
    for (const protocol of ['v5.channel.k8s.io', 'v4.channel.k8s.io']) {
      const { api, received } = await start(() => undefined, { protocols: [protocol] });
      const program = await openExec(api, {
        ...at,
        clock: systemClock,
        command: ['x'],
        tty: true,
        stdin: true,
        cols: 80,
        rows: 24,
      });
      program.write(Buffer.alloc(100_000, 'x'));
      expect(program.endInput()).toBe(protocol.startsWith('v5'));
      program.resize(100, 30);
      await until(() => received.some((data) => data[0] === 4 && data.includes('100')));
      expect(received[0]!.subarray(1).toString()).toBe('{"Width":80,"Height":24}');
      const input = received.filter((data) => data[0] === 0);
      expect(input.reduce((sum, data) => sum + data.length - 1, 0)).toBe(100_000);
      expect(received.filter((data) => data[0] === 255).map((data) => [...data])).toEqual(
        protocol.startsWith('v5') ? [[255, 0]] : [],
      );
    }
  });
});

describe('attach', () => {
  it('asks the program to paint: size, size + 1, size; detaching sends it nothing', async () => {
    const { api, received, requests, sockets } = await start(() => undefined);
    const program = await openAttach(api, { ...at, clock: systemClock, tty: true, stdin: true, cols: 80, rows: 24 });
    await until(() => received.length === 3);
    expect(received.map((data) => JSON.parse(data.subarray(1).toString()).Width)).toEqual([80, 81, 80]);
    expect(new URL(requests[0]!.url!, 'http://x').searchParams.get('stderr')).toBe('false');
    const seen = watch(program);
    program.close();
    await until(() => sockets.clients.size === 0);
    expect(received).toHaveLength(3);
    expect(seen.end).toEqual({ code: null, error: null });
  });
  it.each([
    [
      403,
      {
        kind: 'Status',
        code: 403,
        reason: 'Forbidden',
        message:
          'pods "bot-0" is forbidden: User "x" cannot get resource "pods/attach" in API group "" in the namespace "ns"',
      },
      'FORBIDDEN',
      'This sign-in may not get pods/attach in namespace ns.',
    ],
    [
      404,
      {
        kind: 'Status',
        code: 404,
        reason: 'NotFound',
        message: 'pods "bot-0" not found',
        details: { kind: 'pods', name: 'bot-0' },
      },
      'NOT_FOUND',
      'Pod bot-0 does not exist on the cluster.',
    ],
    [
      500,
      {
        kind: 'Status',
        code: 500,
        message: 'error dialing backend: dial tcp 10.0.0.1:10250: connect: no route to host',
      },
      'UNREACHABLE',
      "The cluster can't reach the node that the pod runs on.",
    ],
  ])('refused with %i says which right or thing is missing', async (code, body, expected, message) => {
    const { api, server } = await start(() => undefined);
    server.removeAllListeners('upgrade');
    server.on('upgrade', (_, socket) => {
      const text = JSON.stringify(body);
      socket.end(
        `HTTP/1.1 ${code} No\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      );
    });
    expect(await failureOf(openAttach(api, { ...at, clock: systemClock, tty: true, stdin: true }))).toMatchObject({
      code: expected,
      message,
      status: code,
    });
  });
});

describe('execOnce', () => {
  it('gives both outputs and the code; what was cut short is never a result', async () => {
    const whole = await start((socket) => {
      socket.send(frame(1, 'a'));
      socket.send(frame(2, 'b'));
      socket.send(exit(7));
      socket.close(1000);
    });
    expect(await execOnce(whole.api, at, ['x'], { clock: systemClock })).toEqual({ stdout: 'a', stderr: 'b', code: 7 });
    const cut = await start((socket) => {
      socket.send(frame(1, 'a'));
      setTimeout(() => socket.terminate(), 20);
    });
    expect(await failureOf(execOnce(cut.api, at, ['x'], { clock: systemClock }))).toMatchObject({
      code: 'UNREACHABLE',
    });
    const slow = await start((socket) => socket.send(frame(1, 'a')));
    expect(await failureOf(execOnce(slow.api, at, ['x'], { clock: systemClock, timeoutMs: 100 }))).toMatchObject({
      code: 'TIMEOUT',
    });
    const large = await start((socket) => socket.send(frame(1, 'a'.repeat(5000))));
    expect(await failureOf(execOnce(large.api, at, ['x'], { clock: systemClock, maxBytes: 1000 }))).toMatchObject({
      code: 'INVALID',
    });
    const control = new AbortController();
    setTimeout(() => control.abort(), 30);
    expect(
      await failureOf(execOnce(slow.api, at, ['x'], { clock: systemClock, signal: control.signal })),
    ).toMatchObject({ code: 'CANCELLED' });
    await until(
      () => slow.transport.counters.openStreams === 0 && large.transport.counters.openStreams === 0,
      'all channels to close',
    );
  });
});
