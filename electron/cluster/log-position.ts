/**
 * Where a log stands. Lines come in as the server sends them with `timestamps=true` (`2026-01-02T03:04:05.000000006Z text`);
 * after a reconnect with `sinceTime` (whole seconds on the node) those that were delivered already are left out.
 */
export interface LogPosition {
  /** What is new, in whole lines; only a line longer than 256 KiB comes in pieces (never inside a character). */
  push(bytes: Uint8Array): Uint8Array;
  /** The end is final: an unfinished last line too. */
  finish(): Uint8Array;
  /** The connection is gone and another one will send from `since()` on. */
  resume(): void;
  /** Another run of the container: nothing of it was delivered. */
  restart(): void;
  /** Time of the last line delivered, as it came; null before the first. */
  since(): string | null;
}

const LONGEST = 256 * 1024;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const NONE = Buffer.alloc(0);

export function createLogPosition(keepTimes: boolean): LogPosition {
  let rest: Buffer = NONE;
  let last: string | null = null;
  /** Whole lines delivered that bear `last`. */
  let count = 0;
  /** A line of which the beginning was delivered already. */
  let long: { time: string | null; bytes: number } | null = null;
  let skip: { time: string; count: number; long: { time: string | null; bytes: number } | null } | null = null;

  /** What of a line (or of its beginning) is new; null: nothing. Moves the position unless `piece`. */
  function fresh(line: Buffer, piece: boolean): Buffer | null {
    const space = line.subarray(0, 40).indexOf(32);
    const head = space > 0 ? line.toString('latin1', 0, space) : '';
    const time = TIME.test(head) ? head : null;
    let text = time === null || keepTimes ? line : line.subarray(space + 1);
    if (time !== null && skip) {
      const order = compare(time, skip.time);
      if (order < 0) return null;
      if (order === 0 && skip.count > 0) {
        if (!piece) skip.count--;
        return null;
      }
      if (skip.long && skip.long.time === time) text = text.subarray(Math.min(skip.long.bytes, text.length));
      else if (order > 0) skip = null;
      if (skip?.long && !piece) skip = null;
    }
    if (time !== null && !piece) move(time);
    if (piece) long = { time, bytes: time === null || keepTimes ? line.length : line.length - space - 1 };
    return text;
  }
  function move(time: string): void {
    if (time === last) count++;
    else {
      last = time;
      count = 1;
    }
  }

  return {
    push(bytes) {
      const all =
        rest.length > 0 ? Buffer.concat([rest, bytes]) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      const out: Uint8Array[] = [];
      let from = 0;
      for (;;) {
        const at = all.indexOf(10, from);
        if (at < 0) break;
        const line = all.subarray(from, at + 1);
        from = at + 1;
        if (long) {
          out.push(line);
          if (long.time !== null) move(long.time);
          long = null;
          continue;
        }
        const text = fresh(line, false);
        if (text) out.push(text);
      }
      rest = Buffer.from(all.subarray(from));
      // Rather a line twice than memory without end.
      if (skip && rest.length > 64 * LONGEST) skip = null;
      if (rest.length > LONGEST && !skip) {
        let end = rest.length;
        while (end > 0 && rest.length - end < 4 && (rest[end - 1]! & 0xc0) === 0x80) end--;
        if (end > 0 && rest[end - 1]! >= 0xc0) end--;
        const piece = rest.subarray(0, end);
        rest = Buffer.from(rest.subarray(end));
        if (long) {
          long.bytes += piece.length;
          out.push(piece);
        } else out.push(fresh(piece, true) ?? NONE);
      }
      return out.length === 1 ? out[0]! : Buffer.concat(out);
    },
    finish() {
      const line = rest;
      rest = NONE;
      if (line.length === 0) return NONE;
      return long ? line : (fresh(line, false) ?? NONE);
    },
    resume() {
      rest = NONE;
      const from = last ?? long?.time ?? null;
      skip = from === null ? null : { time: from, count: last === null ? 0 : count, long };
      long = null;
    },
    restart() {
      rest = NONE;
      last = null;
      count = 0;
      long = null;
      skip = null;
    },
    since: () => last ?? long?.time ?? null,
  };
}

/** Order of two RFC 3339 times with up to nine digits of fraction. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length === b.length && a.endsWith('Z') && b.endsWith('Z')) return a < b ? -1 : 1;
  const [left, right] = [split(a), split(b)];
  return left.seconds - right.seconds || left.nanos - right.nanos;
}

function split(time: string): { seconds: number; nanos: number } {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return { seconds: Date.parse(time.replace(/\.\d+/, '')), nanos: Number(fraction.padEnd(9, '0').slice(0, 9)) };
}
