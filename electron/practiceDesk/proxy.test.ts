import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import { Failure } from '../../shared/errors';
import type { Channel, Transport } from '../cluster';
import { createFarChannel, type FarChannel } from '../practice/exec/channel';
import { serveTransport } from './far';
import { transportOver, type NearTransport } from './near';

const counters = () => ({ requests: 0, openStreams: 0, bytesIn: 0 });
const bytes = (text: string) => Buffer.from(text, 'utf8');
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));
let near: NearTransport;
afterEach(() => near.close());

/** A far end made by the test, used over a real port. */
function over(far: Partial<Transport>): NearTransport {
  const { port1, port2 } = new MessageChannel();
  const nothing = () => Promise.reject(new Error('not asked for'));
  const base = {
    request: nothing,
    stream: nothing,
    channel: nothing,
    reset() {},
    close() {},
    ways: () => [],
    counters: counters(),
  };
  serveTransport(port2, { ...base, ...far });
  return (near = transportOver(port1, counters()));
}
async function* endless(count: { given: number }): AsyncGenerator<Uint8Array> {
  for (;;) yield bytes(`line ${++count.given}\n`);
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (thrown: unknown) => (thrown instanceof Failure ? thrown.error : thrown),
  );

it('brings an answer back whole, and a refusal as the failure it was', async () => {
  const at = over({
    request: ({ path, headers, body }) =>
      path === '/bad'
        ? Promise.reject(
            new Failure({ code: 'UNREACHABLE', message: 'It does not answer.', hint: 'Wait.', cause: 'x' }),
          )
        : Promise.resolve({ status: 201, headers: { got: headers?.['accept'] ?? '' }, body: `${path} ${body}` }),
  });
  expect(await at.request({ method: 'POST', path: '/a', headers: { accept: 'all' }, body: 'ü' })).toEqual({
    status: 201,
    headers: { got: 'all' },
    body: '/a ü',
  });
  expect(await failureOf(at.request({ method: 'GET', path: '/bad' }))).toEqual({
    code: 'UNREACHABLE',
    message: 'It does not answer.',
    hint: 'Wait.',
    cause: 'x',
  });
  expect(at.counters.requests).toBe(2);
});

it('lets a stream wait for its reader, and ends it where the reader stops', async () => {
  const count = { given: 0 };
  const cancel = vi.fn();
  const at = over({ stream: () => Promise.resolve({ status: 200, headers: {}, body: endless(count), cancel }) });
  const stream = await at.stream({ method: 'GET', path: '/watch' });
  await settled();
  expect(count.given).toBeLessThanOrEqual(2);
  let text = '';
  for await (const part of stream.body) {
    text += Buffer.from(part).toString();
    if (text.includes('line 40\n')) break;
  }
  expect(text.split('\n').slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, i) => `line ${i + 1}`));
  stream.cancel();
  await vi.waitFor(() => expect(cancel).toHaveBeenCalled());
  expect(at.counters.openStreams).toBe(0);
});

it('ends a stream as the far end ends it: well, or with its failure', async () => {
  async function* three() {
    yield bytes('1');
    yield bytes('2');
  }
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield bytes('1');
    throw new Failure({ code: 'UNREACHABLE', message: 'Cut.' });
  }
  const at = over({
    stream: ({ path }) =>
      Promise.resolve({ status: 200, headers: {}, body: path === '/cut' ? cut() : three(), cancel() {} }),
  });
  const read = async (path: string) => {
    let text = '';
    for await (const part of (await at.stream({ method: 'GET', path })).body) text += Buffer.from(part).toString();
    return text;
  };
  expect(await read('/well')).toBe('12');
  expect(await failureOf(read('/cut'))).toMatchObject({ code: 'UNREACHABLE', message: 'Cut.' });
});

it('carries a channel both ways, holds its frames while paused, and tells its end after the last one', async () => {
  let far!: FarChannel;
  const typed: string[] = [];
  const at = over({
    channel: () => {
      far = createFarChannel(counters());
      far.onFrame((channel, data) => typed.push(`${channel} ${Buffer.from(data).toString()}`));
      far.push(1, 'hello ');
      return Promise.resolve(far.channel);
    },
  });
  const channel = await at.channel({ path: '/exec' });
  const seen: string[] = [];
  let end: { error?: Error } | null = null;
  channel.onData((number, data) => seen.push(`${number} ${Buffer.from(data).toString()}`));
  channel.onClose((error) => (end = { error }));
  channel.send(0, bytes('ls\n'));
  await vi.waitFor(() => expect(typed).toEqual(['0 ls\n']));
  await vi.waitFor(() => expect(seen).toEqual(['1 hello ']));
  channel.pause();
  await settled();
  far.push(1, 'world');
  far.push(3, '{}');
  far.end();
  await settled();
  expect(seen).toHaveLength(1);
  channel.resume();
  await vi.waitFor(() => expect(end).toEqual({ error: undefined }));
  expect(seen).toEqual(['1 hello ', '1 world', '3 {}']);
});

it('ends what its caller aborts at once, on both sides', async () => {
  const signals: AbortSignal[] = [];
  let far: Channel | null = null;
  const at = over({
    request: ({ signal }) => (signals.push(signal!), new Promise(() => undefined)),
    channel: ({ signal }) => {
      signals.push(signal!);
      far = createFarChannel(counters()).channel;
      return Promise.resolve(far);
    },
  });
  const control = new AbortController();
  const asked = failureOf(at.request({ method: 'GET', path: '/slow', signal: control.signal }));
  const channel = await at.channel({ path: '/exec', signal: control.signal });
  const closed = new Promise<Error | undefined>((resolve) => channel.onClose(resolve));
  control.abort();
  expect(await asked).toMatchObject({ code: 'CANCELLED' });
  expect((await closed) as Failure).toMatchObject({ error: { code: 'CANCELLED' } });
  await vi.waitFor(() => expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]));
  expect(await failureOf(at.request({ method: 'GET', path: '/late', signal: control.signal }))).toMatchObject({
    code: 'CANCELLED',
  });
});

it('closes the far end with itself and takes nothing more', async () => {
  const close = vi.fn();
  const at = over({ close, request: () => new Promise(() => undefined) });
  const waiting = failureOf(at.request({ method: 'GET', path: '/' }));
  at.close();
  expect(await waiting).toMatchObject({ code: 'CANCELLED' });
  expect(await failureOf(at.stream({ method: 'GET', path: '/' }))).toMatchObject({ code: 'CANCELLED' });
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
});
