import { promisify } from 'node:util';
import { gunzip, type ZlibOptions } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { Failure } from '../../shared/errors';
import { networkFailure, type Place } from './network-errors';
import type { TransportStream } from './transport';
import type { Clock, Dispose } from './types';

/** Milliseconds an answer may take to begin, where the caller says nothing. */
export const ANSWER_MS = 30_000;
const LARGEST_ANSWER = 256 * 1024 * 1024;
/** Unpacked at once where it tells to be no larger, bytes: each piece more is a way to another thread and back, and a copy. */
const AT_ONCE = 8 * 1024 * 1024;
const gunzipped = promisify<Buffer, ZlibOptions, Buffer>(gunzip);

/** An answer whose headers came, and what is needed to read or end it. */
export interface Sent {
  answer: Dispatcher.ResponseData;
  place: Place;
  /** Ends the request. */
  abort: Dispose;
  /** Forgets the caller's signal. */
  release: Dispose;
  byCaller(): boolean;
}

export function cancelled(changing = false): Failure {
  return new Failure({
    code: 'CANCELLED',
    message: changing ? 'Cancelled. Whether the change was made is not known.' : 'Cancelled.',
  });
}

export function late(host: string, ms: number, changing: boolean): Failure {
  return new Failure({
    code: 'TIMEOUT',
    message: `${host} did not answer in ${Math.round(ms / 1000)} s.${changing ? ' Whether the change was made is not known.' : ''}`,
    hint: changing
      ? 'Look at what the cluster shows now before you try again.'
      : 'The cluster may be overloaded or the connection poor; try again.',
  });
}

/** Whole body of an answer, unpacked. Throws what cut it; `TIMEOUT` after `idleMs` without a byte. */
export async function readBody(
  sent: Sent,
  headers: Record<string, string>,
  clock: Clock,
  idleMs: number,
  count: (bytes: number) => void,
): Promise<Buffer> {
  const { body } = sent.answer;
  let silent = false;
  const watch = () =>
    clock.after(idleMs, () => {
      silent = true;
      sent.abort();
    });
  let stop = watch();
  body.on('data', (chunk: Buffer) => {
    count(chunk.length);
    stop();
    stop = watch();
  });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_ANSWER) throw tooLarge(sent.place.host);
      chunks.push(chunk);
    }
  } catch (error) {
    sent.abort();
    throw silent ? late(sent.place.host, idleMs, false) : error;
  } finally {
    stop();
  }
  const whole = Buffer.concat(chunks, size);
  return headers['content-encoding'] === 'gzip' && size > 0 ? unpack(whole, sent.place.host) : whole;
}

async function unpack(packed: Buffer, host: string): Promise<Buffer> {
  // Its last bytes tell its length (RFC 1952, ISIZE); a piece that is just full asks for one more.
  const told = packed.length > 4 ? packed.readUInt32LE(packed.length - 4) : 0;
  const chunkSize = Math.max(1024, Math.min(told, AT_ONCE) + 1);
  try {
    return await gunzipped(packed, { chunkSize, maxOutputLength: LARGEST_ANSWER });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(host) : error;
  }
}

/** So much of a stream waits unread, bytes; then the server is kept waiting. */
const UNREAD = 262_144;
/** What follows so soon is gathered for so long, ms. */
const GATHER = 10;

/**
 * A body that is read as it comes: ends with the server's end or `cancel`, throws a `Failure` when cut. What comes at once is given at once,
 * as each piece costs its reader more than its bytes do.
 */
export function streamBody(
  sent: Sent,
  headers: Record<string, string>,
  counters: { openStreams: number; bytesIn: number },
  closed: () => boolean,
): TransportStream {
  const { body } = sent.answer;
  let parts: Buffer[] = [];
  let size = 0;
  /** When the oldest of them came; null: nothing waits. */
  let unreadSince: number | null = null;
  /** The server has been kept waiting since then, and what it holds is not read yet: what comes may be as old. */
  let heldSince: number | null = null;
  let quiet = false;
  /** Null while it goes on. */
  let end: { error: unknown } | null = null;
  let wake = () => {};
  let soon = false;
  let givenAt = -Infinity;

  function tell(): void {
    if (soon) return;
    soon = true;
    const give = () => {
      soon = false;
      givenAt = performance.now();
      wake();
    };
    if (performance.now() - givenAt < GATHER) setTimeout(give, GATHER);
    else setImmediate(give);
  }
  counters.openStreams++;
  body.on('data', (chunk: Buffer) => {
    counters.bytesIn += chunk.length;
    unreadSince ??= performance.now();
    parts.push(chunk);
    size += chunk.length;
    if (size > UNREAD) {
      heldSince ??= performance.now();
      body.pause();
    }
    tell();
  });
  const over = (error: unknown) => {
    end ??= { error };
    tell();
  };
  body.once('end', () => over(null));
  body.once('error', over);
  body.once('close', () => {
    counters.openStreams--;
    sent.release();
    over(new Error('closed before its end'));
  });
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (quiet) return;
        if (parts.length > 0) {
          const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts, size);
          parts = [];
          size = 0;
          unreadSince = null;
          if (body.isPaused()) body.resume();
          yield all;
        } else if (end) break;
        else if (heldSince !== null && !body.isPaused()) {
          await aRoundOfTheLoop();
          if (parts.length > 0) continue;
          heldSince = null;
          // So that who reads hears of it, though nothing new came.
          yield NOTHING;
        } else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      body.destroy();
    }
    const { error } = end;
    if (error === null || quiet) return;
    if (closed() || sent.byCaller()) throw cancelled();
    throw networkFailure(error, sent.place, 'stream');
  }
  return {
    status: sent.answer.statusCode,
    headers,
    body: read(),
    unreadMs() {
      const since = heldSince ?? unreadSince;
      return since === null ? 0 : performance.now() - since;
    },
    cancel() {
      quiet = true;
      sent.abort();
      tell();
    },
  };
}

const NOTHING = new Uint8Array(0);
/** Sockets that had something were read by then. */
const aRoundOfTheLoop = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function tooLarge(host: string): Failure {
  return new Failure({
    code: 'SERVER',
    message: `${host} sent an answer that is too large to be right.`,
    hint: 'Something other than Kubernetes may answer at this address.',
  });
}
