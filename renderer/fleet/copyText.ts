import { humanDuration, restartsText } from '../../shared/duration';
import type { BotRow } from '../../shared/rows';
import { moneyOf } from '../bot/money';
import { usage } from '../state/usage.svelte';
import { texts } from '../texts';
import { saysPaper } from './columns';
import type { ColumnKey } from './sort';
import { NONE, tradingCell } from './tradingCell';
import { cpuCell, memoryCell } from './usageWords';

/** What must be known beside the rows to tell them. Times in ms since 1970. */
export interface Telling {
  columns: readonly ColumnKey[];
  clusterName(id: string): string;
  practice(clusterId: string): boolean;
  /** By the cluster's clock. */
  now(clusterId: string): number;
}

/** A cell as the grid shows it, marks included. */
function shownCell(row: BotRow, key: ColumnKey, by: Telling): string {
  const now = by.now(row.clusterId);
  const used = row.hasPod ? usage.peek(row.id) : undefined;
  switch (key) {
    case 'cluster':
      return by.clusterName(row.clusterId) + (by.practice(row.clusterId) ? ` (${texts.practice.word})` : '');
    case 'exchange':
      return row.paper && !saysPaper(row.exchange) ? `${row.exchange} ${texts.fleet.paper}` : row.exchange;
    case 'state':
      return texts.summary[row.state];
    case 'restarts':
      return restartsText(row.restarts, row.lastRestartAt, now);
    case 'age':
      return humanDuration(Math.max(0, now - row.createdAt));
    case 'cpu':
      return used ? cpuCell(used) : NONE;
    case 'memory':
      return used ? memoryCell(used) : NONE;
    case 'trading':
    case 'profit':
    case 'volume':
    case 'orders':
      return tradingCell(row, key, true, by.practice(row.clusterId));
    default:
      return row[key];
  }
}

/** One line whatever stands in a cell. */
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/** Lines under a head, columns set by blanks as kubectl does. */
export function asText(rows: readonly BotRow[], by: Telling): string {
  const head = by.columns.map((key) => texts.fleet.columns[key].label.toUpperCase());
  const table = [head, ...rows.map((row) => by.columns.map((key) => oneLine(shownCell(row, key, by))))];
  const widths = by.columns.map((_, at) => table.reduce((most, line) => Math.max(most, line[at]!.length), 0));
  return table
    .map(
      (line) =>
        line
          .map((cell, at) => cell.padEnd(widths[at]!))
          .join('   ')
          .trimEnd() + '\n',
    )
    .join('');
}

const iso = (at: number | null | undefined): string =>
  at === null || at === undefined ? '' : new Date(at).toISOString();
const number = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value);

/** A cell for a table program: plain numbers, whole times, empty where nothing is known. */
function rawCell(row: BotRow, key: ColumnKey, by: Telling): string {
  const used = row.hasPod ? usage.peek(row.id) : undefined;
  switch (key) {
    case 'cluster':
      return by.clusterName(row.clusterId);
    case 'state':
      return texts.summary[row.state];
    case 'restarts':
      return number(row.restarts);
    case 'age':
      return iso(row.createdAt);
    case 'cpu':
    case 'memory':
      return number(used?.[key]);
    case 'trading':
      return row.trading?.state ?? '';
    case 'profit':
    case 'volume':
      return number(row.trading?.[key]);
    case 'orders':
      return number(row.trading?.openOrders);
    default:
      return row[key];
  }
}

/** Heads that say what a plain number is. */
const rawHeads: Partial<Record<ColumnKey, string>> = { age: 'Created', cpu: 'CPU (cores)', memory: 'Memory (bytes)' };

/** Text in a cell as RFC 4180 has it. What a table program would take for a formula is set off by an apostrophe; numbers are not. */
export function csvCell(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text);
  const safe = !isNumber && /^\s*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The shown columns, and behind them what amounts are in, whose money it is, and when that was read. */
export function asCsv(rows: readonly BotRow[], by: Telling): string {
  const read = by.columns.some((key) => ['trading', 'profit', 'volume', 'orders'].includes(key));
  const head = by.columns.map((key) => rawHeads[key] ?? texts.fleet.columns[key].label);
  const lines = rows.map((row) => [
    ...by.columns.map((key) => rawCell(row, key, by)),
    ...(read ? [row.trading?.quote ?? ''] : []),
    moneyOf(row, by.practice(row.clusterId)),
    ...(read ? [iso(row.trading?.at)] : []),
  ]);
  const table = [[...head, ...(read ? ['Quote asset'] : []), 'Money', ...(read ? ['Read at'] : [])], ...lines];
  return table.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}
