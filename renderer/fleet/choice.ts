import { NARROWEST, WIDEST, type ColumnChoice } from '../../shared/views';
import { columnKeys, isColumnKey, type ColumnKey } from './sort';

/** A column of the grid as it is shown or not. `width` in px; null: as wide as its texts ask for. */
export interface Chosen {
  key: ColumnKey;
  shown: boolean;
  width: number | null;
}

/** Not shown until asked for, so that a window of common size holds the rest. */
const hidden = new Set<ColumnKey>(['volume', 'orders']);
/** The one column that always stays: a row without its name can't be acted on safely. */
export const isFixed = (key: ColumnKey): boolean => key === 'name';

const plain = (key: ColumnKey): Chosen => ({ key, shown: !hidden.has(key), width: null });

/**
 * Every column once, from what was kept: unknown and double ones are left out, and a column that a newer version brought stands
 * behind the one it follows in the app's own order.
 */
export function chosen(kept: readonly ColumnChoice[]): Chosen[] {
  const result: Chosen[] = [];
  for (const { key, shown, width } of kept) {
    if (isColumnKey(key) && !result.some((one) => one.key === key)) {
      result.push({ key, shown: shown || isFixed(key), width });
    }
  }
  columnKeys.forEach((key, at) => {
    if (result.some((one) => one.key === key)) return;
    const before = result.findIndex((one) => one.key === columnKeys[at - 1]);
    result.splice(before + 1, 0, plain(key));
  });
  return result;
}

/** Shows a hidden column, hides a shown one. */
export const toggled = (columns: readonly Chosen[], key: ColumnKey): Chosen[] =>
  columns.map((one) => (one.key === key && !isFixed(key) ? { ...one, shown: !one.shown } : one));

/** In px, within its bounds; null: by its texts again. */
export const resized = (columns: readonly Chosen[], key: ColumnKey, width: number | null): Chosen[] => {
  const px = width === null ? null : Math.min(WIDEST, Math.max(NARROWEST, Math.round(width)));
  return columns.map((one) => (one.key === key ? { ...one, width: px } : one));
};

/** One place on (`1`) or back (`-1`) among all columns. */
export function stepped(columns: readonly Chosen[], key: ColumnKey, by: 1 | -1): Chosen[] {
  const at = columns.findIndex((one) => one.key === key);
  const to = at + by;
  if (at < 0 || to < 0 || to >= columns.length) return [...columns];
  const next = [...columns];
  next.splice(to, 0, ...next.splice(at, 1));
  return next;
}

/** To the place where `target` stands: before it when it came from behind it, else after it. */
export function dropped(columns: readonly Chosen[], key: ColumnKey, target: ColumnKey): Chosen[] {
  const from = columns.findIndex((one) => one.key === key);
  const to = columns.findIndex((one) => one.key === target);
  if (from < 0 || to < 0) return [...columns];
  const next = [...columns];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
