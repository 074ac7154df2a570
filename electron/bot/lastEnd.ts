import { cleanText } from '../../shared/clean';
import type { ContainerStatus, Event, Pod } from '../cluster/objects';
import { exitMeaning } from '../hummingbot/exitCode';
import { eventTime } from './waiting';

/** How the last run of a bot's container ended. */
export interface LastEnd {
  /** Without a time: `Hummingbot did not accept its configuration or its password (exit code 4).` */
  sentence: string;
  outOfMemory: boolean;
  /** ms since 1970 by the node's clock; null: not told. */
  at: number | null;
}

/** By the pod's own status; null: it never ended. */
export function lastEndOf(pod: Pod | undefined, container: string): LastEnd | null {
  const end = endOf(pod?.status?.containerStatuses?.find((one) => one.name === container));
  if (!end) return null;
  return {
    sentence: `Hummingbot ${exitMeaning(end.exitCode, end.reason, end.signal)}.`,
    outOfMemory: end.reason === 'OOMKilled',
    at: Date.parse(end.finishedAt ?? '') || null,
  };
}
const endOf = (status: ContainerStatus | undefined) => status?.state?.terminated ?? status?.lastState?.terminated;

/** A node may kill so long before the end is written down: the grace of two minutes and a little. ms */
const KILLED_BEFORE = 180_000;

/**
 * Why a bot was last started again, in words, by its pod and what the events of it and of its earlier pods say; '' when it never was, or nothing
 * tells. Messages of events as kubelet, eviction and taint manager of Kubernetes 1.34 write them.
 */
export function lastRestartOf(pod: Pod | null, container: string, events: readonly Event[]): string {
  const end = lastEndOf(pod ?? undefined, container);
  const ofPod = (own: boolean) =>
    events
      .filter(({ involvedObject: { kind, uid } }) => kind === 'Pod' && (uid === pod?.metadata.uid) === own)
      .sort((a, b) => eventTime(b) - eventTime(a));
  if (end) {
    const before = ofPod(true).filter(({ reason }) => reason === 'Killing');
    const kill = before.find((event) => end.at === null || Math.abs(end.at - eventTime(event)) < KILLED_BEFORE);
    return `${killedFor(kill?.message ?? '')}${end.sentence}${end.at ? ` ${timeOf(end.at)}` : ''}`;
  }
  const former = ofPod(false);
  const why = former.map(formerEnd).find(Boolean) ?? '';
  if (!why || !pod) return why;
  const [was, is] = [imageIn(former), imageIn(ofPod(true))];
  return was && is && was !== is ? `${why} It ran ${was} then, and runs ${is} now.` : why;
}

const timeOf = (at: number): string => `(${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC)`;

function killedFor(message: string): string {
  if (/failed liveness probe/.test(message))
    return 'The cluster ended it because it no longer answered its health check (liveness probe). ';
  if (/failed startup probe/.test(message)) return 'The cluster ended it because it did not get ready in time. ';
  if (/definition changed/.test(message)) return 'Its image or settings were changed on the running pod. ';
  return '';
}

/** What ended an earlier pod of this bot, by one event of it. */
function formerEnd({ reason = '', message = '' }: Event): string {
  const said = cleanText(message, 200);
  switch (reason) {
    case 'Evicted':
      return `Its last pod was thrown out by the node, which was short of memory or disk: ${said}`;
    case 'TaintManagerEviction':
      return /^Cancelling/.test(message)
        ? ''
        : 'Its last pod was given up: its node did not answer, or was closed to it.';
    case 'NodeNotReady':
      return 'Its last pod was given up: its node did not answer.';
    case 'Preempted':
    case 'Preempting':
      return 'Its last pod had to make room for a more important one.';
    case 'Killing':
      return (
        killedFor(message).trim() || 'Its last pod was told to end: by a stop, a restart, or a node being emptied.'
      );
    default:
      return '';
  }
}

function imageIn(events: readonly Event[]): string {
  const found = events.map(({ message = '' }) => /image "([^"]+)"/.exec(message)?.[1]).find(Boolean) ?? '';
  return cleanText(found, 120);
}

const DISRUPTIONS: Record<string, string> = {
  EvictionByEvictionAPI: 'Its node is being emptied.',
  DeletionByTaintManager: 'Its node did not answer, or was closed to it.',
  PreemptionByScheduler: 'It has to make room for a more important pod.',
  TerminationByKubelet: 'Its node is short of something, or shuts down.',
};

/** Why Kubernetes itself ends a pod, by its DisruptionTarget condition; '' where it does not, or does not say. */
export function disruptionOf(pod: Pod): string {
  const told = pod.status?.conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  return DISRUPTIONS[told?.reason ?? ''] ?? '';
}
