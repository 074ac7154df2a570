/** A log as a node keeps it: lines with their times. Old lines go. */
export interface Journal {
  /** `at`: ms since 1970. Several lines in one text become several lines. */
  write(at: number, text: string): void;
  lines(): readonly Line[];
  /** Told of each new line. */
  onLine(listener: (line: Line) => void): () => void;
}
export interface Line {
  at: number;
  /** Tells lines of one millisecond apart. */
  nanos: number;
  text: string;
}

const MOST = 1_600;

export function createJournal(): Journal {
  let lines: Line[] = [];
  let count = 0;
  const listeners = new Set<(line: Line) => void>();
  return {
    write(at, text) {
      for (const part of text.split('\n')) {
        const last = lines[lines.length - 1];
        // A node stamps lines as they come: never backwards.
        const line = { at: Math.max(Math.floor(at), last?.at ?? 0), nanos: (count++ * 1_117) % 1_000_000, text: part };
        if (last && line.at === last.at && line.nanos <= last.nanos) line.nanos = Math.min(999_999, last.nanos + 1);
        lines.push(line);
        for (const listener of listeners) listener(line);
      }
      if (lines.length > MOST * 1.25) lines = lines.slice(-MOST);
    },
    lines: () => lines,
    onLine(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** `2026-01-02T03:04:05.000000006Z` */
export const stampOf = ({ at, nanos }: Line): string =>
  `${new Date(at).toISOString().slice(0, 23)}${String(nanos).padStart(6, '0')}Z`;

/** Hummingbot's own line: `2026-02-24 22:08:49,149 - 1 - logger - LEVEL - message`. */
export function botLine(at: number, logger: string, level: string, message: string): string {
  const time = new Date(at).toISOString();
  return `${time.slice(0, 10)} ${time.slice(11, 19)},${time.slice(20, 23)} - 1 - ${logger} - ${level} - ${message}`;
}
