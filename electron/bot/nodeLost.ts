import type { Pod } from '../cluster/objects';

/** Seconds after its grace period by which a pod whose node answers is gone. */
const LATE = 60;

/** What nodes in question say of themselves; one in neither set was not asked, or could not be. */
export interface NodesWord {
  lost: ReadonlySet<string>;
  answering: ReadonlySet<string>;
}

/** Whether a pod should long have ended. The deletion's time is the end of the grace period. */
export const isOverdue = ({ metadata }: Pod, now: number): boolean =>
  metadata.deletionTimestamp !== undefined && now > Date.parse(metadata.deletionTimestamp) + LATE * 1000;

/** Whether `isNodeLost` or `isOverdue` can become true without another word of the pod itself: by its node's word, or by time. */
export const mayBeLost = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined ||
  status?.reason === 'NodeLost' ||
  (status?.conditions?.some(({ type, status }) => type === 'Ready' && status !== 'True') ?? false);

/**
 * Whether a pod's node does not answer, so that nobody knows what the bot does: it is probably still trading. Known by the node's own word
 * (`nodes`), by the old `NodeLost`, by a pod called not ready while all its containers are called ready (the node controller writes
 * only the first when a node falls silent), or by a pod that should long have ended on a node
 * that is not known to answer.
 */
export function isNodeLost(pod: Pod, nodes: NodesWord | undefined, now: number): boolean {
  const { status, spec } = pod;
  if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return false;
  if (nodes?.lost.has(spec.nodeName) || status?.reason === 'NodeLost') return true;
  const is = (type: string, wanted: string): boolean =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === wanted) ?? false;
  if (is('Ready', 'Unknown')) return true;
  if (!spec.readinessGates?.length && is('Ready', 'False') && is('ContainersReady', 'True')) return true;
  return isOverdue(pod, now) && !nodes?.answering.has(spec.nodeName);
}
