import { Failure } from '../../shared/errors';
import { statusFailure, statusObjectFailure } from './errors';
import { createLineSplitter, parseLine } from './lines';
import type { KubeObject, Status } from './objects';
import type { Transport, TransportStream } from './transport';
import type { Clock } from './types';

/** Bookmarks come about once a minute: longer silence is a dead connection. With the time a new one gets it is told within 90 s. */
const SILENCE_MS = 75_000;
/** etcd keeps objects below 1.5 MiB; as JSON, with both ends' additions, they stay well below this. */
const LONGEST_LINE = 16 * 1024 * 1024;

export type WatchEvent =
  { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: KubeObject } | { type: 'ERROR'; object: Status };

export interface WatchHandlers {
  /** The server agreed; what is known is current from here on. */
  onOpen(): void;
  onByte(): void;
  onEvent(event: Exclude<WatchEvent, { type: 'ERROR' }>): void;
}

/** One watch connection. Resolves when the server ends it in order; rejects with `Failure` for everything else. */
export async function watchOnce(
  transport: Transport,
  path: string,
  clock: Clock,
  signal: AbortSignal,
  handlers: WatchHandlers,
  timeoutMs?: number,
): Promise<void> {
  const stream = await transport.stream({ method: 'GET', path, signal, timeoutMs });
  if (stream.status !== 200) throw statusFailure(stream.status, stream.headers, await readAll(stream));
  handlers.onOpen();
  let silent = false;
  const listen = () =>
    clock.after(SILENCE_MS, () => {
      silent = true;
      stream.cancel();
    });
  let stop = listen();
  const lines = createLineSplitter(LONGEST_LINE);
  try {
    for await (const bytes of stream.body) {
      stop();
      stop = listen();
      handlers.onByte();
      for (const line of lines.push(bytes)) {
        if (line.length === 0) continue;
        const event = parseLine<WatchEvent>(line);
        if (event.type === 'ERROR') throw statusObjectFailure(event.object ?? {});
        if (!isEvent(event)) throw unreadable(line);
        handlers.onEvent(event);
      }
    }
  } finally {
    stop();
    stream.cancel();
  }
  if (signal.aborted) throw new Failure({ code: 'CANCELLED', message: 'Cancelled.' });
  if (silent) throw cut(`no word for ${SILENCE_MS / 1000} s`);
  if (lines.pending() > 0) throw cut('ended in the middle of a line');
}

function isEvent(event: Exclude<WatchEvent, { type: 'ERROR' }>): boolean {
  if (!['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'].includes(event.type)) return false;
  const version = event.object?.metadata?.resourceVersion;
  return typeof version === 'string' && version !== '' && (event.type === 'BOOKMARK' || !!event.object.metadata.name);
}

function unreadable(line: Buffer): Failure {
  return new Failure({
    code: 'SERVER',
    message: 'The cluster sent something unreadable.',
    cause: line.toString('utf8').slice(0, 200),
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

/** Body of a refusal. */
export async function readAll(stream: TransportStream): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of stream.body) {
    parts.push(bytes);
    if ((size += bytes.length) > 262_144) break;
  }
  stream.cancel();
  return Buffer.concat(parts).toString('utf8');
}
