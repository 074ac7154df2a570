import { Failure } from '../../shared/errors';
import type { BotRef } from '../../shared/rows';
import { ANNOTATION } from '../bot/format';
import { givenUpOf, givenUpText, withGivenUp } from '../bot/givenUp';
import { recognise } from '../bot/recognise';
import { exitMeaning } from '../hummingbot/exitCode';
import type { OpenOrders } from '../hummingbot/openOrders';
import { PODS } from '../cluster';
import type { Pod } from '../cluster/objects';
import { afterStop, type Aftermath } from './aftermath';
import { stopClassic } from './classic';
import type { Context } from './context';
import { watchEnd, type End } from './follow';
import { stillUnseen } from './givenUp';
import type { MarkHandle } from './mark';
import { everRan, isRunning, nodeLostSince, podOfBot, readOpenOrders } from './pods';
import type { Task } from './run';
import { isLineTrouble, orNull, workloadOf, type Site } from './site';
import { count, sentence } from './text';

export const STOP_STEPS = [
  { key: 'look', title: 'Open orders are looked at' },
  { key: 'screen', title: 'The strategy is told to stop' },
  { key: 'scale', title: 'The bot is told to end' },
  { key: 'gone', title: 'The bot cancels its orders and ends' },
  { key: 'after', title: 'Left-over orders are looked for' },
];
const LOOK = 1_500;
/** A pod that outlives its grace by this much is not being ended by its node, ms. */
const OVERDUE = 30_000;
/** How long a stop on a silent node is watched before the trader is told, ms. */
const SILENT_NODE = 15_000;

export interface StopOptions {
  context: Context;
  task: Task;
  site: Site;
  bot: BotRef;
  mark: MarkHandle;
  /** The next harsher step, chosen by the trader with its risk before him: the classic screen is not waited for; a pod that is already past its grace is given up. */
  force: boolean;
  /** Look for left-over orders also where it is stopped already. */
  recheck?: boolean;
}
export interface Stopped {
  /** It ended the graceful way, or did not run; and no order is known to be open. */
  clean: boolean;
  sentence: string;
}

/**
 * Stops a bot so that no order is left: (classic) `stop` on its screen, then replicas 0, then seen to its end.
 * @throws Failure where it is not sure that it ended; BUSY, CANCELLED
 */
export async function stopBot(options: StopOptions): Promise<Stopped> {
  const { context, task, site, bot, mark, force } = options;
  const workload = await workloadOf(site, bot);
  const known = recognise(workload);
  const container = known?.container ?? '';
  const pod = await podOfBot(site, workload);
  if (!pod && (workload.spec.replicas ?? 1) === 0) {
    for (const { key } of STOP_STEPS) task.step(key, 'skipped');
    const already = `${bot.name} is stopped already.`;
    if (!options.recheck) return { clean: true, sentence: already };
    const unknown: OpenOrders = { known: false, reason: 'The bot did not run.' };
    const strategyFile = known?.strategyFile ?? '';
    const after = await afterStop({ context, task, site, workload, strategyFile, before: unknown, idle: false });
    const unseen = await stillUnseen(site, workload, context.clock);
    const told = unseen
      ? ` It may still be trading on ${unseen.node || 'a node that is not known'}, where it was given up by force.`
      : '';
    return { clean: after.kind !== 'some' && !unseen, sentence: `${already}${told} ${sentence(after.words)}` };
  }
  const lostSince = pod ? await nodeLostSince(site, pod) : null;
  const reachable = pod !== null && lostSince === null && isRunning(pod, container);
  const terminating = !!pod?.metadata.deletionTimestamp;

  task.step('look', 'running');
  let before: OpenOrders = { known: false, reason: 'The bot did not run.' };
  if (reachable && known?.strategyFile)
    before = await readOpenOrders(site, pod, container, known.strategyFile, context.clock, task.signal);
  task.step(
    'look',
    before.known ? 'done' : 'skipped',
    before.known ? `${count(before.orders.length, 'order')} open, as the bot last knew` : before.reason,
  );

  const watch = pod ? watchEnd(site, pod, container) : null;
  try {
    let screen: string | null = null;
    if (known?.run === 'classic' && !force && (workload.spec.replicas ?? 1) > 1)
      throw severalScreens(bot, workload.spec.replicas ?? 1, task);
    if (known?.run === 'classic' && reachable && !force) {
      await mark.step('stop typed on its screen');
      const typing = { site, pod, container, clock: context.clock };
      // Someone else told it to end already: it goes on trading until it is killed, so its screen is still the way to cancel its orders.
      screen = terminating
        ? await stopClassic({ ...typing, task: { ...task, offer: () => undefined } }).catch(() => missed(task))
        : await stopClassic({ ...typing, task });
    } else
      task.step(
        'screen',
        'skipped',
        force
          ? 'Left out, as you chose'
          : known?.run === 'classic'
            ? 'Its screen can not be reached'
            : known?.run === 'engine'
              ? 'It stops when it is told to end'
              : 'How it is run is not known: it is told to end',
      );

    await site.verify();
    task.check();
    task.step('scale', 'running');
    await mark.step('told to end');
    await mark.patch((current) => ((current.spec.replicas ?? 1) === 0 ? null : { spec: { replicas: 0 } }));
    task.step('scale', 'done', 'Replicas: 0');
    if (force && pod && terminating) await giveUp(options, pod);
    if (pod) await untilGone(options, pod, lostSince);
    await mark.step('looking for orders');
    const classicStopped = known?.run === 'classic' && screen !== null;
    const idle = pod !== null && lostSince === null && !everRan(pod, container);
    const after = await afterStop({
      context,
      task,
      site,
      workload,
      strategyFile: known?.strategyFile ?? '',
      before,
      idle,
    });
    const ran = reachable || terminating || lostSince !== null;
    const crashed = pod !== null && !ran && !idle && !after.missing;
    const end = watch?.end ?? null;
    return verdict({ bot, ran, crashed, end, classicStopped, screen, after, forced: force && terminating });
  } finally {
    watch?.dispose();
  }
}

/** Only the first pod's screen is typed on; the others would be killed with their orders open. */
function severalScreens(bot: BotRef, pods: number, task: Task): Failure {
  task.offer('force');
  return new Failure({
    code: 'UNSUPPORTED',
    message: `${bot.name} runs ${pods} times at once, on one account: someone scaled it. Nothing was done.`,
    hint: `Type “stop” on the screens of pods ${bot.name}-1 to ${bot.name}-${pods - 1} and wait for their word, then scale it to 1 (“kubectl -n ${bot.namespace} scale statefulset/${bot.name} --replicas=1”) and stop it here. By force all are ended without their word.`,
  });
}

function missed(task: Task): null {
  task.check();
  task.step('screen', 'skipped', 'It was told to end already, and its screen did not answer in time');
  return null;
}

/**
 * Kubernetes forgets the pod, whatever runs on its node: never done but by the trader's own choice. The workload keeps which one it was,
 * so that nobody starts a second one beside it unwarned.
 */
async function giveUp({ context, task, site, bot, mark }: StopOptions, pod: Pod): Promise<void> {
  await site.verify();
  task.step('gone', 'running', 'Given up by force');
  const { uid, name } = pod.metadata;
  const { nodeName: node = '' } = pod.spec;
  const given = { uid, node, at: context.clock.now() + site.skewMs };
  if (node)
    await mark.patch((current) => {
      const all = givenUpText(withGivenUp(givenUpOf(current), given));
      return { metadata: { annotations: { [ANNOTATION.givenUp]: all } } };
    });
  await orNull(site.api.remove(PODS, bot.namespace, name, { uid, gracePeriodSeconds: 0, propagation: 'Background' }));
}

/** Waits for the end of the pod. Lost lines are waited out: the bot ends by itself meanwhile. */
async function untilGone(options: StopOptions, pod: Pod, lostBefore: number | null): Promise<void> {
  const { context, task, site, bot } = options;
  const { clock } = context;
  const began = clock.now();
  // Time that ran out before this look began counts too: a second try need not wait for it all over again.
  // Its time is the server's: by a wrong clock of this machine force would be offered before the bot had its time.
  const overBefore = began + site.skewMs > (Date.parse(pod.metadata.deletionTimestamp ?? '') || Infinity) + OVERDUE;
  let lost = lostBefore;
  let toldAt: number | null = null;

  async function look(): Promise<{ gone: boolean; failure?: Failure; detail: string }> {
    const now = await podOfBot(site, await workloadOf(site, bot));
    if (!now || now.metadata.uid !== pod.metadata.uid) return { gone: true, detail: '' };
    if (now.metadata.deletionTimestamp) toldAt ??= clock.now();
    const waited = clock.now() - (toldAt ?? began);
    const grace = (now.metadata.deletionGracePeriodSeconds ?? now.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    if (waited > SILENT_NODE || lost !== null) lost = await nodeLostSince(site, now);
    const overdue = overBefore || waited > grace + OVERDUE;
    if (lost !== null && (waited > SILENT_NODE || overdue))
      return { gone: false, failure: silent(bot, now, lost, overdue, task), detail: '' };
    if (overdue) return { gone: false, failure: stuck(bot, task), detail: '' };
    const left = Math.max(0, Math.round((grace - waited) / 1000));
    return { gone: false, detail: toldAt === null ? 'Kubernetes has not told it yet' : `${left} s left at most` };
  }

  task.step('gone', 'running');
  for (;;) {
    const { gone, failure, detail } = await look().catch((thrown: unknown) => {
      if (!isLineTrouble(thrown)) throw thrown;
      const words = `${site.name} does not answer; the bot is told to end and ends by itself`;
      return { gone: false, failure: undefined, detail: words };
    });
    if (failure) throw failure;
    if (gone) break;
    task.step('gone', 'running', detail);
    await task.sleep(LOOK);
  }
  task.step('gone', 'done');
}

function silent(bot: BotRef, pod: Pod, since: number, overdue: boolean, task: Task): Failure {
  const time = since ? ` since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC` : '';
  if (overdue) task.offer('force');
  return new Failure({
    code: 'UNREACHABLE',
    message: `${bot.name} is probably still trading: its node ${pod.spec.nodeName} has not answered${time}.`,
    hint: `It is told to end and will, gracefully, as soon as the node answers. ${
      overdue
        ? 'Giving it up by force makes Kubernetes forget it, but does not stop it: it may go on trading unseen, and starting it again would put two bots on one account.'
        : 'Until then look at its orders on the exchange itself.'
    }`,
  });
}

function stuck(bot: BotRef, task: Task): Failure {
  task.offer('force');
  return new Failure({
    code: 'TIMEOUT',
    message: `${bot.name} has been told to end, but its pod does not go away.`,
    hint: 'Its time to cancel orders is over, so it was probably killed; look at its orders on the exchange. “Try again” looks on; force makes Kubernetes forget the pod without knowing whether it ended.',
  });
}

interface Ending {
  bot: BotRef;
  /** It ran when the stop began. */
  ran: boolean;
  /** It did not run just then, but had run before and ended by itself: what it left open is for its record to say. */
  crashed: boolean;
  end: End | null;
  classicStopped: boolean;
  screen: string | null;
  after: Aftermath;
  forced: boolean;
}

/** What is known after a stop, and how. Pure. */
export function verdict({ bot, ran, crashed, end, classicStopped, screen, after, forced }: Ending): Stopped {
  const graceful = classicStopped || end?.exitCode === 0;
  const how = !ran
    ? `${bot.name} is stopped; it did not run when it was told to.`
    : classicStopped
      ? `${bot.name} is stopped: ${screen}.`
      : forced
        ? `${bot.name} was given up by force: whether it still trades is not known.`
        : end
          ? `${bot.name} is stopped: Hummingbot ${exitMeaning(end.exitCode, end.reason, end.signal)}.`
          : `${bot.name} is stopped; whether it cancelled its orders was not seen.`;
  const clean =
    after.kind === 'none' ? !forced : after.kind === 'unknown' && !forced && (graceful || (!ran && !crashed));
  return { clean, sentence: `${how} ${sentence(after.words)}` };
}

/** For whom a stop that is not clean is the end of the operation. */
export function notClean({ sentence: message }: Stopped): Failure {
  return new Failure({
    code: 'SERVER',
    message,
    hint: 'Look at the open orders on the exchange and cancel what is left. What the bot itself knew may be old.',
  });
}
