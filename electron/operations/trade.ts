import { Failure, toAppError, type AppError } from '../../shared/errors';
import { recognise } from '../bot/recognise';
import { readStatus } from '../hummingbot/health';
import type { Pod, StatefulSet } from '../cluster/objects';
import type { Clock } from '../cluster/types';
import { logTail, readEngine, readOpenOrders } from './pods';
import type { Task } from './run';
import type { Site } from './site';
import { count, listed } from './text';

/** Pace of asking the bot itself, ms: each asking runs in its own cgroup and costs it a round of balance requests. */
const ASK = 5_000;
/** A bot that runs this long without trading has something to say; looking on is the trader's choice. ms */
const NOT_TRADING = 180_000;

export type Finding =
  | { kind: 'wait' }
  /** The sentence of the result: it trades, or can't be asked. */
  | { kind: 'done'; message: string }
  | { kind: 'failed'; error: AppError };
type Said = { kind: 'trades' | 'waits'; words: string } | { kind: 'failed'; error: AppError };

/** Looks whether a running bot trades, by the health rule; called as often as one likes, asks at its own pace. @throws Failure CANCELLED */
export function createTradeCheck(task: Task, site: Site, clock: Clock) {
  let podUid = '';
  let runningSince = 0;
  let askedAt = -Infinity;

  return async (workload: StatefulSet, pod: Pod, container: string): Promise<Finding> => {
    const { name } = workload.metadata;
    const bot = recognise(workload);
    if (podUid !== pod.metadata.uid) [podUid, runningSince, askedAt] = [pod.metadata.uid, clock.now(), -Infinity];
    if (clock.now() - askedAt < ASK) return { kind: 'wait' };
    const said = await ask(pod, container, bot?.run === 'classic', bot?.strategyFile ?? '');
    askedAt = clock.now();
    if (said.kind === 'trades') {
      task.step('trade', 'done', said.words);
      return { kind: 'done', message: `${name} trades. ${said.words}` };
    }
    if (said.kind === 'failed' && said.error.code === 'FORBIDDEN') {
      task.step('trade', 'skipped', 'Not known: your rights do not allow looking into the bot');
      return { kind: 'done', message: `${name} runs. Whether it trades is not known: ${said.error.message}` };
    }
    if (said.kind === 'failed') return said;
    task.step('trade', 'running', said.words);
    if (clock.now() - runningSince < NOT_TRADING) return { kind: 'wait' };
    const message = `${name} runs, but has not traded for ${NOT_TRADING / 60_000} minutes: ${said.words}`;
    return {
      kind: 'failed',
      error: { code: 'TIMEOUT', message, hint: 'Look at its log and its settings; “Try again” looks on.' },
    };
  };

  async function ask(pod: Pod, container: string, classic: boolean, strategyFile: string): Promise<Said> {
    try {
      return classic ? await askClassic(pod, container, strategyFile) : await askEngine(pod, container);
    } catch (thrown) {
      if (task.signal.aborted) throw thrown;
      const error = toAppError(thrown);
      if (error.code === 'FORBIDDEN') return { kind: 'failed', error };
      // The container may just have ended: the next look at the pod tells.
      return { kind: 'waits', words: error.message };
    }
  }

  async function askEngine(pod: Pod, container: string): Promise<Said> {
    const reading = await readEngine(site, pod, container, clock, task.signal);
    if (reading.kind === 'starting') return { kind: 'waits', words: 'Hummingbot is starting' };
    if (reading.kind === 'no-answer') return { kind: 'waits', words: 'Hummingbot has not answered yet' };
    if (reading.kind !== 'status') return { kind: 'waits', words: 'Hummingbot is being loaded' };
    const log = await logTail(site, pod, container, { lines: 1500 });
    const health = readStatus(reading.statusJson, log ?? '');
    // Hummingbot swallows errors of its start: its log alone tells them, so without it nothing is sure.
    if (health.trading && log === null)
      return { kind: 'waits', words: 'It runs; whether it trades is not sure, as its log can’t be read' };
    if (health.trading) return { kind: 'trades', words: health.sentence };
    if (!health.logError) return { kind: 'waits', words: health.sentence };
    const hint = 'Correct the value in the configuration and restart the bot.';
    return { kind: 'failed', error: { code: 'INVALID', message: health.sentence, hint, cause: health.logError } };
  }

  /** The classic interface has no status to ask for: open orders in its database show that it trades. */
  async function askClassic(pod: Pod, container: string, strategyFile: string): Promise<Said> {
    const open = await readOpenOrders(site, pod, container, strategyFile, clock, task.signal);
    if (!open.known && open.forbidden) throw new Failure(open.forbidden);
    if (!open.known) return { kind: 'waits', words: `Waits for its first order. ${open.reason}` };
    // What an earlier run left in the database says nothing about this one.
    const own = pod.status?.containerStatuses?.find((status) => status.name === container);
    const began = Date.parse(own?.state?.running?.startedAt ?? '') || 0;
    const orders = open.orders.filter((order) => order.at !== null && order.at >= began);
    if (orders.length === 0) return { kind: 'waits', words: 'Waits for its first order' };
    const pairs = [...new Set(orders.map((order) => order.pair))].filter(Boolean);
    const where = pairs.length ? ` for ${listed(pairs)}` : '';
    return { kind: 'trades', words: `${count(orders.length, 'order')} open${where}, as the bot last knew.` };
  }
}
