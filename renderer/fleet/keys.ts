import { all, move, nothing, toggle, type Move, type Selection } from '../state/selection';

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
