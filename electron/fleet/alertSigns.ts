import type { AlertKind } from '../../shared/alerts';
import type { BotRow } from '../../shared/rows';
import { diskSigns } from './alertDisk';
import { isNodeSilent } from '../bot/state';

/** What is known of a bot beside its row. */
export interface Facts {
  /** What holds its data was nearly full when it was last looked at. */
  wasFull?: boolean;
  /** Orders it left open, as a sentence, and what told it; missing: none known. */
  leftOrders?: { id: string; sentence: string };
}

/** Something about a bot that is worth an alert, for as long as it is so. */
export interface Sign {
  kind: AlertKind;
  sentence: string;
  hint: string;
  /** Tells apart what is so more than once. */
  occurrence?: string;
  /** When the reading that says so was told, by the cluster's clock; missing: no reading says it. */
  readAt?: number;
  /** Bots whose alerts share this are told in one. */
  gather?: string;
}

/** An end for want of memory counts for so long, ms. */
const RECENT = 600_000;

/** What of a row is worth an alert right now. `now` by the cluster's clock, ms since 1970. */
export function signsOf(row: BotRow, now: number, facts: Facts = {}): Sign[] {
  const signs: Sign[] = [];
  const add = (kind: AlertKind, sentence: string, hint: string, gather?: string): void =>
    void signs.push({ kind, sentence, hint, gather });
  if (facts.leftOrders) {
    const hint = 'Look at the exchange, and cancel what is left there.';
    signs.push({ kind: 'leftOrders', sentence: facts.leftOrders.sentence, hint, occurrence: facts.leftOrders.id });
  }
  // What the trader stopped is in no trouble.
  if (row.replicas === 0) return signs;

  if (isNodeSilent(row))
    add(
      'nodeSilent',
      `${row.name}: its node ${row.node} does not answer. It is probably still trading.`,
      'Nothing needs to be done at once. Cancel its orders at the exchange if you can’t wait for the node.',
      `${row.clusterId}|${row.node}`,
    );
  const looping = row.state === 'trouble' && row.status === 'CrashLoopBackOff';
  const recent = row.lastRestartAt !== null && now - row.lastRestartAt < RECENT;
  if (row.outOfMemory && (looping || recent || row.status === 'OOMKilled'))
    add(
      'outOfMemory',
      `${row.name} needed more memory than it may have and was killed (${times(row.restarts)}). Orders may be left open.`,
      'Give it more memory, then restart it. Look at its open orders at the exchange.',
    );
  else if (looping)
    add(
      'crashLoop',
      `${row.name} fails again and again (${times(row.restarts)}). ${row.lastEnd}`.trim(),
      'Its log of the run before says why (Log, then “run before”).',
    );
  signs.push(...tradingSigns(row));
  signs.push(...diskSigns(row, facts.wasFull ?? false));
  return signs;
}

/** By a reading of its trading, where there is one. */
function tradingSigns({ name, state, trading }: BotRow): Sign[] {
  if (!trading || state !== 'running') return [];
  if (trading.state === 'idle')
    return [
      {
        kind: 'idle',
        sentence:
          `${name} runs, but does not trade. ${trading.sentence.replace(/^It runs but does not trade\. /, '')}`.trim(),
        readAt: trading.at,
        hint: 'A kill switch or a limit may have stopped its strategy: its log says which. Restart it when you know why.',
      },
    ];
  if (trading.state === 'trading' && trading.openOrders === 0)
    return [
      {
        kind: 'noQuote',
        sentence: `${name} trades, but had no order open at any reading for ten minutes.`,
        readAt: trading.at,
        hint: 'Look at its balances and its log: it may be out of funds, or its spreads out of reach.',
      },
    ];
  return [];
}

const times = (restarts: number): string => (restarts === 1 ? '1 restart' : `${restarts} restarts`);
