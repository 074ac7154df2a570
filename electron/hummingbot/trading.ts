import { cleanText } from '../../shared/clean';
import { humanDuration } from '../../shared/duration';
import type { DiskReading } from '../../shared/disk';
import type { TradingReading } from '../../shared/rows';
import { TRADING_MARK } from './tradingProgram';

/** What a bot's own record says of its trading, as `look` tells it. Times in ms since 1970 by the clock of the bot's node. */
export interface Facts {
  now: number;
  /** Possibly open orders; null: the record could not be read. */
  orders: number | null;
  /** When the newest order was placed, when any last changed. */
  placed: number | null;
  last: number | null;
  profit: number | null;
  volume: number | null;
  quote: string;
  /** Why something is not known: `missing`, `slow`, `quotes`, `fees`, `kind`, `error: …`; '' otherwise. */
  why: string;
  /** The last run's log: a swallowed start-up error, the kill switch, or a stop of the strategy. */
  log: '' | 'error' | 'kill' | 'stopped';
  logAt: number | null;
  line: string;
  /** The file system that holds its data; null: not told. */
  disk: Omit<DiskReading, 'at' | 'asked'> | null;
}

/** A bot that has just started may take this long until it trades, ms; an order not touched for `QUIET` means that nothing is quoted. */
const STARTING = 180_000;
const QUIET = 600_000;
/** Times of pods have whole seconds. ms */
const ROUNDED = 2_000;

/** Reads facts as `look` prints them (`text`: their JSON). Null: they are none. Never throws, whatever the text. */
export function parseFacts(text: string): Facts | null {
  let told: Record<string, unknown>;
  try {
    told = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
  if (typeof told !== 'object' || told === null || told['v'] !== 1) return null;
  const now = time(told['now']);
  if (now === null) return null;
  const orders = told['orders'];
  const log = ['error', 'kill', 'stopped'].find((word) => word === told['log']) as Facts['log'] | undefined;
  return {
    now,
    orders: typeof orders === 'number' && Number.isInteger(orders) && orders >= 0 && orders < 1e6 ? orders : null,
    placed: time(told['placed']),
    last: time(told['last']),
    profit: amount(told['profit'], true),
    volume: amount(told['volume'], false),
    quote: word(told['quote'], 20),
    why: word(told['why'], 200),
    log: log ?? '',
    logAt: time(told['logAt']),
    line: word(told['line'], 200),
    disk: disk(told['disk']),
  };
}

/** Reads `tradingCommand`'s stdout. */
export function parseTrading(stdout: string): Facts | null {
  const line = stdout.split('\n').find((one) => one.startsWith(`${TRADING_MARK} {`));
  return line ? parseFacts(line.slice(TRADING_MARK.length + 1)) : null;
}

/** What is known beside the record. */
export interface Around {
  /** When it was told, ms since 1970 by the cluster's clock. */
  at: number;
  by: TradingReading['by'];
  /** When Hummingbot's container was started; null: it does not run. */
  startedAt: number | null;
  pair: string;
  exchange: string;
}

/** A reading as a row keeps it. `facts` null: the answer was none. Pure. */
export function readingOf(facts: Facts | null, around: Around): TradingReading {
  const { at, by, startedAt } = around;
  const quote = facts?.quote || (/-([^-]+)$/.exec(around.pair)?.[1] ?? '');
  const nothing = { openOrders: null, profit: null, volume: null, quote };
  if (!facts)
    return {
      at,
      by,
      state: 'unknown',
      sentence: 'The bot’s answer could not be read, so nothing is known.',
      ...nothing,
    };
  const { state, sentence } = judge(facts, startedAt, around);
  const money = moneyNote(facts.why);
  const { orders: openOrders, profit, volume } = facts;
  const told = [sentence, money].filter(Boolean).join(' ');
  const read = { at, by, state, sentence: told, openOrders, profit, volume, quote };
  return facts.disk ? { ...read, disk: { ...facts.disk, at, asked: null } } : read;
}

function judge(facts: Facts, startedAt: number | null, { pair, exchange }: Around) {
  const is = (state: TradingReading['state'], sentence: string) => ({ state, sentence });
  if (startedAt === null) return is('unknown', 'Hummingbot does not run.');
  const age = facts.now - startedAt;
  const thisRun = (at: number | null): at is number => at !== null && at >= startedAt - ROUNDED;
  // A word of the log counts until orders are placed again after it.
  const stands = thisRun(facts.logAt) && !(facts.placed !== null && facts.placed > facts.logAt + ROUNDED);
  if (facts.log && stands) return is('idle', logSentence(facts));
  if (facts.orders === null) {
    if (age < STARTING) return is('starting', 'Hummingbot is starting.');
    return is(
      'unknown',
      facts.why === 'missing'
        ? 'The bot has kept no record of orders yet.'
        : `The bot’s record could not be read${facts.why ? ` (${facts.why.replace(/^error: /, '')})` : ''}.`,
    );
  }
  if (!thisRun(facts.placed)) {
    if (age < STARTING) return is('starting', 'It has placed no order yet.');
    return is('idle', `It had placed no order ${ago(age)} after its start.`);
  }
  const quiet = facts.now - Math.max(facts.last ?? 0, facts.placed);
  const open = facts.orders === 1 ? '1 order' : `${facts.orders} orders`;
  if (facts.orders > 0)
    return is(
      'trading',
      `Trades ${[pair, exchange && `on ${exchange}`].filter(Boolean).join(' ')}: ${open} open, as the bot last knew.`,
    );
  if (quiet < QUIET) return is('trading', 'Trades; no order was open at that moment.');
  return is('idle', `No order was open, and it had placed none for ${ago(quiet)}.`);
}

function logSentence({ log, line }: Facts): string {
  if (log === 'kill') return 'Its kill switch has stopped the strategy; Hummingbot still runs.';
  if (log === 'stopped') return 'Its strategy was stopped; Hummingbot still runs.';
  return `It runs but does not trade. Its log says: ${line.replace(/^[\d-]+ [\d:,]+ - /, '')}`;
}

function moneyNote(why: string): string {
  if (why === 'fees') return 'Its profit is not known: fees were paid in an asset whose price is not known.';
  if (why === 'quotes') return 'Its profit is not known: it trades against several assets.';
  if (why === 'slow') return 'Its profit is not known: there are too many trades to sum up.';
  return why === 'kind' ? 'Its profit is not known: its record holds trades of an unknown kind.' : '';
}

const ago = (ms: number): string => humanDuration(ms);
const word = (value: unknown, length: number): string => (typeof value === 'string' ? cleanText(value, length) : '');
/** From 2001 on: what is smaller is none. */
const time = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value > 1e12 && value < 1e14 ? Math.round(value) : null;
/** Amounts come as decimal texts, so that no rounding happens on the way. */
function amount(value: unknown, signed: boolean): number | null {
  if (typeof value !== 'string' || !/^-?\d{1,15}(\.\d{1,12})?$/.test(value)) return null;
  return !signed && value.startsWith('-') ? null : Number(value);
}

/** Size, free, inodes, free inodes, and 1 where it is the container's own disk. */
function disk(told: unknown): Facts['disk'] {
  if (!Array.isArray(told) || !told.every((one) => typeof one === 'number' && one >= 0 && one < 1e18)) return null;
  const [size = 0, free = 0, inodes = 0, inodesFree = 0, node = 0] = told as number[];
  if (size === 0 || free > size || inodesFree > inodes) return null;
  return { size, free, inodesUsed: inodes > 0 ? 1 - inodesFree / inodes : null, node: node === 1 };
}
