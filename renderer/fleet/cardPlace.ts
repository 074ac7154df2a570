import type { BotRow } from '../../shared/rows';
import { cardHeight } from './virtual';

/** The card by which the view is held, and how far its line stands below the top of the view, px. */
export interface Lead {
  row: BotRow;
  y: number;
  across: number;
}

/**
 * `keepPlace` for cards: where to scroll after an update, in px, so that the lines of cards that the trader looks at stay where they are.
 * The first card in view that did not change leads, and goes on leading until the trader scrolls or it changes: bots that come one by one
 * above would else move it from line to line unseen.
 */
export function keepCards(
  before: readonly BotRow[],
  after: readonly BotRow[],
  { top, height, across }: { top: number; height: number; across: number },
  former: Lead | null,
): { top: number; lead: Lead | null } {
  if (top <= 0) return { top: 0, lead: null };
  const y = (index: number) => Math.floor(index / across) * cardHeight;
  const follow = (lead: Lead, now: number) => ({ top: Math.max(0, y(now) - lead.y), lead });
  // Where it does not stand as it was left the trader has scrolled, and looks at something else now.
  if (former?.across === across && Math.abs(y(before.indexOf(former.row)) - former.y - top) <= 1) {
    const now = after.indexOf(former.row);
    if (now >= 0) return follow(former, now);
  }
  const last = Math.min(before.length, Math.ceil((top + height) / cardHeight) * across);
  for (let i = Math.floor(top / cardHeight) * across; i < last; i++) {
    const row = before[i]!;
    const now = after[i] === row ? i : after.indexOf(row);
    if (now >= 0) return follow({ row, y: y(i) - top, across }, now);
  }
  return { top, lead: null };
}
