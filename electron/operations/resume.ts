import { isOurs, type Me } from '../../shared/marks';
import type { BotRef, BotRow, OperationMark } from '../../shared/rows';
import { ANNOTATION } from '../bot/format';
import type { Dispose } from '../cluster/types';
import { botOf, siteOf, type Context } from './context';
import { restart, start, stop } from './life';
import { parseMark, type Mark } from './mark';
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

/**
 * Marks of this machine's own that no operation of this run made: what they stood for was interrupted, or will prove to be when they run
 * out. One that this run made and could not take off (the line was lost) stands for nothing: the trader saw it end, or cancelled it.
 */
export function leftBehind(rows: BotRow[], clusterId: string, me: Me, began: (id: string) => boolean): BotRow[] {
  return rows.filter(
    ({ operation, ...row }) =>
      operation !== null && row.clusterId === clusterId && row.managed && isOurs(operation, me) && !began(operation.id),
  );
}

export interface Resumer {
  /** To be called with a cluster's rows whenever it was connected. Never throws; resolves when what had run out is seen to. */
  look(clusterId: string, rows: BotRow[]): Promise<void>;
  dispose(): void;
}

/**
 * Picks up what this machine left when it ended: a stop goes on by itself (money first), anything else is told and waits for the trader.
 * A mark that has not run out yet is looked at again when it has: only then is it sure that no one works on the bot.
 */
export function createResumer(context: Context): Resumer {
  const { clock, me, runner } = context;
  const seen = new Set<string>();
  const timers = new Set<Dispose>();
  let disposed = false;

  async function see(row: BotRow, mark: OperationMark): Promise<void> {
    const wait = mark.expiresAt - clock.now();
    if (wait > 0) return later(row, mark, wait + 1_000);
    try {
      const still = await resume(context, row, mark);
      if (still) later(row, still, Math.max(1_000, still.expiresAt - clock.now() + 1_000));
    } catch {
      // The line is gone: the next rows of this cluster bring it again.
      seen.delete(mark.id);
    }
  }
  function later(row: BotRow, mark: OperationMark, ms: number): void {
    if (disposed) return;
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      if (!runner.isLive(mark.id)) void see(row, mark);
    });
    timers.add(cancel);
  }

  return {
    async look(clusterId, rows) {
      if (disposed) return;
      const found = leftBehind(rows, clusterId, me, runner.began).filter((row) => !seen.has(row.operation!.id));
      for (const row of found) seen.add(row.operation!.id);
      await Promise.all(found.map((row) => see(row, row.operation!)));
    },
    dispose() {
      disposed = true;
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

/** Gives the mark back where it turns out to be renewed by someone. @throws Failure */
async function resume(context: Context, row: BotRow, mark: OperationMark): Promise<Mark | null> {
  const site = siteOf(context, row.clusterId, row.namespace);
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
  const now = parseMark(workload?.metadata.annotations?.[ANNOTATION.operation]);
  if (!workload || now?.id !== mark.id) return null;
  if (now.expiresAt > context.clock.now()) return now;
  const down = (workload.spec.replicas ?? 1) === 0;
  const options = { confirmedCluster: site.name };
  if (mark.kind === 'stop' && (down || context.clock.now() - now.expiresAt < FRESH)) {
    stop(context, bot, { ...options, force: false });
    return null;
  }
  // A deployment or a start only watched: the bot goes on by itself, and the grid shows how.
  if ((mark.kind === 'deploy' || mark.kind === 'start') && !down) return null;
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
  return null;
}
