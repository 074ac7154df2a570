import type { AppError } from '../../shared/errors';
import { LABEL } from '../bot/format';
import { recognise } from '../bot/recognise';
import type { Pod, StatefulSet } from '../cluster/objects';
import { PODS, STATEFUL_SETS } from '../cluster/resources';
import type { Api, Clock, Dispose } from '../cluster/types';
import { handBotOf, podsLackLabel } from './byhand';
import { startFeed, type Feed, type StartReflector } from './feed';
import { watchHands } from './hands';
import { keyOf } from './store';
import type { ClusterTable } from './table';

/** What all watches of one context on one cluster share. */
export interface WatchContext {
  contextId: string;
  api: Api;
  clock: Clock;
  watchSeconds?(): number;
  /** Whether the context's connection lives; what is asked by the way is not asked of another. */
  live(): boolean;
  start: StartReflector;
  table: ClusterTable;
  verify(): Promise<void>;
  proven(): boolean;
  onHealth(): void;
  onWrongCluster(error: AppError): void;
}

/** The bots of a namespace, or of all of them. */
export interface Scope {
  readonly namespace: string | null;
  readonly workloads: Feed;
  /** Of bots that carry the app's label. */
  readonly pods: Feed;
  feeds(): readonly Feed[];
  /** Bots made by hand are shown too. */
  complete(): boolean;
  /** Names in the stores under which this scope's knowledge stands. */
  sources(): string[];
  dispose: Dispose;
}

/** Bots whose pods the label does not find, although it should, are looked for so often, ms; no request is made for it. */
const LOOK_EVERY = 30_000;

/**
 * Watches workloads, which are few, without a selector, so that bots made by hand are found as they come and no look has to be
 * repeated; of pods only those of bots. A workload is shown once its pods are known (or known to be refused): a bot that runs must
 * never flash up as stopped because one list was quicker than the other.
 */
export function startScope(context: WatchContext, namespace: string | null): Scope {
  const { table, clock, contextId } = context;
  const source = JSON.stringify([contextId, namespace]);
  const labelled = `${source} label`;
  /** Not shown yet. */
  const waiting = new Map<string, StatefulSet>();
  /** Uids of labelled bots whose pods are not labelled. */
  const alone = new Set<string>();
  const hands = watchHands(context, namespace, source, release);
  let disposed = false;
  let cancelLook = clock.after(LOOK_EVERY, look);

  const podsKnown = () => podFeed.health.synced || podFeed.health.lasting;
  const lacks = ({ metadata, spec }: StatefulSet) =>
    metadata.labels?.[LABEL.bot] === undefined ||
    spec.template.metadata?.labels?.[LABEL.bot] === undefined ||
    alone.has(metadata.uid);

  /** Whether it may be shown now; bots made by hand are asked for at once. */
  function admit(item: StatefulSet): boolean {
    if (!lacks(item)) return podsKnown();
    hands.take(handBotOf(item));
    return hands.knows(item.metadata.uid);
  }
  function replace(items: StatefulSet[]): void {
    const bots = items.filter((item) => recognise(item) !== null);
    const uids = new Set(bots.map(({ metadata }) => metadata.uid));
    hands.keep(uids);
    for (const uid of alone) if (!uids.has(uid)) alone.delete(uid);
    waiting.clear();
    const ready: StatefulSet[] = [];
    for (const item of bots) {
      if (admit(item)) ready.push(item);
      else waiting.set(keyOf(item), item);
    }
    table.workloads.replace(source, ready);
  }
  function upsert(item: StatefulSet): void {
    if (recognise(item) === null) return remove(item);
    waiting.delete(keyOf(item));
    if (admit(item)) table.workloads.upsert(source, item);
    else waiting.set(keyOf(item), item);
  }
  function remove(item: StatefulSet): void {
    waiting.delete(keyOf(item));
    table.workloads.remove(source, item);
  }
  function release(): void {
    for (const [key, item] of waiting) {
      if (lacks(item) ? !hands.knows(item.metadata.uid) : !podsKnown()) continue;
      waiting.delete(key);
      table.workloads.upsert(source, item);
    }
  }

  /** The label finds no pods of theirs: adopted while they ran. Once seen, watched as bots made by hand are. */
  function look(): void {
    cancelLook();
    cancelLook = clock.after(LOOK_EVERY, look);
    if (!podFeed.health.synced) return;
    for (const workload of table.workloads.values()) {
      const { name, namespace: own = '', uid } = workload.metadata;
      if ((namespace !== null && own !== namespace) || alone.has(uid)) continue;
      if (!podsLackLabel(workload, table.row(own, name)?.hasPod === true)) continue;
      alone.add(uid);
      hands.take(handBotOf(workload));
    }
  }

  let looked = false;
  const podFeed: Feed = startFeed<Pod>({
    ...context,
    resource: PODS,
    selection: { namespace, labelSelector: LABEL.bot },
    replace: (items) => table.pods.replace(labelled, items),
    upsert: (pod) => table.pods.upsert(labelled, pod),
    remove: (pod) => table.pods.remove(labelled, pod),
    onHealth,
  });
  const workloadFeed = startFeed<StatefulSet>({
    ...context,
    resource: STATEFUL_SETS,
    selection: { namespace },
    replace,
    upsert,
    remove,
    onHealth,
  });
  function onHealth(): void {
    if (disposed) return;
    if (waiting.size > 0) release();
    if (!looked && podFeed.health.synced && workloadFeed.health.synced) {
      looked = true;
      look();
    }
    context.onHealth();
  }

  return {
    namespace,
    workloads: workloadFeed,
    pods: podFeed,
    feeds: () => [workloadFeed, podFeed, ...hands.feeds],
    complete: () => waiting.size === 0 && hands.settled(),
    sources: () => [source, labelled, ...hands.sources()],
    dispose() {
      disposed = true;
      cancelLook();
      hands.dispose();
      workloadFeed.dispose();
      podFeed.dispose();
    },
  };
}
