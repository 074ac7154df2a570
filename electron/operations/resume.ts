import type { BotRef, BotRow, OperationMark } from '../../shared/rows';
import { ANNOTATION } from '../bot/format';
import { botOf, siteOf, type Context } from './context';
import { restart, start, stop } from './life';
import { parseMark } from './mark';
import { remove } from './remove';
import { orNull, workloadOf } from './site';

/** A stop interrupted longer ago than this is not gone on with by itself: the trader may think otherwise by now. ms */
const FRESH = 15 * 60_000;

const WORDS: Record<OperationMark['kind'], string> = {
  deploy: 'deployment',
  stop: 'stop',
  start: 'start',
  restart: 'restart',
  delete: 'deletion',
  edit: 'change',
};

/** Marks of this machine's own that no operation of this run renews: what they stood for was interrupted. */
export function interrupted(
  rows: BotRow[],
  clusterId: string,
  holder: string,
  isLive: (id: string) => boolean,
  now: number,
): BotRow[] {
  return rows.filter(
    ({ operation, ...row }) =>
      operation !== null &&
      row.clusterId === clusterId &&
      row.managed &&
      operation.holder === holder &&
      operation.expiresAt <= now &&
      !isLive(operation.id),
  );
}

/**
 * Picks up what this machine left when it ended: a stop goes on by itself (money first), anything else is told and waits for the trader.
 * `handled` holds the marks already seen to. Never throws.
 */
export async function resumeInterrupted(
  context: Context,
  clusterId: string,
  rows: BotRow[],
  handled: Set<string>,
): Promise<void> {
  const found = interrupted(rows, clusterId, context.holder, context.runner.isLive, context.clock.now());
  for (const row of found) {
    const mark = row.operation!;
    if (handled.has(mark.id)) continue;
    handled.add(mark.id);
    try {
      await resume(context, row, mark);
    } catch {
      // The line or the bot is gone: the next rows of this cluster bring it again.
      handled.delete(mark.id);
    }
  }
}

async function resume(context: Context, row: BotRow, mark: OperationMark): Promise<void> {
  const site = siteOf(context, row.clusterId);
  await site.verify();
  const bot: BotRef = {
    clusterId: row.clusterId,
    kind: row.kind,
    namespace: row.namespace,
    name: row.name,
    uid: row.uid,
  };
  const workload = await orNull(workloadOf(site, bot));
  // The row may be old: only the same mark, still there, counts.
  if (!workload || parseMark(workload.metadata.annotations?.[ANNOTATION.operation])?.id !== mark.id) return;
  const down = (workload.spec.replicas ?? 1) === 0;
  const options = { confirmedCluster: site.name };
  if (mark.kind === 'stop' && (down || context.clock.now() - mark.expiresAt < FRESH)) {
    stop(context, bot, { ...options, force: false });
    return;
  }
  // A deployment or a start only watched: the bot goes on by itself, and the grid shows how.
  if ((mark.kind === 'deploy' || mark.kind === 'start') && !down) return;
  const current = () => ({ confirmedCluster: site.name });
  const again: Record<OperationMark['kind'], () => string> = {
    stop: () => stop(context, bot, { ...current(), force: false }),
    restart: () => (down ? start(context, bot, current()) : restart(context, bot, current())),
    delete: () => remove(context, bot, { ...current(), deleteVolume: false }),
    start: () => start(context, bot, current()),
    deploy: () => start(context, bot, current()),
    edit: () => start(context, bot, current()),
  };
  const state = down ? 'The bot is told to be stopped.' : 'The bot is told to run.';
  context.runner.tell(
    {
      kind: mark.kind,
      bot: botOf(bot),
      clusterName: site.name,
      steps: [{ key: 'interrupted', title: mark.step }],
      work: () => Promise.resolve(''),
      then: { retry: again[mark.kind] },
      offers: () => ['retry'],
    },
    {
      code: 'CANCELLED',
      message: `The ${WORDS[mark.kind]} of ${row.name} was interrupted at “${mark.step}” when Hummingdeck ended. ${state}`,
      hint: mark.kind === 'delete' ? '“Try again” goes on and keeps the volume.' : '“Try again” goes on with it.',
    },
  );
}
