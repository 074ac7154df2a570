import { Failure } from '../../shared/errors';

/** Puts together what comes in pieces, in memory that is used again. */
export interface Pile {
  readonly size: number;
  /** Throws `Failure` SERVER past the limit. */
  add(piece: Buffer): void;
  /** What is there so far. */
  peek(): Buffer;
  /** All of it, which holds until the next `add`; the pile is empty after it. */
  take(): Buffer;
}

/** What something that came in pieces is put together in may stay this large, bytes. */
const KEPT = 65_536;

export function createPile(maxBytes: number): Pile {
  let memory = Buffer.alloc(0);
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(piece) {
      if (size + piece.length > maxBytes) throw tooLong();
      if (size + piece.length > memory.length) {
        const wider = Buffer.allocUnsafe(2 * (size + piece.length));
        memory.copy(wider, 0, 0, size);
        memory = wider;
      }
      piece.copy(memory, size);
      size += piece.length;
    },
    peek: () => memory.subarray(0, size),
    take() {
      const all = memory.subarray(0, size);
      size = 0;
      if (memory.length > KEPT) memory = Buffer.alloc(0);
      return all;
    },
  };
}

export function tooLong(): Failure {
  return new Failure({ code: 'SERVER', message: 'The cluster sent a line that is too long to be right.' });
}
