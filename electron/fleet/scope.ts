import type { AppError } from '../../shared/errors';
import { LABEL } from '../bot/format';
import type { Pod, StatefulSet } from '../cluster/objects';
import { PODS } from '../cluster/resources';
import type { Api, Clock, Dispose } from '../cluster/types';
import { podsLackLabel } from './byhand';
import { startFeed, type Feed, type StartReflector } from './feed';
import { watchHands } from './hands';
import type { Spare } from './spare';
import { POD } from './slimProto';
import type { ClusterTable } from './table';
import type { Turn } from './turns';
import { startWorkloads } from './workloads';

/** What all watches of one context on one cluster share. */
export interface WatchContext {
  contextId: string;
  api: Api;
  clock: Clock;
  watchSeconds?(): number;
  /** In place of watches: lists, each time so much later. */
  everySeconds?(): number;
  spare: Spare;
  /** Turns for what no row waits for. */
  later: Turn;
  /** When a look that takes so many requests is due again. */
  lookSeconds(requests: number): number;
  /** Whether the context's connection lives; what is asked by the way is not asked of another. */
  live(): boolean;
  start: StartReflector;
  table: ClusterTable;
  verify(): Promise<void>;
  /** It has just told who it is. */
  proven(): boolean;
  onHealth(): void;
  /** The time of a last word differs, and nothing else. */
  onWord(): void;
  onWrongCluster(error: AppError): void;
}

/** The bots of a namespace, or of all of them. */
export interface Scope {
  readonly namespace: string | null;
  readonly workloads: Feed;
  /** Of bots that carry the app's label. */
  readonly pods: Feed;
  feeds(): readonly Feed[];
  /** The oldest look that its bots stand on where they are not watched; null: they are. ms since 1970 */
  lookedAt(): number | null;
  /** Bots made by hand are shown too. */
  complete(): boolean;
  /** Names in the stores under which this scope's knowledge stands. */
  sources(): string[];
  kick(): void;
  /** The app did something to a bot here: what is not watched is listed anew. */
  look(): void;
  dispose: Dispose;
}

/** Bots whose pods the label does not find, although it should, are looked for so often, ms; no request is made for it. */
const LOOK_EVERY = 30_000;
/** What the app does to many bots at once is looked at once, ms. */
const AFTER_OWN = 1_000;

/**
 * Keeps workloads known (`workloads.ts`), and of pods only those of bots: by the app's label, or as their own selectors have it (`hands.ts`).
 * A workload is shown once its pods are known (or known to be refused): a bot that runs must never flash up as stopped because one list was
 * quicker than the other.
 */
export function startScope(context: WatchContext, namespace: string | null): Scope {
  const { table, clock, contextId } = context;
  const source = JSON.stringify([contextId, namespace]);
  const [labelled, byHand] = [`${source} label`, `${source} hand`];
  /** Uids of labelled bots whose pods are not labelled. */
  const alone = new Set<string>();
  let disposed = false;
  let cancelLook = clock.after(LOOK_EVERY, lookForAlone);
  let cancelListed: Dispose | null = null;

  const podsKnown = () => podFeed.health.synced || podFeed.health.lasting;
  const lacks = ({ metadata, spec }: StatefulSet) =>
    metadata.labels?.[LABEL.bot] === undefined ||
    spec.template.metadata?.labels?.[LABEL.bot] === undefined ||
    alone.has(metadata.uid);

  /** The label finds no pods of theirs: adopted while they ran. Once seen, watched as bots made by hand are. */
  function lookForAlone(): void {
    cancelLook();
    cancelLook = clock.after(LOOK_EVERY, lookForAlone);
    if (!podFeed.health.synced || !news) return;
    news = false;
    for (const workload of table.workloads.values()) {
      const { name, namespace: own = '', uid } = workload.metadata;
      if ((namespace !== null && own !== namespace) || alone.has(uid)) continue;
      if (!podsLackLabel(workload, table.podsOf(`${own}/${name}`).length > 0)) continue;
      alone.add(uid);
      hands.take(workload);
    }
  }

  let looked = false;
  /** Something was told since it was looked for them. */
  let news = true;
  const told = <A extends unknown[]>(take: (...args: A) => void) => {
    return (...args: A) => {
      news = true;
      take(...args);
    };
  };
  const podFeed: Feed = startFeed<Pod>({
    ...context,
    resource: PODS,
    selection: { namespace, labelSelector: LABEL.bot },
    kept: POD,
    replace: told((items) => table.pods.replace(labelled, items)),
    upsert: told((pod) => table.pods.upsert(labelled, pod)),
    remove: told((pod) => table.pods.remove(labelled, pod)),
    onHealth,
    onWord,
  });
  const hands = watchHands({
    context: { ...context, onHealth, onWord },
    scope: namespace,
    source,
    // Listed anew and anew they tell of no change; workloads are looked at as often.
    onPod(pod) {
      if (!context.everySeconds) workloads.podTold(pod);
    },
  });
  const workloads = startWorkloads({
    context: { ...context, onHealth, onWord },
    namespace,
    sources: { watch: source, byHand },
    gate: {
      admit(item) {
        news = true;
        if (!lacks(item)) return podsKnown();
        hands.take(item);
        return hands.knows(item.metadata.uid);
      },
      knows: (item) => (lacks(item) ? hands.knows(item.metadata.uid) : podsKnown()),
      keep(uids) {
        hands.keep(uids);
        for (const uid of alone) if (!uids.has(uid)) alone.delete(uid);
      },
    },
  });
  function onWord(): void {
    if (disposed) return;
    workloads.release();
    context.onWord();
  }
  function onHealth(): void {
    if (disposed) return;
    workloads.release();
    if (!looked && podFeed.health.synced && workloads.feed.health.synced) {
      looked = true;
      lookForAlone();
    }
    context.onHealth();
  }

  return {
    namespace,
    workloads: workloads.feed,
    pods: podFeed,
    feeds: () => [workloads.feed, podFeed, workloads.look, ...hands.feeds],
    lookedAt() {
      const listed = context.everySeconds ? [workloads.feed, podFeed, ...hands.feeds] : [];
      return oldest([...listed.map(({ health }) => health.lastWordAt), workloads.lookedAt()]);
    },
    complete: () => workloads.complete() && hands.settled(),
    sources: () => [source, labelled, byHand, ...hands.sources()],
    kick() {
      workloads.kick();
      for (const feed of [podFeed, ...hands.feeds]) feed.kick();
    },
    look() {
      if (!context.everySeconds) return;
      cancelListed ??= clock.after(AFTER_OWN, () => {
        cancelListed = null;
        for (const feed of [workloads.feed, podFeed, ...hands.feeds]) if (!feed.health.lasting) feed.kick();
        // Of bots that no list tells of.
        workloads.podTold(null);
      });
    },
    dispose() {
      disposed = true;
      cancelLook();
      cancelListed?.();
      hands.dispose();
      workloads.dispose();
      podFeed.dispose();
    },
  };
}

function oldest(times: readonly (number | null)[]): number | null {
  const known = times.filter((at) => at !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
