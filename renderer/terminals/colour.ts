/** Start of a line of Hummingbot's own log: `2026-02-24 22:08:49,149 - 1 - logger.name - LEVEL - message`. */
const HEAD =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - \d+ - [^\x1b\r\n]{1,160}? - )(DEBUG|INFO|WARNING|ERROR|CRITICAL|EVENT_LOG|NETWORK)( - )/;
/** A beginning that could still become such a line. */
const LONGEST_HEAD = 220;
const FAINT = '\x1b[90m';
const OFF = '\x1b[39m';
const LEVEL: Record<string, string> = {
  DEBUG: '\x1b[90m',
  INFO: '\x1b[34m',
  NETWORK: '\x1b[33m',
  WARNING: '\x1b[33m',
  ERROR: '\x1b[31m',
  CRITICAL: '\x1b[31m',
  EVENT_LOG: '\x1b[32m',
};

export interface Colouring {
  /** The same text with the time faint and the level in its colour; an unfinished head of a line is kept back. */
  push(data: Uint8Array): string;
  /** What was kept back, for when nothing more comes for a while. */
  flush(): string;
}

/** Colours the heads of log lines; the text itself stays as it is, byte for byte. */
export function createColouring(): Colouring {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let kept = '';
  /** Whether `kept` or the next text begins a line. */
  let atStart = true;

  const paint = (line: string) =>
    line.replace(
      HEAD,
      (_whole, head: string, level: string, dash: string) =>
        `${FAINT}${head}${LEVEL[level] ?? ''}${level}${FAINT}${dash}${OFF}`,
    );

  return {
    push(data) {
      const text = kept + decoder.decode(data, { stream: true });
      kept = '';
      let out = '';
      let at = 0;
      while (at < text.length) {
        const end = text.indexOf('\n', at);
        const line = end < 0 ? text.slice(at) : text.slice(at, end + 1);
        at += line.length;
        if (end < 0 && atStart && line.length < LONGEST_HEAD && /^\d/.test(line) && !HEAD.test(line)) {
          kept = line;
          break;
        }
        out += atStart ? paint(line) : line;
        atStart = end >= 0;
      }
      return out;
    },
    flush() {
      const rest = kept;
      kept = '';
      if (rest !== '') atStart = false;
      return rest;
    },
  };
}
