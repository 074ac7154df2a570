import type { RowPatch } from '../../shared/events';
import type { BotRow } from '../../shared/rows';

/**
 * Puts a batch of changes into the table in place: removes first, so that a bot deleted and made again within one batch stays.
 * Gives whether anything changed.
 */
export function applyDelta(
  rows: Map<string, BotRow>,
  upserts: readonly BotRow[],
  removes: readonly string[],
  patches: readonly RowPatch[] = [],
): boolean {
  let changed = false;
  for (const id of removes) changed = rows.delete(id) || changed;
  for (const row of upserts) {
    rows.set(row.id, row);
    changed = true;
  }
  for (const [id, part] of patches) {
    const row = rows.get(id);
    if (!row) continue;
    // Another object, so that whoever holds the old one sees that it changed.
    rows.set(id, { ...row, ...part });
    changed = true;
  }
  return changed;
}

/**
 * Replaces the whole table in place. A row that says the same as before keeps its object, so that nothing is sorted,
 * searched or drawn anew for it.
 */
export function replaceRows(rows: Map<string, BotRow>, next: readonly BotRow[]): void {
  const before = new Map(rows);
  rows.clear();
  for (const row of next) {
    const old = before.get(row.id);
    rows.set(row.id, old && sameRow(old, row) ? old : row);
  }
}

/** Rows are flat but for the operation's mark and what is known of its trading. */
export function sameRow(a: BotRow, b: BotRow): boolean {
  for (const key of Object.keys(b) as (keyof BotRow)[]) {
    if (a[key] === b[key]) continue;
    const deep = key === 'operation' || key === 'trading';
    if (!deep || JSON.stringify(a[key]) !== JSON.stringify(b[key])) return false;
  }
  return Object.keys(a).length === Object.keys(b).length;
}
