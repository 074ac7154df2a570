import { createFrameSplitter } from './frames';
import { createLineSplitter, parseLine } from './lines';
import type { KubeList, KubeObject } from './objects';
import {
  after,
  chosen,
  inline,
  message,
  number,
  object,
  objects,
  pieces,
  readMessage,
  text,
  texts,
  unreadable,
  type Message,
} from './protobuf';
import { isTime, whenTime } from './slices';
import type { Kept } from './types';
import type { WatchEvent } from './watch';

/** etcd keeps objects below 1.5 MiB; as JSON, with both ends' additions, they stay well below this. */
const LONGEST = 16 * 1024 * 1024;
const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** A watch in Protocol Buffers where the server has them: what rows don't need is never read. */
export const ACCEPT = `${PROTOBUF};stream=watch,${PROTOBUF},application/json`;
/** The same of a list. */
export const ACCEPT_LIST = `${PROTOBUF},application/json`;

/** `k8s.io.apimachinery.pkg.apis.meta.v1.Status`, what a server answers when it refuses. */
const STATUS = message(
  {
    2: text('status'),
    3: text('message'),
    4: text('reason'),
    5: object(
      'details',
      message({
        1: text('name'),
        3: text('kind'),
        4: objects('causes', message({ 1: text('reason'), 2: text('message'), 3: text('field') })),
        5: number('retryAfterSeconds'),
      }),
    ),
    6: number('code'),
  },
  () => ({ kind: 'Status' }),
);
/** Of a bookmark nothing else is filled in. */
const BOOKMARK = message({
  1: object('metadata', message({ 6: text('resourceVersion'), 12: texts('annotations') })),
});
/** What stands around every object (`runtime.Unknown`): of which kind it is, and its own bytes. */
const standing = (choose: (kind: unknown) => Message): Message =>
  after(
    Buffer.from('k8s\0'),
    message({ 1: inline(message({ 2: text('kind') })), 2: chosen('object', ({ kind }) => choose(kind)) }),
  );

/** Events of a watch as its bytes come. */
export interface WatchReader {
  /** Throws `Failure` SERVER for rubbish. */
  push(bytes: Uint8Array): Iterable<WatchEvent>;
  /** Bytes of an unfinished event. */
  pending(): number;
}

export const isProtobuf = (headers: Record<string, string>): boolean =>
  (headers['content-type'] ?? '').startsWith(PROTOBUF);

/** As the answer's headers say that it is written. Of bookmarks the metadata is there, of other events what is kept. */
export function watchReader<T extends KubeObject>(headers: Record<string, string>, kept: Kept<T>): WatchReader {
  const [splitter, parse] =
    kept.proto && isProtobuf(headers)
      ? [createFrameSplitter(LONGEST), fromProtobuf(kept.proto)]
      : [createLineSplitter(LONGEST), fromJson(kept)];
  return {
    *push(bytes) {
      for (const piece of splitter.push(bytes)) if (piece.length > 0) yield parse(piece);
    },
    pending: () => splitter.pending(),
  };
}

function fromProtobuf(proto: Message): (frame: Buffer) => WatchEvent {
  let type: unknown;
  const choose = (kind: unknown) => (type === 'BOOKMARK' ? BOOKMARK : kind === 'Status' ? STATUS : proto);
  const inner = standing(choose);
  // Numbers of `WatchEvent` and `RawExtension`; a type stands before its object.
  const raw = message({ 1: inline(inner) });
  const event = message({
    1: text('type'),
    2: (into, wire, end) => ((type = into['type']), inline(raw)(into, wire, end)),
  });
  return (frame) => {
    const { type = '', object } = readMessage(event, frame);
    return { type, object } as unknown as WatchEvent;
  };
}

const LIST = message({
  1: object('metadata', message({ 2: text('resourceVersion', true), 3: text('continue') })),
  2: pieces('items'),
});
const STANDING_LIST = standing(() => LIST);

/** A list, or a page of one, in Protocol Buffers, in slices. Rejects with `Failure` SERVER for rubbish. */
export async function readList<K>(proto: Message, body: Buffer): Promise<KubeList<K>> {
  const found = readMessage(STANDING_LIST, body)['object'] as KubeList<Buffer> | undefined;
  if (!found?.metadata) throw unreadable();
  const items: K[] = [];
  for (const piece of found.items ?? []) {
    if (!isTime()) await whenTime();
    items.push(readMessage(proto, piece) as K);
  }
  return { ...found, items };
}

function fromJson<T extends KubeObject>({ keep }: Kept<T>): (line: Buffer) => WatchEvent {
  return (line) => {
    const event = parseLine<WatchEvent>(line);
    if (event.type === 'ERROR' || event.type === 'BOOKMARK' || !event.object?.metadata) return event;
    delete (event.object.metadata as { managedFields?: unknown }).managedFields;
    return { type: event.type, object: keep(event.object as T) };
  };
}

/** A refusal in Protocol Buffers as the JSON that it would be; empty for what can't be read. */
export function readStatus(body: Buffer): string {
  try {
    return JSON.stringify(
      readMessage(
        standing(() => STATUS),
        body,
      )['object'],
    );
  } catch {
    return '';
  }
}
