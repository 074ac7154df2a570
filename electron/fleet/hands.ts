import type { Pod } from '../cluster/objects';
import type { Dispose } from '../cluster/types';
import { PODS } from '../cluster/resources';
import { handWatches, type HandBot } from './byhand';
import { startFeed, type Feed } from './feed';
import type { WatchContext } from './scope';

/** Bots that come at once are taken into the watch at once, ms. */
const SOON = 500;

/** Keeps the pods of bots made by hand watched, by as few watches as can be. */
export interface Hands {
  readonly feeds: readonly Feed[];
  /** A bot whose pods are to be known. */
  take(bot: HandBot): void;
  /** Only these are left. */
  keep(uids: ReadonlySet<string>): void;
  /** Whether a bot's pods are known, or will never be. */
  knows(uid: string): boolean;
  /** Nobody's pods are waited for. */
  settled(): boolean;
  sources(): string[];
  dispose: Dispose;
}

interface Cover {
  bots: ReadonlySet<string>;
  source: string;
  feed: Feed;
}

/** `scope`: the namespace that may be looked at, null: all. `onKnown`: pods of some more bots are known. */
export function watchHands(context: WatchContext, scope: string | null, source: string, onKnown: () => void): Hands {
  const { table, clock } = context;
  const bots = new Map<string, HandBot>();
  let covers = new Map<string, Cover>();
  /** Their successors have not listed yet. */
  let former: Cover[] = [];
  let disposed = false;
  let cancelPlan: Dispose | null = null;

  const isReady = ({ feed }: Cover) => feed.health.synced || feed.health.lasting;
  const all = () => [...covers.values(), ...former];

  function planSoon(): void {
    // The first ones hold up what the trader looks at.
    const wait = covers.size === 0 ? 0 : SOON;
    cancelPlan ??= clock.after(wait, plan);
  }
  function plan(): void {
    cancelPlan = null;
    const before = covers;
    covers = new Map();
    for (const { selection, bots: whose } of handWatches([...bots.values()], scope)) {
      const id = JSON.stringify(selection);
      const known = before.get(id);
      before.delete(id);
      covers.set(id, known ? { ...known, bots: whose } : begin(id, selection, whose));
    }
    former.push(...before.values());
    told();
  }
  function begin(
    id: string,
    selection: Parameters<typeof startFeed>[0]['selection'],
    whose: ReadonlySet<string>,
  ): Cover {
    const own = `${source} ${id}`;
    const feed = startFeed<Pod>({
      ...context,
      resource: PODS,
      selection,
      replace: (items) => table.pods.replace(own, items),
      upsert: (pod) => table.pods.upsert(own, pod),
      remove: (pod) => table.pods.remove(own, pod),
      onHealth: told,
    });
    return { bots: whose, source: own, feed };
  }
  function told(): void {
    if (disposed) return;
    if (former.length > 0 && [...covers.values()].every(isReady))
      for (const one of former.splice(0)) one.feed.dispose();
    onKnown();
    context.onHealth();
  }

  return {
    get feeds() {
      return [...covers.values()].map(({ feed }) => feed);
    },
    take(bot) {
      bots.set(bot.uid, bot);
      if (![...covers.values()].some((cover) => cover.bots.has(bot.uid))) planSoon();
    },
    keep(uids) {
      // Watches of bots that are gone show nothing; they are planned anew with the next one that comes.
      for (const uid of [...bots.keys()]) if (!uids.has(uid)) bots.delete(uid);
    },
    knows: (uid) => all().some((cover) => cover.bots.has(uid) && isReady(cover)),
    settled: () => cancelPlan === null && [...covers.values()].every(isReady),
    sources: () => all().map((cover) => cover.source),
    dispose() {
      disposed = true;
      cancelPlan?.();
      for (const { feed } of all()) feed.dispose();
    },
  };
}
