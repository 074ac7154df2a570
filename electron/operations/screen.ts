/**
 * What stands on a terminal's screen: enough of a terminal to read a full-screen program's words, which come as changes only
 * (cursor moves, erased lines), not as text. Colours and everything else are ignored.
 */
export interface ScreenText {
  write(data: Uint8Array): void;
  /** Rows from top to bottom without trailing blanks. */
  rows(): string[];
}

export function createScreenText(cols: number, rows: number): ScreenText {
  const decoder = new TextDecoder();
  const blank = () => Array.from({ length: cols }, () => ' ');
  let grid = Array.from({ length: rows }, blank);
  let x = 0;
  let y = 0;
  let rest = '';

  const clamp = () => {
    x = Math.max(0, Math.min(cols - 1, x));
    y = Math.max(0, Math.min(rows - 1, y));
  };
  const down = () => {
    if (y < rows - 1) y++;
    else grid = [...grid.slice(1), blank()];
  };
  const erase = (fromRow: number, fromCol: number, toRow: number, toCol: number) => {
    for (let r = fromRow; r <= toRow; r++)
      for (let c = r === fromRow ? fromCol : 0; c <= (r === toRow ? toCol : cols - 1); c++) grid[r]![c] = ' ';
  };
  const csi = (parameters: string, final: string) => {
    const [first = 0, second = 0] = parameters
      .replace(/^[?>=]/, '')
      .split(';')
      // What is no number (`1:2`) must not move the cursor out of the grid.
      .map((text) => Number.parseInt(text, 10) || 0);
    const step = Math.max(1, first);
    if (final === 'H' || final === 'f') [y, x] = [Math.max(1, first) - 1, Math.max(1, second) - 1];
    else if (final === 'A') y -= step;
    else if (final === 'B') y += step;
    else if (final === 'C') x += step;
    else if (final === 'D') x -= step;
    else if (final === 'G') x = step - 1;
    else if (final === 'd') y = step - 1;
    else if (final === 'J' && first === 0) erase(y, x, rows - 1, cols - 1);
    else if (final === 'J') erase(0, 0, rows - 1, cols - 1);
    else if (final === 'K') erase(y, first === 0 ? x : 0, y, first === 1 ? x : cols - 1);
    clamp();
  };
  const put = (char: string) => {
    if (x >= cols) {
      x = 0;
      down();
    }
    grid[y]![x++] = char;
  };

  return {
    write(data) {
      const text = rest + decoder.decode(data, { stream: true });
      rest = '';
      for (let i = 0; i < text.length; i++) {
        const char = text[i]!;
        if (char === '\x1b') {
          const sequence = SEQUENCE.exec(text.slice(i, i + 200));
          if (!sequence) {
            // Cut in the middle: the rest comes with the next bytes, unless it is none at all.
            if (text.length - i < 200) rest = text.slice(i);
            if (rest) return;
            continue;
          }
          if (sequence[2]) csi(sequence[1] ?? '', sequence[2]);
          i += sequence[0].length - 1;
        } else if (char === '\r') x = 0;
        else if (char === '\n') down();
        else if (char === '\b') x = Math.max(0, x - 1);
        else if (char >= ' ' && char !== '\x7f') put(char);
      }
    },
    rows: () => grid.map((row) => row.join('').trimEnd()),
  };
}
const SEQUENCE = /^(?:\x1b\[([0-?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-Z]|\x1b[^[\]()])/;

/** What the classic screen says to a typed `stop`. */
export type StopAnswer =
  /** Not typed yet, or not answered. */
  | { kind: 'none' }
  /** It works on it. */
  | { kind: 'working' }
  | { kind: 'stopped' }
  /** Orders it could not cancel, in its own words. */
  | { kind: 'not-cancelled'; words: string };

/**
 * Reads the answer below the last echo of `stop` (`>>>  stop`), so that the answer to an earlier one does not count. Words of
 * Hummingbot 1.x and 2.x in lower case.
 */
export function readStopAnswer(rows: string[]): StopAnswer {
  const echo = rows.map((row) => /^\s*>>>\s+stop\b/.test(row)).lastIndexOf(true);
  if (echo < 0) return { kind: 'none' };
  // The log pane stands to the right of the answer on a wide screen; what counts begins at the left.
  const below = rows.slice(echo + 1).map((row) => row.split(/\s*[|│]/)[0]!.trim());
  const failed = below.findIndex((row) => /failed to cancel/i.test(row));
  if (failed >= 0)
    return {
      kind: 'not-cancelled',
      words: below
        .slice(failed, failed + 8)
        .filter(Boolean)
        .join(' '),
    };
  if (below.some((row) => /hummingbot stopped|all outstanding orders cancell?ed/i.test(row)))
    return { kind: 'stopped' };
  return below.some((row) => /winding down|cancell?ing outstanding/i.test(row))
    ? { kind: 'working' }
    : { kind: 'none' };
}
