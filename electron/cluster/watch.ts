import { Failure } from '../../shared/errors';
import { statusFailure, statusObjectFailure } from './errors';
import type { KubeObject, Status } from './objects';
import { ACCEPT, isProtobuf, readStatus, watchReader } from './wire';
import { isTime, whenTime } from './slices';
import type { Transport, TransportStream } from './transport';
import type { Clock, Kept } from './types';

/** Bookmarks come about once a minute: longer silence is a dead connection. With the time a new one gets it is told within 90 s. */
const SILENCE_MS = 75_000;
export type WatchEvent =
  { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: KubeObject } | { type: 'ERROR'; object: Status };

export interface WatchHandlers {
  /** The server agreed; what is known is current from here on. */
  onOpen(): void;
  /** Bytes came and were read; `waitedMs`: for how long others have been waiting to be. */
  onRead(waitedMs: number): void;
  onEvent(event: Exclude<WatchEvent, { type: 'ERROR' }>): void;
}

export interface WatchRequest<T extends KubeObject> {
  path: string;
  signal: AbortSignal;
  /** Until an answer must have begun. */
  timeoutMs?: number;
  /** With `proto` it is asked for in Protocol Buffers; a server that does not speak them answers in JSON. */
  kept: Kept<T>;
}

/** One watch connection. Resolves when the server ends it in order; rejects with `Failure` for everything else. */
export async function watchOnce<T extends KubeObject>(
  transport: Transport,
  { path, signal, timeoutMs, kept }: WatchRequest<T>,
  clock: Clock,
  handlers: WatchHandlers,
): Promise<void> {
  const headers = kept.proto && { accept: ACCEPT };
  const stream = await transport.stream({ method: 'GET', path, signal, timeoutMs, headers });
  if (stream.status !== 200) throw statusFailure(stream.status, stream.headers, await readAll(stream));
  handlers.onOpen();
  let silent = false;
  const listen = () =>
    clock.after(SILENCE_MS, () => {
      silent = true;
      stream.cancel();
    });
  let stop = listen();
  const reader = watchReader(stream.headers, kept);
  try {
    for await (const bytes of stream.body) {
      stop();
      stop = listen();
      for (const event of reader.push(bytes)) {
        if (event.type === 'ERROR') throw statusObjectFailure(event.object ?? {});
        if (!isEvent(event)) throw unreadable(event);
        handlers.onEvent(event);
        if (!isTime()) await whenTime();
      }
      handlers.onRead(stream.unreadMs?.() ?? 0);
    }
  } finally {
    stop();
    stream.cancel();
  }
  if (signal.aborted) throw new Failure({ code: 'CANCELLED', message: 'Cancelled.' });
  if (silent) throw cut(`no word for ${SILENCE_MS / 1000} s`);
  if (reader.pending() > 0) throw cut('ended in the middle of a line');
}

function isEvent(event: Exclude<WatchEvent, { type: 'ERROR' }>): boolean {
  if (!['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'].includes(event.type)) return false;
  const version = event.object?.metadata?.resourceVersion;
  return typeof version === 'string' && version !== '' && (event.type === 'BOOKMARK' || !!event.object.metadata.name);
}

function unreadable(event: unknown): Failure {
  return new Failure({
    code: 'SERVER',
    message: 'The cluster sent something unreadable.',
    cause: JSON.stringify(event).slice(0, 200),
  });
}

function cut(words: string): Failure {
  return new Failure({
    code: 'UNREACHABLE',
    message: 'The live connection to the cluster was cut.',
    hint: 'Hummingdeck makes a new one by itself.',
    cause: words,
  });
}

/** Body of a refusal, as JSON where it is Kubernetes'. */
export async function readAll(stream: TransportStream): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of stream.body) {
    parts.push(bytes);
    if ((size += bytes.length) > 262_144) break;
  }
  stream.cancel();
  const body = Buffer.concat(parts);
  return isProtobuf(stream.headers) ? readStatus(body) : body.toString('utf8');
}
