import type { Splitter } from './lines';
import { createPile, tooLong } from './pile';

const HEAD = 4;

/** Frames of a watch in Protocol Buffers: four bytes tell how long the next one is (apimachinery, `framer`). */
export function createFrameSplitter(maxBytes: number): Splitter {
  const begun = createPile(HEAD + maxBytes);

  function lengthAt(bytes: Buffer, at: number): number {
    const length = bytes.readUInt32BE(at);
    if (length > maxBytes) throw tooLong();
    return HEAD + length;
  }
  return {
    *push(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let from = 0;
      /** Moves what the frame that has begun still lacks, up to `size` of it. */
      function fill(size: number): boolean {
        const piece = chunk.subarray(from, from + size - begun.size);
        begun.add(piece);
        from += piece.length;
        return begun.size === size;
      }
      while (from < chunk.length) {
        if (begun.size === 0 && chunk.length - from >= HEAD) {
          const size = lengthAt(chunk, from);
          if (chunk.length - from >= size) {
            yield chunk.subarray(from + HEAD, (from += size));
            continue;
          }
        }
        if (begun.size < HEAD && !fill(HEAD)) return;
        if (fill(lengthAt(begun.peek(), 0))) yield begun.take().subarray(HEAD);
      }
    },
    pending: () => begun.size,
  };
}
