import type { StepState } from '../../shared/bots';
import type { AppError, ErrorCode } from '../../shared/errors';
import { exitMeaning } from '../hummingbot/exitCode';
import type { ContainerStatus, Event, Pod, StatefulSet } from '../cluster/objects';
import { byTime } from './events';
import { explainImage, explainRefusal, explainUnschedulable, explainVolume } from './reasons';
import type { Claim } from './resources';
import { short } from './text';

/** What can be seen of a starting bot. `events`: of the workload, its pod and its claim, since this start. */
export interface View {
  workload: StatefulSet;
  pod: Pod | null;
  /** undefined: the bot has none. null: not there (yet), or not to be seen. */
  claim: Claim | null | undefined;
  events: Event[];
  /** Hummingbot's container. */
  container: string;
  clusterName: string;
}

/** Why a bot does not get on. */
export interface Trouble {
  /** Key of the step it shows at. */
  step: StartStep;
  error: AppError;
  /** How long it must stay before it counts, ms: much in Kubernetes mends itself. */
  patience: number;
  /** Container whose log tells more; null: none. */
  log: { container: string; previous: boolean } | null;
}
export type StartStep = 'volume' | 'place' | 'image' | 'conf' | 'run';
export interface Progress {
  steps: Record<StartStep, { state: StepState; detail: string }>;
  trouble: Trouble | null;
  /** Hummingbot's container runs. */
  running: boolean;
}

/** How far a starting bot is, from the API server's word alone. */
export function progressOf(view: View): Progress {
  const { pod } = view;
  const statuses = pod ? [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])] : [];
  const own = pod?.status?.containerStatuses?.find((status) => status.name === view.container) ?? null;
  const running = !!own?.state?.running;
  const troubles = [
    podTrouble(view),
    volumeTrouble(view),
    placeTrouble(view),
    ...statuses.map((one) => containerTrouble(view, one)),
  ];
  const trouble = troubles.find((one) => one !== null) ?? null;
  const steps = {
    volume: volumeStep(view),
    place: placeStep(view),
    image: imageStep(view, statuses),
    conf: confStep(view),
    run: running ? done(`in pod ${pod!.metadata.name}`) : waiting(pod?.spec.nodeName ? '' : undefined),
  };
  if (running)
    for (const key of ['place', 'image', 'conf'] as const)
      if (steps[key].state !== 'skipped') steps[key].state = 'done';
  if (trouble) steps[trouble.step] = { state: 'running', detail: trouble.error.message };
  return { steps, trouble, running: running && trouble === null };
}

const done = (detail = '') => ({ state: 'done' as StepState, detail });
/** Running with a detail; without one it is not its turn yet. */
const waiting = (detail?: string) => ({
  state: (detail === undefined ? 'waiting' : 'running') as StepState,
  detail: detail ?? '',
});
const skipped = (detail: string) => ({ state: 'skipped' as StepState, detail });

const about = (events: Event[], kind: string) => byTime(events.filter((event) => event.involvedObject.kind === kind));

function volumeStep({ claim, events }: View) {
  if (claim === undefined) return skipped('The bot has no volume');
  if (!claim) return waiting('');
  if (claim.status?.phase === 'Bound') return done(claim.status.capacity?.storage ?? '');
  const waits = about(events, 'PersistentVolumeClaim')[0]?.reason === 'WaitForFirstConsumer';
  return waiting(waits ? 'It is made once the bot has its node' : 'The volume is being made');
}

function placeStep({ pod }: View) {
  if (!pod) return waiting('The pod is being made');
  return pod.spec.nodeName ? done(`on node ${pod.spec.nodeName}`) : waiting('Looking for a node');
}

function imageStep({ pod, events }: View, statuses: ContainerStatus[]) {
  if (!pod?.spec.nodeName) return waiting();
  if (statuses.some((status) => status.imageID || status.state?.running || status.state?.terminated)) return done();
  const last = about(events, 'Pod')[0];
  return waiting(last?.reason === 'Pulling' ? short(last.message ?? '', 120) : 'The node prepares the pod');
}

function confStep({ pod }: View) {
  if (!pod?.spec.nodeName) return waiting();
  if (!pod.spec.initContainers?.length) return skipped('Nothing to lay out');
  const all = pod.status?.initContainerStatuses ?? [];
  const ready = all.length > 0 && all.every((status) => status.state?.terminated?.exitCode === 0 || status.started);
  return ready ? done() : waiting(all.some((status) => status.state?.running) ? 'Laying out the files' : undefined);
}

function make(
  step: StartStep,
  code: ErrorCode,
  message: string,
  hint: string,
  patience: number,
  extra: Partial<Trouble> & { cause?: string } = {},
): Trouble {
  const { cause, ...rest } = extra;
  return {
    step,
    error: { code, message, hint, ...(cause ? { cause: short(cause, 1000) } : {}) },
    patience,
    log: null,
    ...rest,
  };
}

/** The workload's pod is refused (quota, limits, pod security show only here). */
function podTrouble({ workload, pod, events, clusterName }: View): Trouble | null {
  if (pod) return null;
  const failed = about(events, 'StatefulSet').find((event) => event.reason === 'FailedCreate');
  if (!failed) return null;
  const { name, namespace = '' } = workload.metadata;
  const error: AppError = {
    code: 'FORBIDDEN',
    message: `The pod of ${name} is refused.`,
    hint: 'Kubernetes tries again by itself.',
    cause: short(failed.message ?? '', 1000),
  };
  return {
    step: 'place',
    error: explainRefusal(error, { kind: 'Pod', name, namespace, clusterName }),
    patience: 5_000,
    log: null,
  };
}

function volumeTrouble({ claim, events }: View): Trouble | null {
  if (!claim || claim.status?.phase === 'Bound') return null;
  for (const event of about(events, 'PersistentVolumeClaim')) {
    if (event.reason === 'WaitForFirstConsumer') continue;
    const why = explainVolume(event.reason ?? '', event.message ?? '', claim.spec.storageClassName ?? '');
    // A provisioner may well need a minute for a disk; its silence beyond that is news.
    const patience = event.reason === 'ExternalProvisioning' ? 90_000 : 10_000;
    if (why) return make('volume', 'UNSUPPORTED', why.sentence, why.hint, patience, { cause: event.message });
  }
  if (claim.status?.phase === 'Lost')
    return make(
      'volume',
      'GONE',
      "The bot's volume is lost: the disk behind it is gone.",
      'Restore it, or make the bot anew with a new volume.',
      0,
    );
  return null;
}

function placeTrouble({ pod, claim, events }: View): Trouble | null {
  if (!pod || pod.spec.nodeName) return mountTrouble(pod, events);
  const condition = pod.status?.conditions?.find((one) => one.type === 'PodScheduled');
  if (condition?.status !== 'False') return null;
  if (condition.reason === 'SchedulingGated')
    return make(
      'place',
      'UNSUPPORTED',
      'Something on the cluster holds the bot back before it gets a node (scheduling gate).',
      'Ask who runs the cluster.',
      15_000,
    );
  const grows = about(events, 'Pod').some((event) => event.reason === 'TriggeredScaleUp');
  const why = explainUnschedulable(condition.message ?? '');
  // A claim that waits for its first pod and a provisioner that never answers look like this.
  const patience = grows ? Infinity : claim && claim.status?.phase !== 'Bound' ? 30_000 : 20_000;
  const sentence = grows ? `${why.sentence} The cluster is adding a node.` : why.sentence;
  return make('place', 'UNSUPPORTED', sentence, why.hint, patience, { cause: condition.message });
}

function mountTrouble(pod: Pod | null, events: Event[]): Trouble | null {
  if (
    !pod ||
    [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].some((one) => one.imageID)
  )
    return null;
  const last = about(events, 'Pod').find(
    (event) => event.reason === 'FailedMount' || event.reason === 'FailedAttachVolume',
  );
  if (!last) return null;
  const multi = /multi-attach/i.test(last.message ?? '');
  const sentence = multi
    ? "The bot's volume still hangs on another node."
    : `The node cannot mount what the bot needs: ${short(last.message ?? '', 200)}`;
  return make('image', 'UNSUPPORTED', sentence, 'It is tried again by itself.', 60_000, { cause: last.message });
}

function containerTrouble(view: View, status: ContainerStatus): Trouble | null {
  const { pod, container } = view;
  const waitingFor = status.state?.waiting;
  const spec = [...(pod?.spec.initContainers ?? []), ...(pod?.spec.containers ?? [])].find(
    (one) => one.name === status.name,
  );
  const isInit = !!pod?.spec.initContainers?.some((one) => one.name === status.name);
  const reason = waitingFor?.reason ?? '';
  if (
    ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ErrImageInspect'].includes(reason)
  ) {
    // The back-off's own message does not say why; the event of the failed try does.
    const failed = about(view.events, 'Pod').find(
      (event) => event.reason === 'Failed' && /pull/i.test(event.message ?? ''),
    );
    const message = `${waitingFor?.message ?? ''} ${failed?.message ?? ''}`;
    const why = explainImage(reason, message, spec?.image ?? status.image ?? '');
    return make('image', 'UNSUPPORTED', why.sentence, why.hint, why.definite ? 3_000 : 120_000, {
      cause: failed?.message ?? waitingFor?.message,
    });
  }
  if (['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'].includes(reason))
    return make(
      'run',
      'UNSUPPORTED',
      `The bot's container cannot be made: ${short(waitingFor?.message ?? reason, 200)}`,
      'Something it needs is missing or not allowed on the node.',
      15_000,
      { cause: waitingFor?.message },
    );
  const now = status.state?.terminated;
  const ended = now ?? (status.state?.running && status.name !== container ? undefined : status.lastState?.terminated);
  if (!ended || (isInit && ended.exitCode === 0)) return null;
  // A container that runs again after a crash has to prove itself: the crash stays the news until it trades.
  const previous = !now;
  if (isInit)
    return make(
      'conf',
      'INVALID',
      `The bot's files could not be laid out (exit code ${ended.exitCode}).`,
      'Look at the words below.',
      0,
      { log: { container: status.name, previous } },
    );
  if (status.name !== container)
    return make(
      'run',
      'SERVER',
      `A helper container (${status.name}) ended with exit code ${ended.exitCode}.`,
      'Look at its log.',
      20_000,
      { log: { container: status.name, previous } },
    );
  const password = ended.exitCode === 4;
  return make(
    'run',
    'INVALID',
    `Hummingbot ${exitMeaning(ended.exitCode, ended.reason, ended.signal)}.`,
    password
      ? 'Check password and configuration; the words below say which.'
      : 'The words below are the last of its log. Kubernetes starts it again and again; stop it, mend the cause, start it.',
    0,
    { log: { container: status.name, previous } },
  );
}
