import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import WebSocket from 'ws';
import type { Failure } from '../../shared/errors';
import { ANSWER_MS, cancelled, late } from './answers';
import type { Dialer } from './dial';
import { statusFailure } from './errors';
import { readHeaders, type HeaderPairs } from './headers';
import { networkFailure } from './network-errors';
import type { Channel, ChannelRequest } from './transport';
import type { Clock, Dispose } from './types';

/** v5 from Kubernetes 1.30; before it v4, which can't close one stream alone. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const PING_MS = 5_000;
const DEAD_MS = 60_000;
const LARGEST_FRAME = 32 * 1024 * 1024;

export interface ChannelOptions extends ChannelRequest {
  server: string;
  base: string;
  dialer: Dialer;
  headers: HeaderPairs;
  clock: Clock;
  counters: { openStreams: number; bytesIn: number };
}
export interface OpenChannel {
  channel: Channel;
  /** Ends it at once; the channel's owner is told `reason`. */
  cut(reason: Failure): void;
  onEnd(run: () => void): void;
}

/** Opens a WebSocket of the Kubernetes channel protocol. A refusal of the server rejects with its words and status. */
export function openChannel(options: ChannelOptions): Promise<OpenChannel> {
  const { clock, dialer, signal, timeoutMs = ANSWER_MS } = options;
  const headers: Record<string, string[]> = {};
  for (const [name, value] of options.headers) (headers[name] ??= []).push(value);
  const url = new URL(options.server);
  const socket = new WebSocket(`${url.origin.replace(/^http/, 'ws')}${options.base}${options.path}`, PROTOCOLS, {
    headers: headers as unknown as Record<string, string>,
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: LARGEST_FRAME,
    // Node takes a socket later through the callback; ws hands the option on as it is.
    createConnection: ((_: unknown, done: (error: Error | null, socket?: Duplex) => void) => {
      dialer.dial().then(
        (made) => done(null, made),
        (error: Error) => done(error),
      );
    }) as never,
  });
  socket.binaryType = 'nodebuffer';
  return new Promise((resolve, reject) => {
    const fail = (error: Failure) => {
      settle();
      socket.on('error', () => undefined).terminate();
      reject(error);
    };
    const onAbort = () => fail(cancelled());
    const stopTimer = clock.after(timeoutMs, () => fail(late(dialer.place.host, timeoutMs, false)));
    const settle = () => {
      stopTimer();
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError).off('unexpected-response', onRefused);
    };
    const onError = (error: Error) => fail(networkFailure(error, dialer.place, 'answer'));
    const onRefused = (_: unknown, response: IncomingMessage) => {
      settle();
      void readRefusal(response).then((body) => {
        socket.on('error', () => undefined).terminate();
        reject(statusFailure(response.statusCode ?? 0, readHeaders(response.headers), body));
      });
    };
    socket.on('error', onError).on('unexpected-response', onRefused);
    // Frames may stand right behind the handshake: listen before anything else runs.
    socket.once('open', () => {
      settle();
      resolve(wrap(socket, options));
    });
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function wrap(socket: WebSocket, { clock, counters, dialer, signal }: ChannelOptions): OpenChannel {
  let onData: ((channel: number, data: Uint8Array) => void) | null = null;
  let onClose: ((error?: Error) => void) | null = null;
  let ended: { error?: Failure } | null = null;
  let told = false;
  let paused = false;
  let closing = false;
  let heardAt = clock.now();
  let stopPing: Dispose = () => undefined;
  const waiting: Buffer[] = [];
  const endings: (() => void)[] = [];

  function flush(): void {
    while (!paused && onData && waiting.length > 0) {
      const frame = waiting.shift()!;
      onData(frame[0]!, frame.subarray(1));
    }
    // The end is told after the last frame, as it came.
    if (ended && !told && onClose && (waiting.length === 0 || closing)) {
      told = true;
      onClose(ended.error);
    }
  }
  function end(error?: Failure): void {
    if (ended) return;
    ended = { error };
    counters.openStreams--;
    stopPing();
    signal?.removeEventListener('abort', onAbort);
    for (const run of endings) run();
    flush();
  }
  function cut(reason: Failure): void {
    end(reason);
    socket.terminate();
  }
  function close(): void {
    closing = true;
    if (ended) return;
    socket.resume();
    socket.close(1000);
    // A server that does not answer the goodbye must not keep the socket.
    clock.after(2_000, () => socket.terminate());
    end();
  }
  // A cancelled call must not look like a program that ended well.
  function onAbort(): void {
    cut(cancelled());
  }
  function ping(): void {
    stopPing = clock.after(PING_MS, () => {
      if (!paused && clock.now() - heardAt > DEAD_MS) {
        cut(networkFailure(new Error(`no answer to a ping for ${DEAD_MS / 1000} s`), dialer.place, 'stream'));
        return;
      }
      if (socket.readyState === WebSocket.OPEN) socket.ping();
      ping();
    });
  }

  counters.openStreams++;
  socket.on('message', (data: Buffer) => {
    heardAt = clock.now();
    counters.bytesIn += data.length;
    if (closing || data.length === 0) return;
    waiting.push(data);
    flush();
  });
  socket.on('pong', () => (heardAt = clock.now()));
  socket.on('error', (error) => end(networkFailure(error, dialer.place, 'stream')));
  socket.on('close', (code, reason) => {
    const words = `closed with ${code}${reason.length ? ` ${reason.toString('utf8')}` : ''}`;
    end(code === 1000 || code === 1005 ? undefined : networkFailure(new Error(words), dialer.place, 'stream'));
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  ping();

  const channel: Channel = {
    protocol: socket.protocol,
    onData(handler) {
      onData = handler;
      flush();
    },
    onClose(handler) {
      onClose = handler;
      flush();
    },
    send(number, data) {
      if (socket.readyState !== WebSocket.OPEN) return;
      const frame = Buffer.allocUnsafe(data.length + 1);
      frame[0] = number;
      frame.set(data, 1);
      socket.send(frame);
    },
    pause() {
      paused = true;
      if (!ended) socket.pause();
    },
    resume() {
      paused = false;
      heardAt = clock.now();
      if (!ended) socket.resume();
      flush();
    },
    close,
  };
  return { channel, cut, onEnd: (run) => void (ended ? run() : endings.push(run)) };
}

async function readRefusal(response: IncomingMessage): Promise<string> {
  let body = '';
  try {
    for await (const chunk of response) {
      body += String(chunk);
      if (body.length > 65_536) break;
    }
  } catch {
    // The status alone will do.
  }
  return body;
}
