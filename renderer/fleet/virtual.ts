import { isGroup, type Group, type Item } from './groups';

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

/** Rows that are drawn together: what stands in a block that stays is neither laid out nor painted again while others scroll by. */
const blockRows = 8;

export interface Slot<T> {
  row: T;
  index: number;
}
export interface Block<T> {
  /** Index of its first row. */
  first: number;
  slots: readonly Slot<T>[];
  /** Not drawn yet: it shows what it showed before, where that `stands` at the same place, or is put `aside`, not to be seen. */
  late?: 'stands' | 'aside';
}

/**
 * Which rows are to be drawn, in blocks: as many as a window of this height ever needs, and a row always in the same one.
 * While the trader scrolls, the blocks that leave at one end are used again at the other; making new rows is most of what it costs.
 * What stands in `former`, the last answer, as it stood comes back as the same object, and then nothing of it is drawn again.
 * Where all in view is another, as after a jump, that alone is drawn; where `some` is given, only so many blocks that are another, from the
 * top. The rest is `late`, and comes, so many at a time, when this is asked again with that answer; what changes meanwhile comes at once.
 */
export function blocksOf<T>(
  rows: readonly T[],
  top: number,
  height: number,
  former: readonly Block<T>[] = [],
  some = Infinity,
): readonly Block<T>[] {
  const most = Math.ceil((Math.ceil(height / rowHeight) + 1 + 2 * spare) / blockRows) + 1;
  const all = Math.ceil(rows.length / blockRows);
  const { from } = visibleRange(top, height, rows.length);
  const begin = Math.max(0, Math.min(Math.floor(from / blockRows), all - most));
  const numbers = Array.from({ length: Math.min(all, begin + most) - begin }, (_, i) => begin + i);
  const inView = (block: number) =>
    (block + 1) * blockRows * rowHeight > top && block * blockRows * rowHeight < top + height;
  const seen = numbers.filter(inView);
  const beside = numbers.filter((block) => !inView(block));
  const drawn = new Map(numbers.map((block) => [block, blockOf(rows, block * blockRows, former[block % most])]));
  const isOther = (block: number) => drawn.get(block) !== former[block % most];
  const jumped = seen.length > 0 && seen.every(isOther);
  const mayBegin = some < Infinity ? !former.some(({ late }) => late) : jumped;
  const blocks: Block<T>[] = [];
  let left = some;
  for (const block of [...seen, ...beside]) {
    const [now, old] = [drawn.get(block)!, former[block % most]];
    const mayWait = isOther(block) && (mayBegin || old?.late);
    const waits = mayWait && (left-- <= 0 || (mayBegin && jumped && !inView(block)));
    blocks[block % most] = waits ? late(now, old) : now;
  }
  return isSame(blocks, former) ? former : blocks;
}

function late<T>({ first, slots }: Block<T>, old: Block<T> | undefined): Block<T> {
  const stands = old?.first === first && old.late !== 'aside' && old.slots.length <= slots.length;
  const how = stands ? 'stands' : 'aside';
  return old?.late === how && old.first === first ? old : { first, slots: old?.slots ?? [], late: how };
}

function blockOf<T>(rows: readonly T[], first: number, old: Block<T> | undefined): Block<T> {
  const slots = rows.slice(first, first + blockRows).map((row, at): Slot<T> => {
    const slot = old?.slots[at];
    return slot?.row === row && slot.index === first + at ? slot : { row, index: first + at };
  });
  return old && !old.late && isSame(slots, old.slots) ? old : { first, slots };
}

const isSame = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.length === others.length && some.every((one, at) => one === others[at]);

/**
 * Where to scroll after an update, in px, so that what the trader looks at stays where it is. The first item in view that did
 * not change leads; a group's own row is made anew with every change of its bots, and leads by its id. At the very top the view
 * stays at the top.
 */
export function keepPlace(before: readonly Item[], after: readonly Item[], top: number, height: number): number {
  if (top <= 0) return 0;
  const first = Math.floor(top / rowHeight);
  const last = Math.min(before.length, Math.ceil((top + height) / rowHeight));
  for (let i = first; i < last; i++) {
    const item = before[i]!;
    const grouped = isGroup(item);
    if (after[i] === item || (grouped && after[i]?.id === item.id)) return top;
    const now = grouped ? after.findIndex(({ id }) => id === item.id) : after.indexOf(item);
    if (now >= 0) return Math.max(0, top + (now - i) * rowHeight);
  }
  // Its group was closed around what was in view: its row is what is left of it.
  for (let i = Math.min(first, before.length) - 1; i >= 0; i--) {
    const item = before[i]!;
    if (!isGroup(item)) continue;
    const now = after.findIndex(({ id }) => id === item.id);
    if (now >= 0 && !(after[now] as Group).open) return now * rowHeight;
    break;
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

/** Height of a card with the room below it, in px. */
export const cardHeight = 140;

/** How many cards stand side by side in so many px. */
export const cardsAcross = (width: number): number => Math.max(1, Math.floor((width - 16) / 260));

/** Which cards are to be drawn, whole lines of them. `top` and `height` in px. */
export function cardRange(top: number, height: number, count: number, across: number): { from: number; to: number } {
  const from = Math.max(0, Math.floor(top / cardHeight) - 1) * across;
  const to = Math.min(count, (Math.ceil((top + height) / cardHeight) + 1) * across);
  return { from: Math.min(from, to), to };
}
