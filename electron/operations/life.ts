import type { OperationInfo } from '../../shared/bots';
import { Failure } from '../../shared/errors';
import type { BotRef, OperationKind } from '../../shared/rows';
import { ANNOTATION } from '../bot/format';
import { withConfig } from '../bot/manifest';
import { recognise } from '../bot/recognise';
import type { StatefulSet } from '../cluster/objects';
import { effectOf, filesOf } from './configVersions';
import { botOf, siteOf, underMark, type Context } from './context';
import { mayTradeTwice, stillUnseen } from './givenUp';
import { eventsBefore, LIVE_STEPS, watchStart } from './live';
import { mustBeManaged } from './managed';
import type { MarkHandle } from './mark';
import { podOfBot } from './pods';
import type { Task } from './run';
import { confirmed, workloadOf, type Site } from './site';
import { notClean, stopBot, STOP_STEPS } from './stop';

export interface LifeOptions {
  /** The cluster's name as the trader saw it when confirming. */
  confirmedCluster: string;
}

const START_STEPS = [{ key: 'up', title: 'The bot is told to start' }, ...LIVE_STEPS];

interface Work {
  task: Task;
  site: Site;
  workload: StatefulSet;
  mark: MarkHandle;
}

/** One operation on a bot: confirmed, pinned to cluster and object, managed, marked; gives its id. */
export function operate(
  context: Context,
  bot: BotRef,
  options: LifeOptions,
  kind: Exclude<OperationKind, 'deploy'>,
  steps: { key: string; title: string }[],
  work: (work: Work) => Promise<string>,
  again: Partial<Record<'retry' | 'force', () => string>>,
): string {
  const site = siteOf(context, bot.clusterId, bot.namespace);
  confirmed(site, options.confirmedCluster);
  return context.runner.start({
    kind,
    bot: botOf(bot),
    clusterName: site.name,
    steps,
    async work(task) {
      await site.verify();
      const workload = await workloadOf(site, bot);
      mustBeManaged(workload, kind);
      return underMark(context, task, site, bot, kind, 'beginning', (mark) => work({ task, site, workload, mark }));
    },
    then: again,
    offers: () => ['retry'],
    cancelled: (ended) => cancelledSentence(ended),
  });
}

export function stop(context: Context, bot: BotRef, options: LifeOptions & { force: boolean }): string {
  return operate(
    context,
    bot,
    options,
    'stop',
    STOP_STEPS,
    async ({ task, site, mark }) => {
      const stopped = await stopBot({ context, task, site, bot, mark, force: options.force, recheck: true });
      if (!stopped.clean) throw notClean(stopped);
      return stopped.sentence;
    },
    {
      retry: () => stop(context, bot, { ...options, force: false }),
      force: () => stop(context, bot, { ...options, force: true }),
    },
  );
}

/** `force`: also beside one that was given up and may still trade. */
export function start(context: Context, bot: BotRef, options: LifeOptions, force = false): string {
  const work = ({ task, site, mark }: Work) => startBot(context, bot, task, site, mark, force);
  return operate(context, bot, options, 'start', START_STEPS, work, {
    retry: () => start(context, bot, options),
    force: () => start(context, bot, options, true),
  });
}

export function restart(context: Context, bot: BotRef, options: LifeOptions): string {
  return operate(
    context,
    bot,
    options,
    'restart',
    [...STOP_STEPS, ...START_STEPS],
    async ({ task, site, workload, mark }) => {
      await pendingThere(site, bot, workload);
      await alone(context, site, workload);
      const stopped = await stopBot({ context, task, site, bot, mark, force: false });
      // Trading on with orders open that no one knows of is the trader's choice, not the app's.
      if (!stopped.clean) throw notClean({ ...stopped, sentence: `${stopped.sentence} It was not started again.` });
      return startBot(context, bot, task, site, mark);
    },
    { retry: () => restart(context, bot, options), force: () => stop(context, bot, { ...options, force: true }) },
  );
}

/** What a cancelled operation has done so far. */
export function cancelledSentence({ bot, steps }: Pick<OperationInfo, 'bot' | 'steps'>): string {
  const state = (key: string) => steps.find((step) => step.key === key)?.state;
  // A step that was under way may have been carried out, although its answer never came.
  if (state('remove') === 'running') return `Cancelled half-way: parts of ${bot.name} are deleted, the rest stays.`;
  if (state('up') === 'running' && state('gone') === undefined)
    return `Cancelled: whether ${bot.name} was told to start is not known; the grid shows it.`;
  if (state('up') === 'running')
    return `Cancelled: ${bot.name} has ended; whether it was told to start again is not known, the grid shows it.`;
  if (state('up') === 'done') return `You stopped watching. ${bot.name} goes on starting by itself.`;
  if (state('gone') === 'done') return `You stopped watching. ${bot.name} has ended and is not started again.`;
  if (state('scale') === 'done') return `You stopped watching. ${bot.name} is told to end and does so by itself.`;
  if (state('scale') === 'running')
    return `Cancelled: whether ${bot.name} was told to end is not known; the grid shows it.`;
  if (state('screen') === 'running')
    return `Cancelled while “stop” was typed on ${bot.name}’s screen: it may have stopped its strategy, or may go on trading. Look at its screen.`;
  if (state('screen') === 'done')
    return `Cancelled half-way: ${bot.name} stopped its strategy, but its container goes on running.`;
  return `Cancelled: ${bot.name} goes on as it was.`;
}

/** A saved configuration that is no longer there must not be found out after the stop. @throws Failure NOT_FOUND */
async function pendingThere(site: Site, bot: BotRef, workload: StatefulSet): Promise<void> {
  const pending = workload.metadata.annotations?.[ANNOTATION.pendingConfig];
  if (pending) await filesOf(site, bot, pending);
}

/** @throws Failure BUSY where one that was given up may still trade */
async function alone({ clock }: Context, site: Site, workload: StatefulSet, offer?: () => void): Promise<void> {
  const unseen = await stillUnseen(site, workload, clock);
  if (!unseen) return;
  offer?.();
  throw mayTradeTwice(workload.metadata.name, unseen, offer !== undefined);
}

/** Replicas 1 with the saved configuration, if one waits; then watched until it trades. */
async function startBot(
  context: Context,
  bot: BotRef,
  task: Task,
  site: Site,
  mark: MarkHandle,
  force = false,
): Promise<string> {
  const { clock } = context;
  task.step('up', 'running');
  const workload = await workloadOf(site, bot);
  const watch = (before?: Awaited<ReturnType<typeof eventsBefore>>) =>
    watchStart({ task, site, clock, workload: () => workloadOf(site, bot), before });
  if ((workload.spec.replicas ?? 1) > 0) {
    task.step('up', 'done', 'It was told already');
    return watch();
  }
  const left = await podOfBot(site, workload);
  if (left)
    throw new Failure({
      code: 'BUSY',
      message: `${bot.name} is still ending: a second one on the same account must never start beside it.`,
      hint: 'Wait until its pod is gone, then start it.',
    });
  if (!force) await alone(context, site, workload, () => task.offer('force'));
  const givenUp = workload.metadata.annotations?.[ANNOTATION.givenUp];
  const before = await eventsBefore(site, workload);
  // Asked for outside of the guarded write: which pair and exchange the waiting configuration stands for.
  const pending = workload.metadata.annotations?.[ANNOTATION.pendingConfig] ?? '';
  const effect = pending ? await effectOf(site, bot, pending, recognise(workload)?.strategyFile ?? '') : {};
  await site.verify();
  task.check();
  await mark.step('starting');
  await mark.patch((current) => {
    if ((current.metadata.annotations?.[ANNOTATION.pendingConfig] ?? '') !== pending)
      throw new Failure({
        code: 'CONFLICT',
        message: `Someone changed ${bot.name}'s configuration just now: it was not started.`,
        hint: 'Look at it and start again.',
      });
    if (!force && current.metadata.annotations?.[ANNOTATION.givenUp] !== givenUp)
      throw new Failure({
        code: 'CONFLICT',
        message: `${bot.name} was given up by force just now by someone else: it was not started.`,
        hint: 'Look at what became of it and start again.',
      });
    // Known to be over; after a start by force it stays, as it may still be so.
    const over: Record<string, null> = force ? {} : { [ANNOTATION.givenUp]: null };
    if (!pending) return { metadata: { annotations: over }, spec: { replicas: 1 } };
    const { volumes } = withConfig(current.spec.template, pending).spec;
    const annotations = { ...over, ...effect, [ANNOTATION.pendingConfig]: null };
    return { metadata: { annotations }, spec: { replicas: 1, template: { spec: { volumes } } } };
  });
  task.step('up', 'done', pending ? `With configuration ${pending}` : 'Replicas: 1');
  return watch(before);
}
