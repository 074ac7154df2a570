import { Failure } from '../../shared/errors';

/** Cuts a byte stream into lines, wherever it is split: between lines, inside one, inside a character. */
export interface LineSplitter {
  /**
   * Lines that are complete now, without their line feed; each holds until the next is asked for. Throws `Failure` SERVER when one
   * grows past the limit.
   */
  push(bytes: Uint8Array): Iterable<Buffer>;
  /** Bytes of an unfinished line. */
  pending(): number;
}

/** What a line that came in pieces is put together in may stay this large, bytes. */
const KEPT = 65_536;

export function createLineSplitter(maxBytes: number): LineSplitter {
  let begun = Buffer.alloc(0);
  let size = 0;

  function add(piece: Buffer): void {
    if (size + piece.length > maxBytes)
      throw new Failure({ code: 'SERVER', message: 'The cluster sent a line that is too long to be right.' });
    if (size + piece.length > begun.length) {
      const wider = Buffer.allocUnsafe(2 * (size + piece.length));
      begun.copy(wider, 0, 0, size);
      begun = wider;
    }
    piece.copy(begun, size);
    size += piece.length;
  }
  return {
    *push(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        const piece = chunk.subarray(from, at);
        from = at + 1;
        if (size === 0) yield piece;
        else {
          add(piece);
          const line = begun.subarray(0, size);
          size = 0;
          yield line;
          if (begun.length > KEPT) begun = Buffer.alloc(0);
        }
      }
      if (from < chunk.length) add(chunk.subarray(from));
    },
    pending: () => size,
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
