import type { BotRow } from '../../shared/rows';
import { humanDuration } from '../../shared/duration';
import { moneyOf, type Money } from '../bot/money';
import { amountText, tradingLooks } from '../bot/tradingWords';
import { words } from '../bot/words';

export type TradingKey = 'trading' | 'profit' | 'volume' | 'orders';

/** What stands where nothing is known. */
export const NONE = '–';
/** What is said beside an amount of money that is not, or perhaps not, real; '' for real money. */
export const moneyMark = (money: Money): string => (money === 'real' ? '' : money === 'maybe' ? 'maybe real' : money);

/** A cell of what was read of a bot's trading, e.g. `+12.40 USDT`; `mark`: with whose money it is, where that is not real. */
export function tradingCell(row: BotRow, key: TradingKey, mark: boolean, practice = false): string {
  const read = row.trading;
  if (!read) return NONE;
  if (key === 'trading') return tradingLooks[read.state].word;
  if (key === 'orders') return read.openOrders === null ? NONE : String(read.openOrders);
  const value = read[key];
  if (value === null) return NONE;
  const said = moneyMark(moneyOf(row, practice));
  const amount = amountText(value, read.quote, key === 'profit');
  return mark && said ? `${amount} ${said}` : amount;
}

/** Why there is nothing, or when and how it was read. `now` in ms since 1970 by the cluster's clock. */
export function tradingTitle(row: BotRow, now: number, money: Money): string {
  const read = row.trading;
  const why = row.notRead ? [row.notRead] : [];
  if (!read) return why[0] ?? (row.hasPod ? words.neverRead : words.nothingToRead);
  const told = `Read ${humanDuration(Math.max(0, now - read.at))} ago, ${words.readBy[read.by]}`;
  const whose = {
    ...{ real: [], maybe: ['Nothing tells its exchange: this may be real money.'] },
    test: ['Money of a test network, not real.'],
    ...{ paper: ['Paper money, not real.'], practice: ['Simulated money, not real.'] },
  }[money];
  return [read.sentence, `${told}.`, ...whose, ...why].filter(Boolean).join('\n');
}
