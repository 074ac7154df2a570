/** Bytes in, bytes out, but never ending inside a UTF-8 character: an unfinished one waits for its rest. */
export interface Utf8Splitter {
  /** May be empty. Bytes that are no UTF-8 pass as they are. */
  push(bytes: Uint8Array): Uint8Array;
  /** What still waits, at the end of the stream. */
  flush(): Uint8Array;
}

const NOTHING = new Uint8Array(0);

export function createUtf8Splitter(): Utf8Splitter {
  let rest: Uint8Array = NOTHING;
  return {
    push(bytes) {
      const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
      const whole = all.length - unfinished(all);
      rest = whole < all.length ? Uint8Array.prototype.slice.call(all, whole) : NOTHING;
      return all.subarray(0, whole);
    },
    flush() {
      const last = rest;
      rest = NOTHING;
      return last;
    },
  };
}

/** How many bytes at the end begin a character that is not complete: 0 … 3. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return byte < 0xf8 && length > back ? back : 0;
  }
  return 0;
}
