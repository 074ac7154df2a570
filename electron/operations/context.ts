import type { OperationInfo } from '../../shared/bots';
import type { Me } from '../../shared/marks';
import type { BotRef, OperationKind } from '../../shared/rows';
import type { Clock } from '../cluster/types';
import { takeMark, type MarkHandle } from './mark';
import type { Runner, Task } from './run';
import { pin, type ConnectionOf, type Site } from './site';

/** What every operation needs. */
export interface Context {
  connectionOf: ConnectionOf;
  clock: Clock;
  /** How this machine signs. */
  me: Me;
  runner: Runner;
  newId(): string;
}

export const siteOf = (context: Context, clusterId: string, namespace?: string): Site =>
  pin(context.connectionOf, clusterId, namespace);

export const botOf = (bot: BotRef): OperationInfo['bot'] => ({
  clusterId: bot.clusterId,
  namespace: bot.namespace,
  name: bot.name,
});

/**
 * Runs work under the operation's mark. The mark is taken off at the end, whatever it was, except when the app itself ends: then it runs
 * out by itself, and an interrupted stop is found by it.
 * @throws Failure BUSY before any work when someone else works on the bot, or in the middle when someone took over
 */
export async function underMark<T>(
  context: Context,
  task: Task,
  site: Site,
  bot: BotRef,
  kind: OperationKind,
  step: string,
  work: (mark: MarkHandle) => Promise<T>,
): Promise<T> {
  let lost: ((reason: Error) => void) | null = null;
  const taken = new Promise<never>((_, reject) => (lost = reject));
  taken.catch(() => undefined);
  const mark = await takeMark({
    site,
    bot,
    id: task.id,
    kind,
    me: context.me,
    step,
    clock: context.clock,
    signal: task.signal,
    isLive: context.runner.isLive,
    onWait: (text) => task.step(task.info.steps[0]?.key ?? '', 'running', text),
    onLost: (failure) => lost?.(failure),
  });
  try {
    return await Promise.race([work(mark), taken]);
  } finally {
    if (task.ending) mark.abandon();
    else await mark.release();
  }
}
