import type { ContainerStatus, Pod } from '../cluster/objects';
import { humanDuration, restartsText } from '../../shared/duration';
import type { Obj } from './objects';

const COLUMNS: [string, string, number][] = [
  ['Name', 'name', 0],
  ['Ready', '', 0],
  ['Status', '', 0],
  ['Restarts', '', 0],
  ['Age', '', 0],
  ['IP', '', 1],
  ['Node', '', 1],
  ['Nominated Node', '', 1],
  ['Readiness Gates', '', 1],
];

/** Pods as the server's own printer shows them (pkg/printers/internalversion). */
export function tableOf(pods: Obj[], resourceVersion: string, now: number): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion },
    columnDefinitions: COLUMNS.map(([name, format, priority]) => ({
      name,
      type: 'string',
      format,
      description: '',
      priority,
    })),
    rows: pods.map((object) => ({
      cells: cells(object as unknown as Pod, now),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

function cells(pod: Pod, now: number): unknown[] {
  const { ready, total, reason, restarts, lastRestart } = summary(pod);
  const status = pod.status as (Pod['status'] & { podIP?: string }) | undefined;
  return [
    pod.metadata.name,
    `${ready}/${total}`,
    reason,
    restartsText(restarts, lastRestart, now),
    humanDuration(now - Date.parse(pod.metadata.creationTimestamp)),
    status?.podIP ?? '<none>',
    pod.spec.nodeName ?? '<none>',
    '<none>',
    '<none>',
  ];
}

function summary(pod: Pod) {
  const status = pod.status ?? {};
  let reason = status.reason ?? status.phase ?? '';
  let [ready, restarts] = [0, 0];
  let lastRestart: number | null = null;
  const count = (one: ContainerStatus) => {
    restarts += one.restartCount;
    const ended = one.lastState?.terminated?.finishedAt;
    if (ended) lastRestart = Math.max(lastRestart ?? 0, Date.parse(ended));
  };
  const words = (ended: { reason?: string; signal?: number; exitCode: number }) =>
    ended.reason || (ended.signal ? `Signal:${ended.signal}` : `ExitCode:${ended.exitCode}`);
  const starting = (status.initContainerStatuses ?? []).findIndex((one) => one.state?.terminated?.exitCode !== 0);
  if (starting >= 0) {
    const { state } = status.initContainerStatuses![starting]!;
    status.initContainerStatuses!.slice(0, starting + 1).forEach(count);
    if (state?.terminated) reason = `Init:${words(state.terminated)}`;
    else if (state?.waiting?.reason && state.waiting.reason !== 'PodInitializing')
      reason = `Init:${state.waiting.reason}`;
    else reason = `Init:${starting}/${pod.spec.initContainers?.length ?? 0}`;
  } else {
    for (const one of [...(status.containerStatuses ?? [])].reverse()) {
      count(one);
      if (one.state?.waiting?.reason) reason = one.state.waiting.reason;
      else if (one.state?.terminated) reason = words(one.state.terminated);
      else if (one.ready && one.state?.running) ready++;
    }
  }
  if (pod.metadata.deletionTimestamp && !['Succeeded', 'Failed'].includes(status.phase ?? '')) reason = 'Terminating';
  return { ready, total: pod.spec.containers.length, reason, restarts, lastRestart };
}
