import type { AppEvent, RowPatch } from '../shared/events';
import type { BotRow } from '../shared/rows';

/**
 * What the page is told of rows, as little as says it: a row it has already comes as what changed of it. A whole row is some 900 bytes,
 * one that moved to another state or pair below 200. One for each page, as it stands for what that page knows.
 */
export function createRowWire(): (event: AppEvent) => AppEvent {
  let told = new Map<string, BotRow>();
  return (event) => {
    if (event.t === 'rows') told = new Map(event.rows.map((row) => [row.id, row]));
    if (event.t !== 'delta') return event;
    const upserts: BotRow[] = [];
    const patches: RowPatch[] = [];
    // As the page does it: what is removed and comes again in one batch comes whole.
    for (const id of event.removes) told.delete(id);
    for (const row of event.upserts) {
      const before = told.get(row.id);
      told.set(row.id, row);
      if (before && sameShape(before, row)) patches.push([row.id, changedOf(before, row)]);
      else upserts.push(row);
    }
    return { ...event, upserts, ...(patches.length > 0 ? { patches } : {}) };
  };
}

function changedOf(before: BotRow, row: BotRow): Partial<BotRow> {
  return Object.fromEntries(Object.entries(row).filter(([key, value]) => before[key as keyof BotRow] !== value));
}

/** A field that went away can't be told by what changed. */
function sameShape(before: BotRow, row: BotRow): boolean {
  return Object.keys(before).every((key) => key in row);
}
