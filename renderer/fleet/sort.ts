import type { BotRow, BotState, TradingReading } from '../../shared/rows';
import { usage } from '../state/usage.svelte';

export const columnKeys = [
  'name',
  'cluster',
  'namespace',
  'pair',
  'exchange',
  'strategy',
  'state',
  'ready',
  'status',
  'restarts',
  'age',
  'trading',
  'profit',
  'volume',
  'orders',
  'cpu',
  'memory',
  'node',
  'image',
] as const;
export type ColumnKey = (typeof columnKeys)[number];
export interface Sort {
  key: ColumnKey;
  descending: boolean;
}

export const isColumnKey = (key: string): key is ColumnKey => (columnKeys as readonly string[]).includes(key);

/** What CPU and memory a bot uses is told beside the rows: it changes without any row being another one. */
export const isBeside = (key: ColumnKey): boolean => key === 'cpu' || key === 'memory';

/** What needs the trader first comes first. */
export const stateOrder: BotState[] = ['trouble', 'unknown', 'stopping', 'starting', 'running', 'stopped'];
const tradingOrder: TradingReading['state'][] = ['idle', 'unknown', 'starting', 'trading'];

/** Trouble, what is unknown and what is on its way above all others. */
export const troubleFirst: Sort = { key: 'state', descending: false };

/** Text as people order it: case does not count, `bot-2` stands before `bot-10`. */
export function natural(text: string): string {
  return text.toLowerCase().replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'));
}

const order = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

type Value = string | number | null;

/** What a row is sorted by; null: not known of it. */
function valueOf(row: BotRow, key: ColumnKey, cluster: (row: BotRow) => string): Value {
  switch (key) {
    case 'cluster':
      return cluster(row);
    case 'state':
      return stateOrder.indexOf(row.state);
    case 'restarts':
      return row.restarts;
    case 'age':
      return -row.createdAt;
    case 'cpu':
    case 'memory':
      // Known of rows that were in view alone.
      return row.hasPod ? (usage.peek(row.id)?.[key] ?? null) : null;
    case 'trading':
      return row.trading ? tradingOrder.indexOf(row.trading.state) : null;
    case 'profit':
    case 'volume':
      return row.trading?.[key] ?? null;
    case 'orders':
      return row.trading?.openOrders ?? null;
    default:
      return natural(row[key]) || null;
  }
}

/** Amounts of different assets can't be told larger or smaller: each asset by itself. */
const asset = (row: BotRow, key: ColumnKey) => (key === 'profit' || key === 'volume' ? (row.trading?.quote ?? '') : '');

/** A row with what it is compared by, looked up once and not at every comparison. */
export interface Sortable {
  row: BotRow;
  value: Value;
  asset: string;
  name: string;
}

export interface Sorter {
  /** `name`: as another `Sortable` of the same row has it. */
  of(row: BotRow, name?: string): Sortable;
  compare(a: Sortable, b: Sortable): number;
  /** What a row is compared by stays as long as the row is the same object. */
  lasting: boolean;
}

/** Gives what rows are compared by; equal for both directions. */
export function sortables(key: ColumnKey, clusterName: (id: string) => string): Sorter['of'] {
  const names = new Map<string, string>();
  const cluster = (row: BotRow) => {
    let name = names.get(row.clusterId);
    if (name === undefined) names.set(row.clusterId, (name = natural(clusterName(row.clusterId))));
    return name;
  };
  return (row, name = natural(row.name)) => {
    const value = key === 'name' ? name || null : valueOf(row, key, cluster);
    return { row, value, asset: asset(row, key), name };
  };
}

/**
 * How rows are ordered; equal ones by name, then id, so that an update never makes them change places. Rows of which the value is not
 * known stand last either way. Age counts from the youngest. `of`: as `sortables` gives it for the same column.
 */
export function sorter({ key, descending }: Sort, of: Sorter['of']): Sorter {
  const sign = descending ? -1 : 1;
  const byValue = (a: Sortable, b: Sortable): number => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return order(a.asset, b.asset) || sign * order(a.value, b.value);
  };
  return {
    of,
    compare: (a, b) => byValue(a, b) || order(a.name, b.name) || order(a.row.id, b.row.id),
    lasting: !isBeside(key),
  };
}
