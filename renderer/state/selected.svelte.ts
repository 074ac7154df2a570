import type { BotRow } from '../../shared/rows';
import { fleet } from './fleet.svelte';
import { nothing, type Selection } from './selection';

let current = $state.raw<Selection>(nothing);

/** What is picked in the grid, for every screen. */
export const selected = {
  get current() {
    return current;
  },
  set current(next: Selection) {
    current = next;
  },
  /** The picked rows as they are now. */
  get rows(): BotRow[] {
    return [...current.ids].flatMap((id) => fleet.row(id) ?? []);
  },
  /** The one bot the detail panel is about: where the keyboard stands, when it is picked. */
  get bot(): BotRow | undefined {
    if (current.cursor !== null && current.ids.has(current.cursor)) return fleet.row(current.cursor);
    return current.ids.size === 1 ? fleet.row([...current.ids][0]!) : undefined;
  },
  pick(id: string) {
    current = { ids: new Set([id]), cursor: id, anchor: id };
  },
};
