import type { BotRow, TradingReading } from '../../shared/rows';
import type { Pod } from '../cluster/objects';
import { parseFacts, readingOf } from '../hummingbot/trading';
import { ANNOTATION } from './format';

/** A reporter's clock this far ahead of the cluster's says nothing of an age. ms */
const AHEAD = 120_000;

/** When a container of a pod was started, ms since 1970; null: it does not run. */
export function startedAt(pod: Pod | undefined, container: string): number | null {
  const own = pod?.status?.containerStatuses?.find(({ name }) => name === container);
  const at = Date.parse(own?.state?.running?.startedAt ?? '');
  return Number.isNaN(at) ? null : at;
}

/**
 * What the bot's own reporter told last, by an annotation of its pod (docs/on-cluster-format.md); null: nothing readable. Text of a stranger.
 * @param now ms since 1970 by the cluster's clock
 */
export function reportOf(
  pod: Pod | undefined,
  bot: { container: string; pair: string; exchange: string },
  now: number,
): TradingReading | null {
  const text = pod?.metadata.annotations?.[ANNOTATION.reading];
  const facts = text ? parseFacts(text) : null;
  if (!text || !facts) return null;
  const told = (JSON.parse(text) as { at?: unknown }).at;
  const at = typeof told === 'number' && told > 1e12 && told < now + AHEAD ? Math.min(told, now) : null;
  if (at === null) return null;
  const { container, pair, exchange } = bot;
  return readingOf(facts, { at, by: 'reporter', startedAt: startedAt(pod, container), pair, exchange });
}

const STOPPED =
  'It is stopped; profit and volume are what it knew when it was last read. Its open orders of then say nothing of now.';

/**
 * The newest of what is known, with its state judged by what the row says now: a bot that was stopped since no longer trades. `sinceOf`:
 * start of the run that the server tells of; its seconds are whole and clocks differ, so a reading that says which run it is of is judged by
 * that. `askedOf`: bytes of its volume as its workload asks for them.
 */
export function tradingOf(
  row: Pick<BotRow, 'state' | 'hasPod'>,
  sinceOf: () => number | null,
  report: TradingReading | null,
  told: { reading: TradingReading | null; run?: number | null } | undefined,
  askedOf: () => number | null,
): TradingReading | null {
  const known = [report, told?.reading].filter((one): one is TradingReading => !!one);
  const [newest, other] = known.sort((a, b) => b.at - a.at);
  if (!newest) return null;
  const since = sinceOf();
  const run = newest === told?.reading ? told.run : undefined;
  // An older reporter does not tell it: then a reading's word stands, with its own age.
  const disk = newest.disk ?? other?.disk;
  const found = disk ? { ...newest, disk: { ...disk, asked: askedOf() } } : newest;
  const earlier = run === undefined ? since !== null && found.at < since : run !== since;
  // Its orders were read before the stop, which cancels them where it can: that number is true no longer.
  if (row.state === 'stopped') return { ...found, state: 'idle', openOrders: null, sentence: STOPPED };
  if (row.state !== 'running') {
    // Neither are those of a run that is over or is just being stopped.
    const over = earlier || since === null || row.state === 'stopping';
    const openOrders = over ? null : found.openOrders;
    return { ...found, state: 'unknown', openOrders, sentence: 'It has not been read since its state changed.' };
  }
  if (earlier) {
    const sentence = 'It was started again and has not been read since.';
    return { ...found, state: 'unknown', openOrders: null, sentence };
  }
  return found;
}
