import type { BotRow } from '../../shared/rows';
import type { Chosen } from './choice';
import { columnKeys, isBeside, type ColumnKey } from './sort';
import { tradingCell } from './tradingCell';

/** How a column gets its width. */
interface Shape {
  /** Texts as wide as the column is at least. */
  sample: string;
  /** Most px its text may claim. */
  most: number;
  /** Share of what is left over. */
  grow: number;
  /** Room for what stands beside the text, in px. */
  extra?: number;
  right?: boolean;
}
interface Column extends Shape {
  key: ColumnKey;
}

const shapes: Record<ColumnKey, Shape> = {
  name: { sample: 'hummingbot-1', most: 230, grow: 3, extra: 14 },
  cluster: { sample: 'Cluster', most: 200, grow: 1, extra: 14 },
  namespace: { sample: 'Namespace', most: 140, grow: 1 },
  pair: { sample: 'BTC-USDT', most: 110, grow: 1 },
  exchange: { sample: 'Exchange', most: 160, grow: 1 },
  strategy: { sample: 'Strategy', most: 170, grow: 2 },
  state: { sample: 'Stopping', most: 60, grow: 0, extra: 32 },
  ready: { sample: 'Ready ▴', most: 50, grow: 0, right: true },
  status: { sample: 'Running', most: 190, grow: 2 },
  restarts: { sample: 'Restarts ▴', most: 125, grow: 0, right: true },
  age: { sample: '364d23h', most: 60, grow: 0, right: true },
  trading: { sample: 'Not known ▴', most: 90, grow: 0, extra: 14 },
  profit: { sample: 'Profit ▴', most: 170, grow: 0, right: true },
  volume: { sample: 'Volume ▴', most: 170, grow: 0, right: true },
  orders: { sample: 'Open orders ▴', most: 90, grow: 0, right: true },
  cpu: { sample: 'CPU ▴', most: 50, grow: 0, right: true },
  memory: { sample: '65536Mi 100%', most: 90, grow: 0, right: true },
  node: { sample: 'Node ▴', most: 170, grow: 1 },
  image: { sample: 'Image ▴', most: 130, grow: 1 },
};

const columns: Column[] = columnKeys.map((key) => ({ key, ...shapes[key] }));
/** Whether its cells stand at the right edge, as numbers do. */
export const isRight = (key: ColumnKey): boolean => shapes[key].right ?? false;
const padding = 13;
const checkWidth = 30;

/** Px each column's text claims so far. */
export type Widths = Partial<Record<ColumnKey, number>>;

export interface Measuring {
  /** Width of a text in px, in the grid's font. */
  width(text: string, bold: boolean): number;
  clusterName(id: string): string;
  stale(clusterId: string): boolean;
  practice(clusterId: string): boolean;
}

/** Hummingbot's own names of paper exchanges need no mark beside them. */
export const saysPaper = (exchange: string): boolean => exchange.endsWith('_paper_trade');

/** The text of a cell with the marks beside it, as far as it decides the width; '' where the sample does. */
function cellText(row: BotRow, key: ColumnKey, by: Measuring): string {
  switch (key) {
    case 'name':
      return `${row.name}${/^(trouble|unknown)$/.test(row.state) ? ' ▲' : ''}${row.managed ? '' : ' by hand'}${row.pendingConfig ? ' △' : ''}`;
    case 'cluster':
      return `${by.clusterName(row.clusterId)}${by.stale(row.clusterId) ? ' stale 179m' : ''}`;
    case 'state':
    case 'age':
    case 'cpu':
    case 'memory':
    case 'trading':
      return '';
    case 'profit':
    case 'volume':
    case 'orders':
      return row.trading ? tradingCell(row, key, true, by.practice(row.clusterId)) : '';
    case 'restarts':
      return row.restarts > 0 && row.lastRestartAt !== null ? `${row.restarts} (7h59m ago)` : String(row.restarts);
    case 'exchange':
      return row.paper && !saysPaper(row.exchange) ? `${row.exchange} paper` : row.exchange;
    default:
      return row[key];
  }
}

/**
 * Widths only grow while bots come and go, so that nothing moves sideways under the trader's eyes. Give the rows that are new
 * or changed; the same object comes back when nothing grew.
 */
export function grow(widths: Widths, rows: readonly BotRow[], by: Measuring): Widths {
  const next: Widths = { ...widths };
  for (const { key, sample, most } of columns) {
    const bold = key === 'name';
    let px = next[key] ?? Math.min(most, by.width(sample, bold));
    for (let i = 0; i < rows.length && px < most; i++) {
      const text = cellText(rows[i]!, key, by);
      // No letter of the font is wider than 12 px at this size: most texts need no measuring.
      if (text.length * 12 > px) px = Math.max(px, Math.min(most, by.width(text, bold)));
    }
    next[key] = px;
  }
  return columns.every(({ key }) => next[key] === widths[key]) ? widths : next;
}

/** Picks the rows it has not seen yet, and those whose cluster's `word` is another one; a changed row is another object. */
export function unseen(word: (clusterId: string) => string): (rows: readonly BotRow[]) => BotRow[] {
  const seen = new WeakSet<BotRow>();
  const words = new Map<string, string>();
  let last: readonly BotRow[] = [];
  return (rows) => {
    const others = new Set<string>();
    for (const [id, before] of words) {
      const now = word(id);
      if (now === before) continue;
      words.set(id, now);
      others.add(id);
    }
    // Most stand where they stood: thousands are asked for in a set the more slowly.
    const fresh = rows.filter((row, i) => others.has(row.clusterId) || (row !== last[i] && !seen.has(row)));
    for (const row of fresh) {
      seen.add(row);
      if (!words.has(row.clusterId)) words.set(row.clusterId, word(row.clusterId));
    }
    last = rows;
    return fresh;
  };
}

/** Px a column takes at least: what its trader set, else what its texts ask for. */
export const widthOf = ({ key, width }: Chosen, widths: Widths): number =>
  width ?? Math.ceil((widths[key] ?? 0) + (shapes[key].extra ?? 0)) + padding;

/**
 * Columns with texts that may be longer than they are wide. Only their cells are cut off: a cell that is costs a clip of its own in each frame,
 * and a screenful has a thousand of them.
 */
export const cutOff = (widths: Widths, chosen: readonly Chosen[]): ReadonlySet<ColumnKey> =>
  new Set(
    chosen
      .filter(({ key, width }) => width !== null || isBeside(key) || (widths[key] ?? Infinity) >= shapes[key].most)
      .map(({ key }) => key),
  );

/** The grid's columns for the styles, and the least width in px they need. */
export function template(widths: Widths, chosen: readonly Chosen[]): { columns: string; width: number } {
  let width = checkWidth;
  const parts = chosen.map((column) => {
    const px = widthOf(column, widths);
    const { grow } = shapes[column.key];
    width += px;
    return column.width === null && grow > 0 ? `minmax(${px}px, ${grow}fr)` : `${px}px`;
  });
  return { columns: `${checkWidth}px ${parts.join(' ')}`, width };
}

/** Measures by a canvas that is never shown: letter by letter, each once, as thousands of texts come at once. */
export function canvasWidth(page: Document): Measuring['width'] {
  const context = page.createElement('canvas').getContext('2d');
  // As the page draws it; a hair more, as letters between pixels may need it.
  if (context) context.textRendering = 'geometricPrecision';
  /** By code unit; 0: not measured yet. */
  const known = { plain: new Float32Array(65_536), bold: new Float32Array(65_536) };

  function measure(letter: string, bold: boolean): number {
    if (!context) return 7;
    context.font = `${bold ? 600 : 400} 12px 'Inter Variable', sans-serif`;
    // The grid sets digits at one width, wider than most; the canvas can't: a zero and a bit stands for each.
    return /\d/.test(letter) ? context.measureText('0').width * 1.03 + 0.7 : context.measureText(letter).width * 1.03;
  }
  return (text, bold) => {
    const letters = bold ? known.bold : known.plain;
    let px = 1;
    for (let i = 0; i < text.length; i++) px += letters[text.charCodeAt(i)] ||= measure(text[i]!, bold);
    return px;
  };
}
