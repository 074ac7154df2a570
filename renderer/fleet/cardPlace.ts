import type { BotRow } from '../../shared/rows';
import { cardHeight } from './virtual';

/**
 * `keepPlace` for cards: where to scroll after an update, in px, so that the line of cards that the trader looks at stays where it is.
 * The first card in view that did not change leads.
 */
export function keepCards(
  before: readonly BotRow[],
  after: readonly BotRow[],
  { top, height, across }: { top: number; height: number; across: number },
): number {
  if (top <= 0) return 0;
  const line = (index: number) => Math.floor(index / across);
  const last = Math.min(before.length, Math.ceil((top + height) / cardHeight) * across);
  for (let i = Math.floor(top / cardHeight) * across; i < last; i++) {
    const now = after[i] === before[i] ? i : after.indexOf(before[i]!);
    if (now >= 0) return Math.max(0, top + (line(now) - line(i)) * cardHeight);
  }
  return top;
}
