import type { BotRow, BotState } from '../../shared/rows';
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

/** What needs the trader first comes first. */
export const stateOrder: BotState[] = ['trouble', 'unknown', 'stopping', 'starting', 'running', 'stopped'];

/** Text as people order it: case does not count, `bot-2` stands before `bot-10`. */
export function natural(text: string): string {
  return text.toLowerCase().replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'));
}

const keys = new Map<ColumnKey, WeakMap<BotRow, string>>();

/** A row keeps its sort text as long as it is the same object. */
function textKey(
  row: BotRow,
  key: Exclude<ColumnKey, 'cluster' | 'state' | 'restarts' | 'age' | 'cpu' | 'memory'>,
): string {
  let cache = keys.get(key);
  if (!cache) keys.set(key, (cache = new WeakMap()));
  let text = cache.get(row);
  if (text === undefined) cache.set(row, (text = natural(row[key])));
  return text;
}

const order = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Rows in order; equal ones by name, then id, so that an update never makes them change places. Rows given nearly in order
 * already (the last result) cost next to nothing. Age counts from the youngest.
 */
export function sortRows(rows: readonly BotRow[], sort: Sort, clusterName: (id: string) => string): BotRow[] {
  const names = new Map<string, string>();
  const cluster = (row: BotRow) => {
    let name = names.get(row.clusterId);
    if (name === undefined) names.set(row.clusterId, (name = natural(clusterName(row.clusterId))));
    return name;
  };
  const value = (row: BotRow): string | number => {
    if (sort.key === 'cluster') return cluster(row);
    if (sort.key === 'state') return stateOrder.indexOf(row.state);
    if (sort.key === 'restarts') return row.restarts;
    if (sort.key === 'age') return -row.createdAt;
    // Known of rows that were in view alone; the others stand below them.
    if (sort.key === 'cpu' || sort.key === 'memory') return usage.peek(row.id)?.[sort.key] ?? -1;
    return textKey(row, sort.key);
  };
  const sign = sort.descending ? -1 : 1;
  // What is compared is looked up once a row, not once a comparison.
  const items = rows.map((row) => ({ row, value: value(row), name: textKey(row, 'name') }));
  items.sort((a, b) => sign * order(a.value, b.value) || order(a.name, b.name) || order(a.row.id, b.row.id));
  return items.map(({ row }) => row);
}
