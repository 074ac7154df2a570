import type { AppError } from '../../shared/errors';
import type { Pod, StatefulSet } from '../cluster/objects';
import type { Api, Clock, Dispose } from '../cluster/types';
import { startFeed, type Feed, type Selection, type StartReflector } from './feed';
import { PODS, STATEFUL_SETS } from '../cluster/resources';
import type { ClusterTable } from './table';

/** What all watches of one context on one cluster share. */
export interface WatchContext {
  contextId: string;
  api: Api;
  clock: Clock;
  start: StartReflector;
  table: ClusterTable;
  verify(): Promise<void>;
  proven(): boolean;
  onHealth(): void;
  onWrongCluster(error: AppError): void;
  /** Each workload that comes or changes, once it is in the table. */
  onWorkload?(workload: StatefulSet): void;
}

/** Workloads and the pods that belong to them, watched side by side. */
export interface Pair {
  /** Names in the stores under which this pair's knowledge stands. */
  readonly source: string;
  readonly namespace: string | null;
  readonly feeds: readonly Feed[];
  readonly workloads: Feed;
  readonly pods: Feed;
  dispose: Dispose;
}

/**
 * Starts both watches. Workloads are only shown once their pods are known (or known to be refused): a bot that runs must
 * never flash up as stopped because one list was quicker than the other.
 */
export function startPair(context: WatchContext, workloads: Selection, pods: Selection): Pair {
  const { table, onHealth } = context;
  const source = [context.contextId, workloads, pods].map((part) => JSON.stringify(part)).join(' ');
  let held: (() => void)[] | null = [];
  const gate = (run: () => void) => void (held ? held.push(run) : run());

  function open(): void {
    const waiting = held ?? [];
    held = null;
    for (const run of waiting) run();
  }
  let podFeed: Feed | null = null;
  podFeed = startFeed<Pod>({
    ...context,
    resource: PODS,
    selection: pods,
    replace(items) {
      table.pods.replace(source, items);
      open();
    },
    upsert: (pod) => table.pods.upsert(source, pod),
    remove: (pod) => table.pods.remove(source, pod),
    onHealth() {
      if (podFeed?.health.lasting) open();
      onHealth();
    },
  });
  const workloadFeed = startFeed<StatefulSet>({
    ...context,
    resource: STATEFUL_SETS,
    selection: workloads,
    replace: (items) =>
      gate(() => {
        table.workloads.replace(source, items);
        items.forEach((item) => context.onWorkload?.(item));
      }),
    upsert: (item) =>
      gate(() => {
        table.workloads.upsert(source, item);
        context.onWorkload?.(item);
      }),
    remove: (item) => gate(() => table.workloads.remove(source, item)),
  });
  return {
    source,
    namespace: workloads.namespace,
    feeds: [workloadFeed, podFeed],
    workloads: workloadFeed,
    pods: podFeed,
    dispose() {
      workloadFeed.dispose();
      podFeed.dispose();
      held = [];
    },
  };
}
