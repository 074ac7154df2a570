import { toAppError, type AppError } from '../../shared/errors';
import type { AppEvent } from '../../shared/events';
import type { MetricsNews, Usage } from '../../shared/metrics';
import { amountOf } from '../../shared/quantity';
import { LABEL } from '../bot/format';
import { pathOf, POD_METRICS, query, type KubeList, type KubeObject } from '../cluster';
import type { Clock, Dispose } from '../cluster/types';
import type { PodOfRow } from './podOfRow';
import type { ClusterConnection, Fleet } from './types';

/** A cluster is asked so often while one of its rows is in view (metrics servers measure every 15 to 60 s), ms. */
export const METRICS_EVERY = 30_000;
/** What is older than this is of a pod that is gone. ms */
const OLD = 600_000;
/** After a refusal, or where metrics are not served, ms. */
const SELDOM = 600_000;
/** Lists of so many namespaces at most before the whole cluster is asked once instead. */
const FEW = 3;

export interface Metrics {
  /** Rows that can be seen now, by their ids; empty while the window is hidden. */
  inView(ids: readonly string[]): void;
  dispose: Dispose;
}

/** Of `metrics.k8s.io/v1beta1` PodMetrics. */
interface PodMetrics extends KubeObject {
  timestamp?: string;
  containers?: { name: string; usage?: Record<string, string> }[];
}
interface Lane {
  /** By namespace, pod and container: cores, bytes, ms. */
  known: Map<string, { cpu: number; memory: number; at: number }>;
  nextAt: number;
  busy: boolean;
  why: string;
}

/**
 * CPU and memory of bots in view, where a cluster serves `metrics.k8s.io`: one list of the app's bots a cluster (or a namespace) each 30 s,
 * nothing for others, nothing while the window is hidden.
 */
export function createMetrics(options: {
  fleet: Pick<Fleet, 'connectionOf' | 'podOfRow' | 'spare'>;
  clock: Clock;
  emit(event: AppEvent): void;
}): Metrics {
  const { fleet, clock, emit } = options;
  const lanes = new Map<string, Lane>();
  const control = new AbortController();
  let seen: readonly string[] = [];
  let cancel: Dispose = () => {};

  const laneOf = (id: string): Lane => {
    const lane = lanes.get(id) ?? { known: new Map(), nextAt: -Infinity, busy: false, why: '' };
    lanes.set(id, lane);
    return lane;
  };
  function inViewByCluster(): Map<string, { id: string; pod: PodOfRow }[]> {
    const clusters = new Map<string, { id: string; pod: PodOfRow }[]>();
    for (const id of seen) {
      const pod = fleet.podOfRow(id);
      if (pod) clusters.set(pod.clusterId, [...(clusters.get(pod.clusterId) ?? []), { id, pod }]);
    }
    return clusters;
  }

  function pump(): void {
    cancel();
    if (control.signal.aborted || seen.length === 0) return;
    const now = clock.now();
    for (const [clusterId, rows] of inViewByCluster()) {
      const lane = laneOf(clusterId);
      // Further off than ever: the clock was set back.
      const due = now >= lane.nextAt || lane.nextAt - now > SELDOM;
      if (!lane.busy && due) void ask(clusterId, lane, rows);
    }
    cancel = clock.after(5_000, pump);
  }

  async function ask(clusterId: string, lane: Lane, rows: { pod: PodOfRow }[]): Promise<void> {
    lane.busy = true;
    lane.nextAt = clock.now() + METRICS_EVERY;
    try {
      for (const { namespace, labelSelector } of placesOf(fleet.connectionOf(clusterId), rows)) {
        await fleet.spare.turn('metrics');
        // Nobody looks any more; who looks again does not wait.
        if (control.signal.aborted || !inViewByCluster().has(clusterId))
          return void Object.assign(lane, { nextAt: -Infinity, busy: false });
        const connection = fleet.connectionOf(clusterId);
        // Metrics servers know no pages.
        const path = pathOf(POD_METRICS, namespace) + query({ labelSelector });
        const { items } = await connection.api.raw<KubeList<PodMetrics>>('GET', path, undefined, {
          signal: control.signal,
        });
        for (const item of items ?? []) take(lane, item);
      }
      lane.why = '';
      forgetOld(lane);
    } catch (thrown) {
      const error = toAppError(thrown);
      lane.why = reason(error);
      // A server without metrics says 404; one that is registered and does not answer, 503.
      if (error.status === 404 || error.status === 403) lane.nextAt = clock.now() + SELDOM;
    }
    lane.busy = false;
    if (!control.signal.aborted) tell([clusterId]);
  }

  function take(lane: Lane, { metadata, timestamp, containers }: PodMetrics): void {
    const at = Date.parse(timestamp ?? '');
    if (Number.isNaN(at)) return;
    for (const { name, usage } of containers ?? [])
      if (usage?.['cpu'] !== undefined && usage['memory'] !== undefined)
        lane.known.set(`${metadata.namespace}/${metadata.name}/${name}`, {
          cpu: amountOf(usage['cpu']),
          memory: amountOf(usage['memory']),
          at,
        });
  }

  function tell(clusterIds: readonly string[]): void {
    const news: MetricsNews = { usage: {}, clusters: {} };
    for (const [clusterId, rows] of inViewByCluster()) {
      if (!clusterIds.includes(clusterId)) continue;
      const lane = laneOf(clusterId);
      news.clusters[clusterId] = lane.why;
      for (const { id, pod } of rows) {
        const usage = usageOf(lane, pod);
        if (usage) news.usage[id] = usage;
      }
    }
    if (Object.keys(news.clusters).length > 0) emit({ t: 'metrics', ...news });
  }

  return {
    inView(ids) {
      seen = ids;
      if (ids.length === 0) return cancel();
      // What another row's list brought along is there already.
      tell([...lanes].filter(([, lane]) => lane.known.size > 0 || lane.why).map(([id]) => id));
      pump();
    },
    dispose() {
      control.abort();
      cancel();
    },
  };
}

function forgetOld({ known }: Lane): void {
  const newest = Math.max(...[...known.values()].map(({ at }) => at));
  for (const [key, { at }] of known) if (at < newest - OLD) known.delete(key);
}

/** What was measured before its container was started is another run's. */
function usageOf(lane: Lane, pod: PodOfRow): Usage | null {
  const found = lane.known.get(`${pod.namespace}/${pod.podName}/${pod.container}`);
  if (!found || pod.startedAt === null || found.at < pod.startedAt) return null;
  return { ...found, cpuLimit: pod.cpuLimit, memoryLimit: pod.memoryLimit };
}

/** The app's bots by their label; where a bot made by hand is in view its namespace as a whole, for it carries no label of ours. */
function placesOf(
  { namespaces }: Pick<ClusterConnection, 'namespaces'>,
  rows: { pod: PodOfRow }[],
): { namespace: string | null; labelSelector?: string }[] {
  const whole = new Set(rows.filter(({ pod }) => !pod.managed).map(({ pod }) => pod.namespace));
  const labelled = [...new Set(rows.map(({ pod }) => pod.namespace))].filter((one) => !whole.has(one));
  const own = { labelSelector: LABEL.bot };
  const ours =
    namespaces === null && labelled.length > FEW
      ? [{ namespace: null, ...own }]
      : labelled.map((namespace) => ({ namespace, ...own }));
  return [...ours, ...[...whole].map((namespace) => ({ namespace }))];
}

function reason({ status, message }: AppError): string {
  if (status === 404) return 'This cluster serves no metrics: it has no metrics server (metrics.k8s.io).';
  if (status === 403) return 'Your sign-in may not read metrics here (missing right: list pods.metrics.k8s.io).';
  return `Its metrics could not be read: ${message}`;
}
