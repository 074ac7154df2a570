import type { BotRow } from '../../shared/rows';
import type { Sortable, Sorter } from './sort';

/** Rows kept in order while they change: what a batch of changes costs hangs on the batch, not on the fleet. */
export interface Ordered {
  /**
   * The rows in order. `touched`: ids of those that came, changed or went since the last call; null: any, as at the first
   * call in any case. The same array comes back when nothing did.
   */
  update(rows: ReadonlyMap<string, BotRow>, touched: ReadonlySet<string> | null): readonly BotRow[];
  /** What they are compared by, in the order they stand in. */
  readonly items: readonly Sortable[];
  readonly of: Sorter['of'];
}

/** `former`: the rows as they stood before, in another order: sorting what is sorted already, also the other way round, costs little. */
export function createOrdered({ of, compare, lasting }: Sorter, former?: Ordered): Ordered {
  const known = new Map<string, Sortable>();
  let items = [...(former?.items ?? [])];
  let keyed = lasting && former?.of === of;
  let first = true;
  let result: readonly BotRow[] = [];

  function all(rows: ReadonlyMap<string, BotRow>): void {
    const next: Sortable[] = [];
    for (const old of items) {
      const row = rows.get(old.row.id);
      if (row) next.push(row !== old.row ? of(row) : keyed ? old : of(row, old.name));
    }
    if (next.length < rows.size) {
      const stood = new Set(items.map(({ row }) => row.id));
      for (const row of rows.values()) if (!stood.has(row.id)) next.push(of(row));
    }
    items = next.sort(compare);
    keyed = lasting;
    known.clear();
    for (const item of items) known.set(item.row.id, item);
  }

  /** Where it stands, or would stand. */
  function placeOf(item: Sortable): number {
    let from = 0;
    let to = items.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compare(items[middle]!, item) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  function one(id: string, row: BotRow | undefined): void {
    const old = known.get(id);
    if (old?.row === row) return;
    const next = row && of(row);
    const at = old ? placeOf(old) : -1;
    if (next && old && compare(old, next) === 0) items[at] = next;
    else {
      if (old) items.splice(at, 1);
      if (next) items.splice(placeOf(next), 0, next);
    }
    if (next) known.set(id, next);
    else known.delete(id);
  }

  return {
    of,
    get items() {
      return items;
    },
    update(rows, touched) {
      const these = first || !lasting ? null : touched;
      first = false;
      if (these?.size === 0) return result;
      if (these === null || these.size > 50 + items.length / 20) all(rows);
      else for (const id of these) one(id, rows.get(id));
      return (result = items.map(({ row }) => row));
    },
  };
}
