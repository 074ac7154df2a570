import type { BotRow } from '../../shared/rows';
import { columnKeys, type ColumnKey } from './sort';

/** Bounds of a column's width in characters, and how it shares what is left over. */
interface Column {
  key: ColumnKey;
  min: number;
  max: number;
  grow: number;
  /** Room for what stands beside the text, in px. */
  extra: number;
  right?: boolean;
  mono?: boolean;
}

const shapes: Record<ColumnKey, Omit<Column, 'key'>> = {
  name: { min: 12, max: 30, grow: 3, extra: 44 },
  cluster: { min: 8, max: 22, grow: 1, extra: 26 },
  namespace: { min: 9, max: 20, grow: 1, extra: 0 },
  pair: { min: 8, max: 14, grow: 1, extra: 0 },
  exchange: { min: 8, max: 22, grow: 1, extra: 0 },
  strategy: { min: 8, max: 24, grow: 2, extra: 0 },
  state: { min: 11, max: 11, grow: 0, extra: 8 },
  ready: { min: 6, max: 6, grow: 0, extra: 0, right: true },
  status: { min: 8, max: 26, grow: 2, extra: 0 },
  restarts: { min: 9, max: 14, grow: 0, extra: 0, right: true },
  age: { min: 6, max: 7, grow: 0, extra: 0, right: true },
  node: { min: 6, max: 24, grow: 1, extra: 0 },
  image: { min: 8, max: 20, grow: 1, extra: 0 },
};

export const columns: Column[] = columnKeys.map((key) => ({ key, ...shapes[key] }));

const charWidth = 6.7;
const padding = 16;
export const checkWidth = 30;

type Lengths = Partial<Record<ColumnKey, number>>;

/** Characters a row needs in each column whose text differs in length. */
function lengthOf(row: BotRow, key: ColumnKey, clusterName: (id: string) => string): number {
  if (key === 'cluster') return clusterName(row.clusterId).length;
  if (key === 'state' || key === 'ready' || key === 'age') return 0;
  if (key === 'restarts') return row.restarts > 0 && row.lastRestartAt !== null ? 12 : 3;
  if (key === 'exchange') return row.exchange.length + (row.paper ? 6 : 0);
  return row[key].length;
}

/** Widths only grow while bots come and go, so that nothing moves sideways under the trader's eyes. */
export function measure(
  rows: readonly BotRow[],
  before: Lengths,
  clusterName: (id: string) => string,
): { lengths: Lengths; grown: boolean } {
  const lengths: Lengths = { ...before };
  let grown = false;
  for (const { key, min, max } of columns) {
    let most = lengths[key] ?? min;
    for (let i = 0; i < rows.length && most < max; i++) {
      most = Math.max(most, Math.min(max, lengthOf(rows[i]!, key, clusterName)));
    }
    if (most !== lengths[key]) {
      lengths[key] = most;
      grown = true;
    }
  }
  return { lengths, grown };
}

/** The grid's columns for the styles, and the least width in px they need. */
export function template(lengths: Lengths): { columns: string; width: number } {
  let width = checkWidth;
  const parts = columns.map((column) => {
    const px = Math.round((lengths[column.key] ?? column.min) * charWidth + padding + column.extra);
    width += px;
    return column.grow > 0 ? `minmax(${px}px, ${column.grow}fr)` : `${px}px`;
  });
  return { columns: `${checkWidth}px ${parts.join(' ')}`, width };
}
