import { Failure } from '../../shared/errors';

/** Cuts a byte stream into lines, wherever it is split: between lines, inside one, inside a character. */
export interface LineSplitter {
  /** Lines that are complete now, without their line feed. Throws `Failure` SERVER when one grows past the limit. */
  push(bytes: Uint8Array): Buffer[];
  /** Bytes of an unfinished line. */
  pending(): number;
}

export function createLineSplitter(maxBytes: number): LineSplitter {
  let parts: Uint8Array[] = [];
  let size = 0;
  return {
    push(bytes) {
      const lines: Buffer[] = [];
      let from = 0;
      for (;;) {
        const at = bytes.indexOf(10, from);
        if (at < 0) break;
        const piece = bytes.subarray(from, at);
        lines.push(
          parts.length > 0
            ? Buffer.concat([...parts, piece])
            : Buffer.from(piece.buffer, piece.byteOffset, piece.length),
        );
        parts = [];
        size = 0;
        from = at + 1;
      }
      if (from < bytes.length) {
        const rest = bytes.subarray(from);
        size += rest.length;
        if (size > maxBytes)
          throw new Failure({ code: 'SERVER', message: 'The cluster sent a line that is too long to be right.' });
        parts.push(rest);
      }
      return lines;
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
