import type { BotRow, BotState, ProviderId } from '../../shared/rows';
import { moneyKinds, moneyOf, type Money } from '../bot/money';

/** What is known of a cluster beside its rows. `skewMs`: how far its clock is ahead of this machine's. */
export interface ClusterFacts {
  name: string;
  provider: ProviderId;
  practice: boolean;
  skewMs: number;
}
export type FactsOf = (clusterId: string) => ClusterFacts | undefined;

/** Sums in one quote asset. `…Of`: of how many bots the amount was known. */
export interface AssetSum {
  quote: string;
  profit: number;
  profitOf: number;
  volume: number;
  volumeOf: number;
}
/** What was read of the bots that trade with one kind of money. */
export interface MoneySum {
  money: Money;
  bots: number;
  /** Of how many of them the trading was ever read. */
  read: number;
  /** When the oldest of those readings was told, ms since 1970 by this machine's clock. */
  oldest: number | null;
  orders: number;
  ordersOf: number;
  /** Most bots first. Amounts whose asset is not known are in none of them. */
  assets: AssetSum[];
}
export interface Tally {
  bots: number;
  states: Record<BotState, number>;
  /** How many bots are on each cluster by its id, and how many of them in trouble. */
  clusters: ReadonlyMap<string, { bots: number; bad: number }>;
  /** Kinds that are there, real money first. */
  money: MoneySum[];
}

const known = (value: number | null): value is number => value !== null && Number.isFinite(value);

/** Counts and sums of rows, in one pass: cheap enough for ten thousand rows at every batch of changes. */
export function tally(rows: readonly BotRow[], factsOf: FactsOf): Tally {
  const states = { running: 0, trouble: 0, stopped: 0, unknown: 0, starting: 0, stopping: 0 };
  const kinds = new Map<Money, MoneySum>();
  const clusters = new Map<string, { bots: number; bad: number; facts: ClusterFacts | undefined }>();
  for (const row of rows) {
    states[row.state]++;
    let cluster = clusters.get(row.clusterId);
    if (!cluster) clusters.set(row.clusterId, (cluster = { bots: 0, bad: 0, facts: factsOf(row.clusterId) }));
    cluster.bots++;
    if (row.state === 'trouble') cluster.bad++;
    const { facts } = cluster;
    const money = moneyOf(row, facts?.practice);
    let sum = kinds.get(money);
    if (!sum) kinds.set(money, (sum = { money, bots: 0, read: 0, oldest: null, orders: 0, ordersOf: 0, assets: [] }));
    sum.bots++;
    if (row.trading) addReading(sum, row.trading, facts?.skewMs ?? 0);
  }
  for (const sum of kinds.values()) sum.assets.sort((a, b) => b.profitOf + b.volumeOf - a.profitOf - a.volumeOf);
  return { bots: rows.length, states, clusters, money: moneyKinds.flatMap((money) => kinds.get(money) ?? []) };
}

function addReading(sum: MoneySum, reading: NonNullable<BotRow['trading']>, skewMs: number): void {
  sum.read++;
  const at = reading.at - skewMs;
  sum.oldest = sum.oldest === null ? at : Math.min(sum.oldest, at);
  if (known(reading.openOrders)) {
    sum.orders += reading.openOrders;
    sum.ordersOf++;
  }
  if (reading.quote === '' || !(known(reading.profit) || known(reading.volume))) return;
  let asset = sum.assets.find((one) => one.quote === reading.quote);
  if (!asset) sum.assets.push((asset = { quote: reading.quote, profit: 0, profitOf: 0, volume: 0, volumeOf: 0 }));
  if (known(reading.profit)) {
    asset.profit += reading.profit;
    asset.profitOf++;
  }
  if (known(reading.volume)) {
    asset.volume += reading.volume;
    asset.volumeOf++;
  }
}
