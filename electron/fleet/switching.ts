import type { Clock } from '../cluster/types';
import type { Feed, FeedHealth } from './feed';

/** The watch that ends is given up on the way before the next one opens, ms. */
const GAP = 100;

export interface SwitchingFeed extends Feed {
  /** From now on another watch tells, into the same place; never two of them at once. */
  turn(begin: () => Feed): void;
}

/** One feed for those who look at it, though what is watched changes: what was known stays known until the next list is in. */
export function switchingFeed(clock: Clock, first: Feed): SwitchingFeed {
  let feed = first;
  let before: FeedHealth | null = null;
  let cancel = () => {};
  return {
    get health() {
      const { health } = feed;
      if (!before || health.synced) return health;
      return { ...health, synced: before.synced, lastWordAt: health.lastWordAt ?? before.lastWordAt };
    },
    turn(begin) {
      const { health } = this;
      before = { ...health };
      feed.dispose();
      cancel();
      cancel = clock.after(GAP, () => void (feed = begin()));
    },
    kick: () => feed.kick(),
    dispose() {
      cancel();
      feed.dispose();
    },
  };
}
