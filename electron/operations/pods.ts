import type { OpenOrders } from '../hummingbot/openOrders';
import { openOrdersCommand, parseOpenOrders } from '../hummingbot/openOrders';
import { parseReading, statusCommand, type Reading } from '../hummingbot/reading';
import { EVENTS, execOnce, NODES, pathOf, PODS, query } from '../cluster';
import type { Condition, Event, Pod, StatefulSet } from '../cluster/objects';
import type { Clock } from '../cluster/types';
import { toAppError, type AppError } from '../../shared/errors';
import type { Node } from './resources';
import { orNull, type Site } from './site';
import { plain } from './text';

/** A StatefulSet's one pod, if it is the StatefulSet's own. */
export async function podOfBot(site: Site, workload: StatefulSet): Promise<Pod | null> {
  const { namespace = '', name, uid } = workload.metadata;
  const pod = await orNull(site.api.get<Pod>(PODS, namespace, `${name}-0`));
  return pod?.metadata.ownerReferences?.some((owner) => owner.uid === uid) ? pod : null;
}

/** Events of these objects (by uid), in any order; none where they may not be seen. */
export async function eventsOf(site: Site, namespace: string, uids: (string | undefined)[]): Promise<Event[]> {
  const wanted = uids.filter((uid): uid is string => !!uid);
  const lists = await Promise.all(
    wanted.map((uid) =>
      orNull(site.api.list<Event>(EVENTS, namespace, { fieldSelector: `involvedObject.uid=${uid}` }), 'FORBIDDEN'),
    ),
  );
  return lists.flatMap((list) => list?.items ?? []);
}

/** The last lines of a container's log, '' where it has none; null where it could not be read. */
export async function logTail(
  site: Site,
  pod: Pod,
  container: string,
  options: { previous?: boolean; lines?: number } = {},
): Promise<string | null> {
  const { namespace = '', name } = pod.metadata;
  const ask = query({
    container,
    tailLines: options.lines ?? 40,
    limitBytes: 400_000,
    previous: options.previous || undefined,
  });
  try {
    const answer = await site.api.transport.request({
      method: 'GET',
      path: pathOf(PODS, namespace, name, 'log') + ask,
      timeoutMs: 15_000,
    });
    return answer.status === 200 ? plain(answer.body).trim() : null;
  } catch {
    return null;
  }
}

const at = (pod: Pod, container: string) => ({
  namespace: pod.metadata.namespace ?? '',
  pod: pod.metadata.name,
  container,
});

/** Asks an engine run how it is. Each asking makes the bot ask its exchanges for balances: keep a pace. @throws Failure (FORBIDDEN without the right to exec) */
export async function readEngine(
  site: Site,
  pod: Pod,
  container: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Reading> {
  const result = await execOnce(site.api, at(pod, container), statusCommand(8), { clock, signal, timeoutMs: 25_000 });
  return parseReading(result.stdout);
}

/** Orders that may be open, from the bot's own database. Never throws but CANCELLED: what can't be read is not known. */
export async function readOpenOrders(
  site: Site,
  pod: Pod,
  container: string,
  strategyFile: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<OpenOrders & { forbidden?: AppError }> {
  try {
    const result = await execOnce(site.api, at(pod, container), openOrdersCommand(strategyFile), {
      clock,
      signal,
      timeoutMs: 20_000,
    });
    return parseOpenOrders(result.stdout);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const error = toAppError(thrown);
    return { known: false, reason: error.message, ...(error.code === 'FORBIDDEN' ? { forbidden: error } : {}) };
  }
}

/** Since when the node of a pod has not answered, ms since 1970 (0: since an unknown time); null: it answers, as far as is known. */
export async function nodeLostSince(site: Site, pod: Pod): Promise<number | null> {
  const name = pod.spec.nodeName;
  if (!name) return null;
  const node = await orNull(site.api.get<Node>(NODES, null, name), 'FORBIDDEN');
  return lostSince(pod, node);
}

/** The node controller's word (node condition, else what it wrote on the pod). */
export function lostSince(pod: Pod, node: Node | null): number | null {
  const time = (condition: Condition | { lastTransitionTime?: string } | undefined) =>
    Date.parse(condition?.lastTransitionTime ?? '') || 0;
  const ready = node?.status?.conditions?.find((one) => one.type === 'Ready');
  if (ready) return ready.status === 'True' ? null : time(ready);
  const podReady = pod.status?.conditions?.find((one) => one.type === 'Ready');
  if (pod.status?.reason === 'NodeLost') return time(podReady);
  // Written by the node controller when it marks a silent node's pods; a kubelet never says this of its own pod.
  return podReady?.status !== 'True' && podReady?.reason === 'NodeNotReady' ? time(podReady) : null;
}

/** Whether the container has run in this pod at all. Where nothing was told of it, it may have. */
export function everRan(pod: Pod, container: string): boolean {
  const status = pod.status?.containerStatuses?.find((one) => one.name === container);
  if (!status) return !!pod.spec.nodeName && !!pod.status?.startTime;
  return (
    status.restartCount > 0 || !!status.state?.running || !!status.state?.terminated || !!status.lastState?.terminated
  );
}

export const isRunning = (pod: Pod, container: string): boolean =>
  !!pod.status?.containerStatuses?.find((status) => status.name === container)?.state?.running;
