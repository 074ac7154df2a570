import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import type { Dispatcher } from 'undici';
import { Failure } from '../../shared/errors';
import { networkFailure, type Place } from './network-errors';
import type { TransportStream } from './transport';
import type { Clock, Dispose } from './types';

/** Milliseconds an answer may take to begin, where the caller says nothing. */
export const ANSWER_MS = 30_000;
const LARGEST_ANSWER = 256 * 1024 * 1024;

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

/** Whole text of an answer, unpacked while it comes. Throws what cut it; `TIMEOUT` after `idleMs` without a byte. */
export async function readBody(
  sent: Sent,
  headers: Record<string, string>,
  clock: Clock,
  idleMs: number,
  count: (bytes: number) => void,
): Promise<string> {
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
  const packed = headers['content-encoding'] === 'gzip';
  const source: Readable = packed ? pipeline(body, createGunzip(), () => undefined) : body;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
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
  return Buffer.concat(chunks, size).toString('utf8');
}

/** A body that is read as it comes: ends with the server's end or `cancel`, throws a `Failure` when cut. */
export function streamBody(
  sent: Sent,
  headers: Record<string, string>,
  counters: { openStreams: number; bytesIn: number },
  closed: () => boolean,
): TransportStream {
  const { body } = sent.answer;
  let quiet = false;
  counters.openStreams++;
  body.once('close', () => {
    counters.openStreams--;
    sent.release();
  });
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        counters.bytesIn += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (quiet) return;
      if (closed() || sent.byCaller()) throw cancelled();
      throw networkFailure(error, sent.place, 'stream');
    }
  }
  return {
    status: sent.answer.statusCode,
    headers,
    body: read(),
    cancel() {
      quiet = true;
      sent.abort();
    },
  };
}

function tooLarge(host: string): Failure {
  return new Failure({
    code: 'SERVER',
    message: `${host} sent an answer that is too large to be right.`,
    hint: 'Something other than Kubernetes may answer at this address.',
  });
}
