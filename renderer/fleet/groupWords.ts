import { humanDuration } from '../../shared/duration';
import type { BotState } from '../../shared/rows';
import type { GroupField } from '../../shared/settings';
import type { Money } from '../bot/money';
import { amountText } from '../bot/tradingWords';
import { words } from '../bot/words';
import { count } from '../count';
import { texts } from '../texts';
import type { Judged } from './judged';
import type { AssetSum, MoneySum, Tally } from './sums';

export const bots = (value: number): string => `${count(value)} ${value === 1 ? 'bot' : 'bots'}`;

const fields: Record<GroupField, string> = {
  cluster: 'cluster',
  provider: 'provider',
  namespace: 'namespace',
  strategy: 'strategy',
  exchange: 'exchange',
  pair: 'pair',
  state: 'state',
};

/** What groups, their sums, the menu of views and the cards say. */
export const groupWords = {
  fields,
  menu: 'How the bots are shown',
  groupBy: (field: GroupField) => `Group by ${fields[field]}`,
  ungrouped: 'No groups',
  byField: (field: GroupField) => `By ${fields[field]}`,
  view: 'View',
  closeAll: 'Close all groups',
  openAll: 'Open all groups',
  cards: 'Show as cards',
  grid: 'Show as a grid',
  none: (field: GroupField) => `No ${fields[field]} known`,
  money: words.money,
  moneyHelp: {
    real: 'Bots that trade with real money. Test, paper and practice money are never in these sums.',
    maybe:
      'Bots that do not say at which exchange they trade: their money may be real. They are in no sum of real money.',
    test: 'Test networks of exchanges: no real money is in these sums.',
    paper: 'Paper trade: no real money is in these sums.',
    practice: 'Simulated bots of the practice clusters: no real money is in these sums.',
  } satisfies Record<Money, string>,
  apart:
    'Each quote asset has its own sum; they are never added up. Profit is since each bot’s record of trades began, fees taken off.',
  notRead: 'Trading not read yet',
  profit: 'Profit',
  volume: 'Volume',
  orders: 'Open orders',
  judgedHelp:
    'The filter asks for what is read of bots. The others were not read, or their record does not tell it: whether they fit is not known.',
  clusters: 'Bots by cluster',
  sums: 'Sums of the bots shown',
  more: (rest: number) => `+${rest} more`,
  selected: (picked: number) => `${count(picked)} selected`,
};

/** `, oldest 3m ago`; '' where nothing was read. Times in ms since 1970. */
export const oldestText = (at: number | null, now: number): string =>
  at === null ? '' : `, oldest ${humanDuration(Math.max(0, now - at))} ago`;

/** `28 of 200 read, oldest 3m ago`. `now` in ms since 1970, by this machine's clock. */
export const readText = (sum: MoneySum, now: number): string =>
  `${count(sum.read)} of ${count(sum.bots)} read${oldestText(sum.oldest, now)}`;

/** `Judged by 30 of 9,730 read, oldest 3m ago`. */
export const judgedText = ({ known, bots, oldest: at }: Judged, now: number): string =>
  `Judged by ${count(known)} of ${count(bots)} read${oldestText(at, now)}`;

/** How many bots' amounts are in a sum is said where that is not all that were read. */
const of = (known: number, read: number) => (known === read ? '' : ` (of ${count(known)})`);
export const profitText = (asset: AssetSum, read: number): string =>
  asset.profitOf === 0
    ? `${asset.quote} not known`
    : `${amountText(asset.profit, asset.quote, true)}${of(asset.profitOf, read)}`;
export const volumeText = (asset: AssetSum, read: number): string =>
  asset.volumeOf === 0
    ? `${asset.quote} not known`
    : `${amountText(asset.volume, asset.quote)}${of(asset.volumeOf, read)}`;
export const ordersText = (sum: MoneySum): string =>
  sum.ordersOf === 0 ? 'not known' : `${count(sum.orders)}${of(sum.ordersOf, sum.read)}`;

/** `Real money: 28 of 200 read, oldest 3m ago`: an amount is never seen without what it is of, so this stands first. */
export const moneyHead = (sum: MoneySum, now: number): string =>
  `${groupWords.money[sum.money]}: ${readText(sum, now)}`;

/** The amounts of one kind of money in one line; empty ones are left out, '' where there is none. */
export function amountsText(sum: MoneySum): string {
  const parts: string[] = [];
  if (sum.assets.length > 0) {
    parts.push(
      `${groupWords.profit} ${sum.assets.map((asset) => profitText(asset, sum.read)).join(', ')}`,
      `${groupWords.volume} ${sum.assets.map((asset) => volumeText(asset, sum.read)).join(', ')}`,
    );
  }
  if (sum.ordersOf > 0) parts.push(`${groupWords.orders} ${ordersText(sum)}`);
  return parts.join('; ');
}

/** All of one kind of money in one line. */
export const moneyLine = (sum: MoneySum, now: number): string =>
  [moneyHead(sum, now), amountsText(sum)].filter(Boolean).join('; ');

const order: BotState[] = ['trouble', 'unknown', 'starting', 'stopping', 'running', 'stopped'];

/** The states that are there, what needs the trader first. */
export const statesThere = (tally: Tally): BotState[] => order.filter((state) => tally.states[state] > 0);
export const statesText = (tally: Tally): string =>
  statesThere(tally)
    .map((state) => `${count(tally.states[state])} ${texts.summary[state]}`)
    .join(', ');
