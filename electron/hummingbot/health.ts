import { cleanText } from '../../shared/clean';

/** What one reading of an engine run says. */
export interface Health {
  /** By the app's rule: engine running, connectors there and all ready, a status text, no start-up error in the log. */
  trading: boolean;
  /** For the trader, e.g. "Trades ETH-USDT on binance_paper_trade: 2 orders open, as the bot last knew." */
  sentence: string;
  /** Open orders the bot tracks; null: not known. */
  orders: number | null;
  connectors: ConnectorHealth[];
  /** The strategy's own status text, control characters stripped; '' when there is none. */
  statusText: string;
  /** Time of the reading by the bot's own clock, ms since 1970; null: not known. */
  at: number | null;
  /** Log line that shows a swallowed start-up error, or ''. */
  logError: string;
}
export interface ConnectorHealth {
  name: string;
  ready: boolean;
  pairs: string[];
  /** Open orders it tracks; null: not known. */
  orders: number | null;
}

/** Words of the log that mean: the strategy did not start, whatever the status says (seen with 2.16). */
export const START_ERRORS = [
  'Unknown error during initialization',
  'Invalid value',
  'Error executing action',
  'Failed to start strategy',
];

/**
 * The health rule: what `status.json` (its text) and the log of this run say together. Hummingbot swallows start-up errors and calls
 * itself running, so "trading" needs all of: strategy running, connectors there, each ready, a status text, no start-up error. Never throws.
 */
export function readStatus(statusJson: string, log: string): Health {
  const status = record(parse(statusJson));
  const engine = record(status['engine']);
  const connectors = Object.entries(record(engine['connectors'])).map(([name, value]) =>
    connectorOf(name, record(value)),
  );
  const counts = connectors.map(({ orders }) => orders);
  const orders = counts.length > 0 && counts.every((count) => count !== null) ? sum(counts as number[]) : null;
  const text = typeof status['format_status'] === 'string' ? cleanLines(status['format_status']) : '';
  const logError = startErrorIn(log);
  const problem = problemOf(status, engine, connectors, text, logError);
  return {
    trading: problem === null,
    sentence: problem ?? tradingSentence(connectors, orders),
    orders,
    connectors,
    statusText: text,
    at: timeOf(status['updated_at']),
    logError,
  };
}

function problemOf(
  status: Record<string, unknown>,
  engine: Record<string, unknown>,
  connectors: ConnectorHealth[],
  text: string,
  logError: string,
): string | null {
  if (Object.keys(status).length === 0) return 'The bot has not told its status yet.';
  if (logError) return `The bot runs but does not trade. Its log says: ${logError}`;
  if (status['running'] === false) return 'Hummingbot says it is not running.';
  if (engine['strategy_running'] !== true)
    return 'Hummingbot runs, but its strategy does not: stopped by a limit, or not started yet.';
  if (connectors.length === 0) return 'The strategy is not connected to any exchange, so nothing is traded.';
  const waiting = connectors.filter(({ ready }) => !ready).map(({ name }) => name);
  if (waiting.length > 0) return `Waits for ${list(waiting)} to be ready; nothing is traded yet.`;
  return text === '' ? 'The strategy gives no status yet, so it is not sure that it trades.' : null;
}

function tradingSentence(connectors: ConnectorHealth[], orders: number | null): string {
  const where = connectors.map(({ name, pairs }) => (pairs.length > 0 ? `${list(pairs)} on ${name}` : `on ${name}`));
  const open = orders === null ? '' : `: ${orders === 1 ? '1 order' : `${orders} orders`} open, as the bot last knew`;
  return `Trades ${list(where)}${open}.`;
}

function connectorOf(name: string, value: Record<string, unknown>): ConnectorHealth {
  const pairs = Array.isArray(value['trading_pairs']) ? value['trading_pairs'] : [];
  const count = value['orders_count'];
  return {
    name: cleanText(name, 60),
    ready: value['ready'] === true,
    pairs: pairs.slice(0, 20).map((pair) => cleanText(String(pair), 40)),
    orders: typeof count === 'number' && Number.isInteger(count) && count >= 0 ? count : null,
  };
}

function startErrorIn(log: string): string {
  const line = log.split('\n').find((candidate) => START_ERRORS.some((words) => candidate.includes(words)));
  return line ? cleanText(line.trim(), 300) : '';
}

/** Hummingbot writes seconds; whatever is too small for milliseconds is taken as such. Texts are ISO times. */
function timeOf(value: unknown): number | null {
  if (typeof value === 'number' && value > 0) return Math.round(value < 1e11 ? value * 1000 : value);
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? null : time;
}

function parse(text: string): unknown {
  try {
    // Python writes NaN and Infinity, which JSON does not know.
    return JSON.parse(text.replace(/([:[,]\s*)(-?Infinity|NaN)(?=\s*[,\]}])/g, '$1null')) as unknown;
  } catch {
    return null;
  }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
const list = (words: string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1] ?? ''}`;
const cleanLines = (text: string): string =>
  text
    .slice(0, 20_000)
    .split('\n')
    .map((line) => cleanText(line, 400))
    .join('\n');

export { exitMeaning } from './exitCode';
export { openOrdersCommand, parseOpenOrders, type OpenOrder, type OpenOrders } from './openOrders';
export { parseReading, statusCommand, type Reading } from './reading';
