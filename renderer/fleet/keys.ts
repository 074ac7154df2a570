import { all, click, move, nothing, toggle, type Move, type Selection } from '../state/selection';
import { isGroup, type Group, type Item } from './groups';

const moves: Record<string, Move> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  k: 'up',
  j: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'home',
  End: 'end',
};

interface Keys {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** What a key does to the selection; null: nothing. `page` is the number of rows in view. */
export function gridKey(event: Keys, selection: Selection, order: readonly string[], page: number): Selection | null {
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  if (command) return event.key.toLowerCase() === 'a' ? all(selection, order) : null;
  const step = moves[event.key];
  if (step) return move(selection, order, step, page, event.shiftKey);
  if (event.key === ' ') {
    return selection.cursor !== null && order.includes(selection.cursor)
      ? toggle(selection, selection.cursor)
      : selection;
  }
  if (event.key === 'Escape') return selection.ids.size > 0 ? { ...nothing, cursor: selection.cursor } : null;
  return null;
}

/**
 * What Left and Right do in a grouped grid: Left closes a group, or goes from a bot to its group; Right opens it, or goes to its
 * first bot. null: nothing. `at` is where the keyboard stands among the items.
 */
export function groupStep(
  event: Keys,
  items: readonly Item[],
  at: number,
): { group: Group; open: boolean } | { to: string } | null {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  const item = items[at];
  if (!item || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return null;
  const right = event.key === 'ArrowRight';
  if (isGroup(item)) {
    if (item.open !== right) return { group: item, open: right };
    return right && items[at + 1] ? { to: items[at + 1]!.id } : null;
  }
  if (right) return null;
  const above = items.slice(0, at).reverse().find(isGroup);
  return above ? { to: above.id } : null;
}

/** What a key does to the selection among cards: Left and Right go to the neighbour, Up and Down to the line above or below. */
export function cardKey(
  event: Keys,
  selection: Selection,
  order: readonly string[],
  across: number,
  lines: number,
): Selection | null {
  const steps: Record<string, number> = { ArrowUp: -across, k: -across, ArrowDown: across, j: across };
  const far: Record<string, number> = { PageUp: -across * lines, PageDown: across * lines };
  const by = { ArrowLeft: -1, ArrowRight: 1, ...steps, ...far }[event.key];
  if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) {
    return gridKey(event, selection, order, lines * across);
  }
  const at = selection.cursor === null ? -1 : order.indexOf(selection.cursor);
  if (at < 0) return order.length > 0 ? move(selection, order, 'home', 1, false) : selection;
  // Past the first or last line it stays in its place, as in any grid of icons.
  const to =
    at + by < 0 || at + by >= order.length ? (Math.abs(by) === 1 ? at : edge(at, by, across, order.length)) : at + by;
  return click(selection, order, order[to]!, { ctrl: false, shift: event.shiftKey });
}

function edge(at: number, by: number, across: number, count: number): number {
  if (by < 0) return at % across;
  const lastLine = Math.floor((count - 1) / across);
  return Math.floor(at / across) === lastLine ? at : count - 1;
}
