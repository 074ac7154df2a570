import type { ContainerState, ContainerStatus, Pod } from '../cluster/objects';

export interface Columns {
  /** `1/1` */
  ready: string;
  status: string;
  restarts: number;
  /** ms since 1970 */
  lastRestartAt: number | null;
  /** ms since 1970 */
  createdAt: number;
}

/**
 * kubectl's READY, STATUS, RESTARTS and AGE of a pod, as the server's own table computes them (Kubernetes 1.34, pod printer of
 * pkg/printers/internalversion). `restartsText` and `humanDuration` of shared/duration make the cells of the last two.
 */
export function columnsOf(pod: Pod): Columns {
  const status = pod.status ?? {};
  const sidecars = new Set(
    pod.spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const total = pod.spec.containers.length + sidecars.size;
  const start = initColumns(pod, sidecars);
  const gated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  let reason = start.reason ?? (gated ? 'SchedulingGated' : status.reason || status.phase || '');
  let { ready, restarts, lastRestartAt } = start;
  // A restarted pod sandbox runs its init containers again while the pod stays initialised: then the containers speak.
  if (start.reason === null || isTrue(pod, 'Initialized', true)) {
    ready = start.sidecarsReady;
    ({ restarts, lastRestartAt } = start.sidecars);
    let running = false;
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      restarts += container.restartCount;
      lastRestartAt = later(lastRestartAt, endOf(container));
      const waiting = container.state?.waiting?.reason;
      const { terminated } = container.state ?? {};
      if (waiting) reason = waiting;
      else if (terminated) reason = terminatedReason(terminated);
      else if (container.ready && container.state?.running) {
        running = true;
        ready += 1;
      }
    }
    if (reason === 'Completed' && running) reason = isTrue(pod, 'Ready', false) ? 'Running' : 'NotReady';
  }
  const ended = status.phase === 'Failed' || status.phase === 'Succeeded';
  if (pod.metadata.deletionTimestamp && status.reason === 'NodeLost') reason = 'Unknown';
  else if (pod.metadata.deletionTimestamp && !ended) reason = 'Terminating';
  return {
    ready: `${ready}/${total}`,
    status: reason,
    restarts,
    lastRestartAt,
    createdAt: Date.parse(pod.metadata.creationTimestamp),
  };
}

interface InitColumns {
  /** `Init:…` while it lasts, null when all init containers are through. */
  reason: string | null;
  ready: number;
  sidecarsReady: number;
  restarts: number;
  lastRestartAt: number | null;
  sidecars: { restarts: number; lastRestartAt: number | null };
}

/** What the init containers say, up to the first that is not through. */
function initColumns(pod: Pod, sidecars: Set<string>): InitColumns {
  const columns: InitColumns = {
    reason: null,
    ready: 0,
    sidecarsReady: 0,
    restarts: 0,
    lastRestartAt: null,
    sidecars: { restarts: 0, lastRestartAt: null },
  };
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = sidecars.has(container.name);
    columns.restarts += container.restartCount;
    columns.lastRestartAt = later(columns.lastRestartAt, endOf(container));
    if (sidecar) {
      columns.sidecars.restarts += container.restartCount;
      columns.sidecars.lastRestartAt = later(columns.sidecars.lastRestartAt, endOf(container));
    }
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && container.started) {
      if (container.ready) columns.sidecarsReady += 1;
      continue;
    }
    if (terminated) columns.reason = `Init:${terminatedReason(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') columns.reason = `Init:${waiting.reason}`;
    else columns.reason = `Init:${index}/${pod.spec.initContainers?.length ?? 0}`;
    break;
  }
  columns.ready = columns.sidecarsReady;
  return columns;
}

function terminatedReason(state: NonNullable<ContainerState['terminated']>): string {
  if (state.reason) return state.reason;
  return state.signal ? `Signal:${state.signal}` : `ExitCode:${state.exitCode}`;
}

const endOf = (container: ContainerStatus): number | null => {
  const time = container.lastState?.terminated?.finishedAt;
  return time ? Date.parse(time) : null;
};
const later = (a: number | null, b: number | null): number | null => (b !== null && (a === null || a < b) ? b : a);

/** The first condition of a type counts, or any of them. */
function isTrue(pod: Pod, type: string, firstOnly: boolean): boolean {
  const found = pod.status?.conditions?.filter((condition) => condition.type === type) ?? [];
  return (firstOnly ? found.slice(0, 1) : found).some(({ status }) => status === 'True');
}
