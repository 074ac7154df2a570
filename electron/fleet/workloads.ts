import { LABEL } from '../bot/format';
import { recognise } from '../bot/recognise';
import type { Pod, StatefulSet } from '../cluster/objects';
import { STATEFUL_SETS } from '../cluster/resources';
import type { Dispose } from '../cluster/types';
import { createDoubts } from './doubts';
import { startFeed, type Feed } from './feed';
import { startLook, type Found } from './look';
import type { WatchContext } from './scope';
import { createShelf, type Gate } from './shelf';
import { STATEFUL_SET } from './slimProto';
import { keyOf } from './store';
import { switchingFeed } from './switching';
import { ownerKey } from './table';

/** With so many workloads of other people beside bots made by hand all are watched; with more than that many no longer. */
const FEW = 200;
const TOO_MANY = 400;
/** After a pod of a bot made by hand changed its workload is asked for, once for all that comes at once. ms */
const AFTER_POD = 1_000;

export interface Workloads {
  readonly feed: Feed;
  /** Tells of trouble as a feed does. */
  readonly look: Feed;
  /** What is not watched of bots made by hand is as old as this; null: all is watched. ms since 1970 */
  lookedAt(): number | null;
  /** Pods of some more bots are known. */
  release(): void;
  /** The watch of pods of bots made by hand told of one; null: of all of them anew. */
  podTold(pod: Pod | null): void;
  /** All of them are known, those made by hand too. */
  complete(): boolean;
  kick(): void;
  dispose: Dispose;
}

export interface WorkloadsOptions {
  context: WatchContext;
  /** null: the whole cluster. */
  namespace: string | null;
  /** Names in the store: what the watch tells, and what looks and single questions tell of bots made by hand. */
  sources: { watch: string; byHand: string };
  gate: Gate;
}

/**
 * Keeps the bots' workloads known by one watch. Narrow: of those with the app's label; bots made by hand are found by looks, and asked
 * for one by one when their pods change, or when a workload leaves the label. Wide, where a look has found such bots among few others:
 * of all workloads, so that all of a bot's changes show as they come. On a cluster with many workloads of other people it stays narrow.
 */
export function startWorkloads({ context, namespace, sources, gate }: WorkloadsOptions): Workloads {
  const { table, clock } = context;
  const shelf = createShelf({ table: table.workloads, sources, gate });
  /** Answered while a look runs: newer than what it finds. */
  const answered = new Set<string>();
  const soon = new Map<string, Dispose>();
  /** Keys of others' workloads, while all are watched; of the last look their number. */
  const foreign = new Set<string>();
  let lastForeign = Infinity;
  let wide = false;
  /** While all were watched the last word was of then; null: never. */
  let watchedUntil: number | null = null;
  let disposed = false;
  let cancelRound: Dispose = () => {};

  const feed = switchingFeed(clock, begin());
  const look = startLook({ context, namespace, onBegin: () => answered.clear(), onFound });
  const doubts = createDoubts({
    context,
    answer: onAnswer,
    lookRequests: () => (look.running || look.failing ? null : look.requests),
    look: look.now,
  });

  function begin(): Feed {
    return startFeed<StatefulSet>({
      ...context,
      resource: STATEFUL_SETS,
      selection: { namespace, ...(wide ? {} : { labelSelector: LABEL.bot }) },
      kept: STATEFUL_SET,
      replace,
      upsert,
      remove,
      onHealth: context.onHealth,
    });
  }

  function replace(items: StatefulSet[]): void {
    const bots: StatefulSet[] = [];
    foreign.clear();
    for (const item of items) {
      if (recognise(item) !== null) bots.push(item);
      else foreign.add(keyOf(item));
    }
    const missing = shelf.replace(bots, wide);
    for (const key of missing) doubts.ask(key);
    // Of the app's own there is none to wait for.
    if (bots.length === 0 && !feed.health.synced) look.now();
    gate.keep(shelf.uids());
    tooMany();
  }
  function upsert(item: StatefulSet): void {
    const bot = recognise(item) !== null;
    if (bot) foreign.delete(keyOf(item));
    else foreign.add(keyOf(item));
    if (bot) shelf.told(item);
    else shelf.gone(item);
    tooMany();
  }
  function remove(item: StatefulSet): void {
    foreign.delete(keyOf(item));
    if (wide) return shelf.gone(item);
    // It went, or the label went from it: no watch tells which.
    shelf.doubted(item);
    doubts.ask(keyOf(item));
  }

  function onFound({ bots, foreign: others }: Found): void {
    lastForeign = others;
    const isNewer = (key: string) => answered.has(key) || doubts.has(key);
    shelf.found(bots, isNewer);
    gate.keep(shelf.uids());
    few();
  }
  function onAnswer(key: string, workload: StatefulSet | null): void {
    answered.add(key);
    if (workload !== null && recognise(workload) !== null) shelf.foundOne(workload);
    else shelf.lost(key);
    few();
    context.onHealth();
  }

  function few(): void {
    if (lastForeign <= FEW && shelf.anyByHand()) turn(true);
  }
  function tooMany(): void {
    // Not while its list is taken in.
    if (wide && foreign.size > TOO_MANY) clock.after(0, () => turn(false));
  }
  function round(): void {
    gate.keep(shelf.uids());
    if (!shelf.anyByHand()) return turn(false);
    cancelRound = clock.after(1000 * context.lookSeconds(1), round);
  }
  function turn(next: boolean): void {
    if (next === wide || disposed) return;
    wide = next;
    cancelRound();
    if (wide) {
      look.pause();
      quiet();
      cancelRound = clock.after(1000 * context.lookSeconds(1), round);
    } else {
      watchedUntil = feed.health.lastWordAt;
      lastForeign = Infinity;
      foreign.clear();
      shelf.narrow();
      look.now();
    }
    feed.turn(begin);
  }
  function quiet(): void {
    doubts.clear();
    for (const cancel of soon.values()) cancel();
    soon.clear();
  }

  function podTold(pod: Pod | null): void {
    if (wide) return;
    if (pod === null) {
      for (const key of shelf.byHand) doubts.ask(key);
      return;
    }
    const key = ownerKey(pod);
    if (key === null || soon.has(key) || !shelf.byHand.has(key)) return;
    soon.set(
      key,
      clock.after(AFTER_POD, () => {
        soon.delete(key);
        doubts.ask(key);
      }),
    );
  }

  return {
    feed,
    look,
    lookedAt() {
      if (wide || !shelf.anyUnwatched()) return null;
      return Math.max(look.foundAt ?? 0, watchedUntil ?? 0) || null;
    },
    release: shelf.release,
    podTold,
    complete: () => shelf.settled() && (wide || look.health.synced || look.health.lasting),
    kick() {
      feed.kick();
      doubts.kick();
      if (!wide) look.now();
    },
    dispose() {
      disposed = true;
      cancelRound();
      quiet();
      look.dispose();
      feed.dispose();
    },
  };
}
