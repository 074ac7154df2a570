import type { BotRow } from '../../shared/rows';

/** Height of a row in px; `--row` says the same to the styles. */
export const rowHeight = 28;
/** Height of the head that stays on top, in px. */
export const headHeight = 27;
const spare = 8;

/** Which rows are to be drawn: those in view and a few more on either side. `top` and `height` in px. */
export function visibleRange(top: number, height: number, count: number): { from: number; to: number } {
  const from = Math.max(0, Math.floor(top / rowHeight) - spare);
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return { from: Math.min(from, to), to };
}

/**
 * Where to scroll after an update, in px, so that what the trader looks at stays where it is. The first row in view that did
 * not change leads; at the very top the view stays at the top.
 */
export function keepPlace(before: readonly BotRow[], after: readonly BotRow[], top: number, height: number): number {
  if (top <= 0) return 0;
  const first = Math.floor(top / rowHeight);
  const last = Math.min(before.length, Math.ceil((top + height) / rowHeight));
  for (let i = first; i < last; i++) {
    const row = before[i]!;
    if (after[i] === row) return top;
    const now = after.indexOf(row);
    if (now >= 0) return Math.max(0, top + (now - i) * rowHeight);
  }
  return top;
}

/** Where to scroll, in px, so that row `index` is wholly in view; `top` when it is already. */
export function reveal(index: number, top: number, height: number): number {
  const y = index * rowHeight;
  if (y < top) return y;
  if (y + rowHeight > top + height) return y + rowHeight - height;
  return top;
}
