import { humanDuration } from '../../shared/duration';
import type { BotRow, BotState } from '../../shared/rows';
import type { ContainerStatus, Event, Pod, StatefulSet } from '../cluster/objects';
import { exitMeaning } from '../hummingbot/exitCode';
import { givenUpOf } from './givenUp';
import { disruptionOf } from './lastEnd';
import { isNodeLost } from './nodeLost';
import { recognise } from './recognise';
import { eventTime, mountTroubleOf, refusalOf, unschedulableOf, waitingOf } from './waiting';

export interface StateInput {
  workload: StatefulSet;
  /** Pods that belong to the workload. */
  pods: Pod[];
  /** Events of the workload and its pods, where someone asked for them. */
  events?: Event[];
  /** Nodes known not to answer. */
  lostNodes?: ReadonlySet<string>;
  /** ms since 1970 */
  now: number;
}
export interface StateOutput {
  state: BotState;
  /** One plain sentence, '' when all is well. */
  reason: string;
  /** STATUS of a workload without a pod: `Stopped`, `Refused`, `Waiting`; null with a pod. */
  podless: 'Stopped' | 'Refused' | 'Waiting' | null;
}

/** A restart this recent is worth a word although the bot runs. ms */
const RECENT = 600_000;

/** What the app says a bot is doing, from the API server's word alone. */
export function stateOf(input: StateInput): StateOutput {
  return withGivenUp(input, stateOfPods(input));
}

/** A pod that was given up by force, unseen: where its node is silent it is probably still trading, whatever else is so. */
function withGivenUp({ workload, lostNodes, pods }: StateInput, found: StateOutput): StateOutput {
  const given = givenUpOf(workload);
  if (given.length === 0) return found;
  const nodes = (which: typeof given) => [...new Set(which.map(({ node }) => node))].join(' and ');
  const mute = given.filter(({ node }) => lostNodes?.has(node));
  const silent = mute.length > 0;
  const what = silent
    ? `It was given up by force on ${nodes(mute)}, which does not answer: it is probably still trading there.`
    : `It was given up by force on ${nodes(given)}; nobody has seen its end.`;
  const reason = `${what} ${found.reason}`.trim();
  if (!silent) return { ...found, reason };
  return { ...found, state: 'unknown', reason: pods.length > 0 ? `Two may trade on one account. ${reason}` : reason };
}

function stateOfPods(input: StateInput): StateOutput {
  const pod = firstPod(input.workload, input.pods);
  const found = pod ? stateWithPod(input, pod) : stateWithoutPod(input);
  const others = input.pods.length - 1;
  if (others < 1 || found.state === 'unknown') return found;
  return {
    ...found,
    reason: `${input.pods.length} pods of this bot run at once, on one account. ${found.reason}`.trim(),
  };
}

/** The pod a row speaks of: the one the workload names first; among several of a hand-made bot the lowest number. */
export function firstPod(workload: StatefulSet, pods: Pod[]): Pod | undefined {
  const number = ({ metadata }: Pod): number => Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? 0);
  const own = pods.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === workload.metadata.uid),
  );
  return (own.length > 0 ? own : pods).slice().sort((a, b) => number(a) - number(b))[0];
}

/**
 * Without a pod: `Stopped` where none is wanted; `Refused` where the API server would not have it (the last word of the workload's events
 * is FailedCreate, with its reason); else `Waiting` for the controller.
 */
function stateWithoutPod({ workload, events = [], now }: StateInput): StateOutput {
  if (workload.metadata.deletionTimestamp) return { state: 'stopping', reason: 'Being deleted.', podless: 'Waiting' };
  if ((workload.spec.replicas ?? 1) === 0) return { state: 'stopped', reason: '', podless: 'Stopped' };
  const word = events
    .filter(
      ({ involvedObject, reason }) =>
        involvedObject.uid === workload.metadata.uid && /^(Failed|Successful)Create$/.test(reason ?? ''),
    )
    .sort((a, b) => eventTime(b) - eventTime(a))[0];
  if (word?.reason === 'FailedCreate')
    return { state: 'trouble', reason: refusalOf(word.message ?? ''), podless: 'Refused' };
  // The controller makes a pod within moments; when it does not, something keeps it from it.
  const late = now - Date.parse(workload.metadata.creationTimestamp) > 60_000;
  const seen = (workload.status?.observedGeneration ?? 0) >= (workload.metadata.generation ?? 0);
  return {
    state: 'starting',
    reason:
      late && seen ? 'Waits for the cluster to make its pod; the events say why it does not.' : 'Waits for its pod.',
    podless: 'Waiting',
  };
}

function stateWithPod(input: StateInput, pod: Pod): StateOutput {
  const is = (state: BotState, reason = ''): StateOutput => ({ state, reason, podless: null });
  const { workload, events = [], now } = input;
  const stopping = pod.metadata.deletionTimestamp !== undefined;
  if (isNodeLost(pod, input.lostNodes, now))
    return is('unknown', `${silentNode(pod.spec.nodeName ?? '')}: the bot is probably still trading.`);
  if (stopping && workload.spec.replicas === 0) return is('stopping', 'Stops and cancels its orders.');
  if (stopping) return is('stopping', `${disruptionOf(pod)} Stops; a new pod follows.`.trim());
  if (workload.spec.replicas === 0) return is('stopping', 'Is to be stopped.');
  if (pod.status?.phase === 'Failed') return is('trouble', failedReason(pod));
  if (pod.status?.phase === 'Succeeded') return is('starting', 'Ended; it starts again by itself.');

  const gate = condition(pod, 'PodScheduled');
  if (gate?.status === 'False' && gate.reason === 'Unschedulable')
    return is('trouble', unschedulableOf(gate.message ?? ''));
  if (gate?.reason === 'SchedulingGated')
    return is('starting', 'Waits for another program of the cluster to let it start.');

  const init = (pod.status?.initContainerStatuses ?? [])
    .map((status) => containerTrouble(status, pod, now))
    .find(Boolean);
  if (init) return is('trouble', init);
  const main = recognise(workload)?.container;
  const statuses = pod.status?.containerStatuses ?? [];
  const own = statuses.find(({ name }) => name === main) ?? statuses[0];
  const trouble = own ? containerTrouble(own, pod, now) : '';
  if (trouble) return is('trouble', trouble);
  if (!own?.state?.running) {
    const mount = mountTroubleOf(events, pod.metadata.uid);
    return mount ? is('trouble', mount) : is('starting');
  }
  if (!own.ready) return is('starting', 'Runs, but is not ready yet.');
  return is('running', restartNote(own, now));
}

const silentNode = (node: string): string => `The node ${node} does not answer`;

/** Whether a row is unknown because its node is silent, and not for want of rights. */
export const isNodeSilent = ({ state, node, reason }: Pick<BotRow, 'state' | 'node' | 'reason'>): boolean =>
  state === 'unknown' && node !== '' && reason.includes(silentNode(node));

/** A container that ended or can't start, as a sentence, or ''. */
function containerTrouble(status: ContainerStatus, pod: Pod, now: number): string {
  const { waiting, terminated } = status.state ?? {};
  const last = terminated ?? status.lastState?.terminated;
  if (waiting?.reason === 'CrashLoopBackOff') {
    const why = last ? ` The last time Hummingbot ${exitMeaning(last.exitCode, last.reason, last.signal)}.` : '';
    return `Fails again and again (${status.restartCount} ${status.restartCount === 1 ? 'restart' : 'restarts'}).${why}`;
  }
  if (waiting?.reason)
    return waitingOf(waiting.reason, waiting.message ?? '', status.image || imageOf(pod, status.name));
  const init = pod.spec.initContainers?.some(({ name }) => name === status.name) ?? false;
  if (terminated && !(init && terminated.exitCode === 0)) {
    const ago = terminated.finishedAt ? ` ${humanDuration(now - Date.parse(terminated.finishedAt))} ago` : '';
    const who = init ? 'Preparing the bot' : 'Hummingbot';
    return `${who} ${exitMeaning(terminated.exitCode, terminated.reason, terminated.signal)}${ago}; the cluster starts it again.`;
  }
  return '';
}

function restartNote(status: ContainerStatus, now: number): string {
  const last = status.lastState?.terminated;
  if (!last?.finishedAt || now - Date.parse(last.finishedAt) > RECENT) return '';
  return `Was started again: Hummingbot ${exitMeaning(last.exitCode, last.reason, last.signal)}.`;
}

function failedReason(pod: Pod): string {
  const { reason, message } = pod.status ?? {};
  if (reason === 'Evicted')
    return 'The node was short of memory or disk and threw the bot out; orders may be left open.';
  const ended = pod.status?.containerStatuses?.find(({ state }) => state?.terminated)?.state?.terminated;
  if (ended) return `Hummingbot ${exitMeaning(ended.exitCode, ended.reason, ended.signal)}.`;
  return `The pod failed: ${(message ?? reason ?? 'the cluster does not say why').slice(0, 200)}`;
}

const condition = (pod: Pod, type: string): NonNullable<NonNullable<Pod['status']>['conditions']>[number] | undefined =>
  pod.status?.conditions?.find((candidate) => candidate.type === type);

const imageOf = (pod: Pod, container: string): string =>
  [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(({ name }) => name === container)?.image ?? '';
