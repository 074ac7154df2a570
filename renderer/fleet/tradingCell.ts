import type { BotRow } from '../../shared/rows';
import { humanDuration } from '../../shared/duration';
import { tradingLooks } from '../bot/tradingWords';
import { words } from '../bot/words';

export type TradingKey = 'trading' | 'profit' | 'volume' | 'orders';

// Made once: making one for each of ten thousand cells would be felt while scrolling.
const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const signed = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2, signDisplay: 'exceptZero' });
const small = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const smallSigned = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3, signDisplay: 'exceptZero' });

/** What stands where nothing is known. */
export const NONE = '–';
export type Money = 'real' | 'paper' | 'practice';
/** Whose money a bot's amounts are. */
export const moneyOf = (row: BotRow, practice: boolean): Money =>
  practice ? 'practice' : row.paper ? 'paper' : 'real';

/** A cell of what was read of a bot's trading, e.g. `+12.40 USDT`; `mark`: with whose money it is, where that is not real. */
export function tradingCell(row: BotRow, key: TradingKey, mark: boolean, practice = false): string {
  const read = row.trading;
  if (!read) return NONE;
  if (key === 'trading') return tradingLooks[read.state].word;
  if (key === 'orders') return read.openOrders === null ? NONE : String(read.openOrders);
  const value = read[key];
  if (value === null) return NONE;
  const isSmall = value !== 0 && Math.abs(value) < 1;
  const by = key === 'profit' ? (isSmall ? smallSigned : signed) : isSmall ? small : plain;
  const money = moneyOf(row, practice);
  return [by.format(value), read.quote, mark && money !== 'real' ? money : ''].filter(Boolean).join(' ');
}

/** Why there is nothing, or when and how it was read. `now` in ms since 1970 by the cluster's clock. */
export function tradingTitle(row: BotRow, now: number, money: Money): string {
  const read = row.trading;
  const why = row.notRead ? [row.notRead] : [];
  if (!read) return why[0] ?? (row.hasPod ? words.neverRead : words.nothingToRead);
  const told = `Read ${humanDuration(Math.max(0, now - read.at))} ago, ${words.readBy[read.by]}`;
  const whose = { real: [], paper: ['Paper money, not real.'], practice: ['Simulated money, not real.'] }[money];
  return [read.sentence, `${told}.`, ...whose, ...why].filter(Boolean).join('\n');
}
