/** What is picked in the grid: ids, the row the keyboard stands on, and where a range began. Never mutated. */
export interface Selection {
  ids: ReadonlySet<string>;
  cursor: string | null;
  anchor: string | null;
}

export const nothing: Selection = { ids: new Set(), cursor: null, anchor: null };

const only = (id: string): Selection => ({ ids: new Set([id]), cursor: id, anchor: id });

/** From the anchor to `id` in the shown order; a vanished anchor counts as `id` itself. */
function range(selection: Selection, order: readonly string[], id: string): Selection {
  const to = order.indexOf(id);
  const anchor = selection.anchor ?? selection.cursor ?? id;
  const from = order.indexOf(anchor);
  if (to < 0) return selection;
  if (from < 0) return only(id);
  return { ids: new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)), cursor: id, anchor };
}

/** A click on a row. `ctrl` adds or takes away, `shift` takes everything from the anchor. */
export function click(
  selection: Selection,
  order: readonly string[],
  id: string,
  keys: { ctrl: boolean; shift: boolean },
): Selection {
  if (keys.shift) return range(selection, order, id);
  return keys.ctrl ? toggle(selection, id) : only(id);
}

/** Adds or takes away one row and stands on it. */
export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, cursor: id, anchor: id };
}

export type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end';

/** A step of the keyboard. `page` is the number of rows in view. With `extend` the range from the anchor is taken. */
export function move(
  selection: Selection,
  order: readonly string[],
  step: Move,
  page: number,
  extend: boolean,
): Selection {
  if (order.length === 0) return selection;
  const last = order.length - 1;
  const at = selection.cursor === null ? -1 : order.indexOf(selection.cursor);
  const far = Math.max(1, page - 1);
  const targets: Record<Move, number> = {
    up: at < 0 ? last : at - 1,
    down: at + 1,
    pageUp: at - far,
    pageDown: at + far,
    home: 0,
    end: last,
  };
  const id = order[Math.min(last, Math.max(0, targets[step]))]!;
  return extend ? range(selection, order, id) : only(id);
}

export function all(selection: Selection, order: readonly string[]): Selection {
  return { ids: new Set(order), cursor: selection.cursor ?? order[0] ?? null, anchor: selection.anchor };
}

/** Forgets rows that no longer exist; gives the same object when nothing is gone. */
export function prune(selection: Selection, exists: (id: string) => boolean): Selection {
  const gone = [...selection.ids].filter((id) => !exists(id));
  const keep = (id: string | null) => (id !== null && exists(id) ? id : null);
  const cursor = keep(selection.cursor);
  const anchor = keep(selection.anchor);
  if (gone.length === 0 && cursor === selection.cursor && anchor === selection.anchor) return selection;
  return { ids: new Set([...selection.ids].filter(exists)), cursor, anchor };
}
