import { Failure } from '../../shared/errors';
import { createPile } from './pile';

/** Cuts a byte stream into pieces, wherever it is split itself. */
export interface Splitter {
  /** Pieces that are complete now; each holds until the next is asked for. Throws `Failure` SERVER when one grows past the limit. */
  push(bytes: Uint8Array): Iterable<Buffer>;
  /** Bytes of an unfinished one. */
  pending(): number;
}

/** Lines without their line feed. */
export function createLineSplitter(maxBytes: number): Splitter {
  const begun = createPile(maxBytes);
  return {
    *push(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        const piece = chunk.subarray(from, at);
        from = at + 1;
        if (begun.size === 0) yield piece;
        else {
          begun.add(piece);
          yield begun.take();
        }
      }
      if (from < chunk.length) begun.add(chunk.subarray(from));
    },
    pending: () => begun.size,
  };
}

/** One line as JSON; rubbish is an error, never silence. */
export function parseLine<T>(line: Buffer): T {
  const text = line.toString('utf8');
  try {
    const value = JSON.parse(text) as T;
    if (value && typeof value === 'object') return value;
  } catch {
    // Told below.
  }
  throw new Failure({
    code: 'SERVER',
    message: 'The cluster sent something unreadable.',
    hint: 'A proxy on the way may change what it passes on.',
    cause: text.slice(0, 200),
  });
}
