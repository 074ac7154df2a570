import type { Pod, StatefulSet } from '../cluster/objects';
import type { Dispose } from '../cluster/types';
import { PODS } from '../cluster/resources';
import { handBotOf, handSelection, type HandBot } from './byhand';
import { startFeed, type Feed, type Selection } from './feed';
import type { WatchContext } from './scope';
import { POD } from './slimProto';

/** Bots that come at once are taken into the watch at once, ms. */
const SOON = 500;
/** The watch that ends is given up on the way before the next one opens, ms. */
const GAP = 100;

/** Keeps the pods of bots made by hand watched, by one watch however many they are. */
export interface Hands {
  readonly feeds: readonly Feed[];
  /** A bot whose pods are to be known. */
  take(workload: StatefulSet): void;
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
  id: string;
  source: string;
  feed: Feed;
}

export interface HandsOptions {
  context: WatchContext;
  /** The namespace that may be looked at, null: all. */
  scope: string | null;
  source: string;
  /** The watch told of a pod; null: of all of them anew. */
  onPod(pod: Pod | null): void;
}

export function watchHands({ context, scope, source, onPod }: HandsOptions): Hands {
  const { table, clock } = context;
  const bots = new Map<string, HandBot>();
  let cover: Cover | null = null;
  /** What watches that ended told counts until their successor has listed. */
  let former: Cover[] = [];
  let disposed = false;
  let cancelPlan: Dispose | null = null;
  let cancelBegin: Dispose | null = null;

  const isReady = ({ feed }: Cover) => feed.health.synced || feed.health.lasting;
  const all = () => (cover ? [cover, ...former] : former);

  function planSoon(): void {
    // The first ones hold up what the trader looks at.
    cancelPlan ??= clock.after(cover === null ? 0 : SOON, plan);
  }
  function plan(): void {
    cancelPlan = null;
    const uids = new Set(bots.keys());
    if (uids.size === 0) end();
    else {
      const selection = handSelection([...bots.values()], scope);
      const id = JSON.stringify(selection);
      if (cover?.id === id) cover = { ...cover, bots: uids };
      else {
        const wait = cover || former.length > 0 ? GAP : 0;
        end();
        cancelBegin = clock.after(wait, () => begin(id, selection, uids));
      }
    }
    told();
  }
  /** Never two of them at once. */
  function end(): void {
    cancelBegin?.();
    cancelBegin = null;
    if (!cover) return;
    if (isReady(cover)) former.push(cover);
    cover.feed.dispose();
    cover = null;
  }
  function begin(id: string, selection: Selection, whose: ReadonlySet<string>): void {
    cancelBegin = null;
    const own = `${source} ${id}`;
    const feed = startFeed<Pod>({
      ...context,
      resource: PODS,
      selection,
      kept: POD,
      replace(items) {
        table.pods.replace(own, items);
        onPod(null);
      },
      upsert(pod) {
        table.pods.upsert(own, pod);
        onPod(pod);
      },
      remove(pod) {
        table.pods.remove(own, pod);
        onPod(pod);
      },
      onHealth: told,
    });
    cover = { bots: whose, id, source: own, feed };
  }
  function told(): void {
    if (disposed) return;
    if (former.length > 0 && settled()) former = [];
    context.onHealth();
  }
  const settled = () => cancelPlan === null && cancelBegin === null && (cover === null || isReady(cover));

  return {
    get feeds() {
      return cover ? [cover.feed] : [];
    },
    take(workload) {
      const bot = handBotOf(workload);
      bots.set(bot.uid, bot);
      if (!cover?.bots.has(bot.uid)) planSoon();
    },
    keep(uids) {
      // What a watch shows of bots that are gone is passed over; it is planned anew with the next one that comes, and ends with the last.
      for (const uid of [...bots.keys()]) if (!uids.has(uid)) bots.delete(uid);
      if (bots.size === 0 && (cover || cancelBegin)) planSoon();
    },
    knows: (uid) => all().some((one) => one.bots.has(uid) && (one !== cover || isReady(one))),
    settled,
    sources: () => all().map((one) => one.source),
    dispose() {
      disposed = true;
      cancelPlan?.();
      cancelBegin?.();
      cover?.feed.dispose();
    },
  };
}
