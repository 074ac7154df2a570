/** What one reading of an engine run says. */
export interface Health {
  /** By the app's rule: engine running, connectors there and all ready, a status text, no start-up error in the log. */
  trading: boolean;
  /** For the trader, e.g. "Trades ETH-USDT on binance_paper_trade: 2 orders open, as the bot last knew." */
  sentence: string;
  /** Open orders the bot tracks; null: not known. */
  orders: number | null;
  connectors: { name: string; ready: boolean; pairs: string[]; orders: number | null }[];
  /** The strategy's own status text, control characters stripped; '' when there is none. */
  statusText: string;
  /** Time of the reading by the bot's own clock, ms since 1970; null: not known. */
  at: number | null;
  /** Log line that shows a swallowed start-up error, or ''. */
  logError: string;
}

/** The health rule: what `status.json` (its text) and the end of this run's log say together. Never throws. */
export function readStatus(statusJson: string, logTail: string): Health {
  return {
    trading: false,
    sentence: '',
    orders: null,
    connectors: [],
    statusText: statusJson,
    at: null,
    logError: logTail,
  };
}

/** Result of running `statusCommand` in the pod. */
export type Reading =
  | { kind: 'status'; statusJson: string }
  /** PID 1 is no engine run: nothing was sent to it. */
  | { kind: 'not-engine' }
  /** The engine does not listen yet: nothing was sent to it. */
  | { kind: 'starting' }
  /** Asked, but no new status came within the time-out. */
  | { kind: 'no-answer' }
  /** Output that is none of the command's. */
  | { kind: 'unreadable'; output: string };

/**
 * Command line for an exec that asks an engine run for a fresh status and prints it. Safe at any time: a signal is sent only to an
 * engine that has its handler set (an early USR1 would kill it).
 */
export function statusCommand(waitSeconds = 10): string[] {
  return ['bash', '-c', `sleep ${waitSeconds}`];
}
/** Reads `statusCommand`'s stdout. */
export function parseReading(stdout: string): Reading {
  return { kind: 'unreadable', output: stdout };
}

/** An order that may still be open on the exchange, as the bot last knew. */
export interface OpenOrder {
  market: string;
  pair: string;
  /** `buy` | `sell` | '' */
  side: string;
  /** Decimal texts in the pair's units; '' when not known. */
  price: string;
  amount: string;
  clientOrderId: string;
  /** '' when the exchange's answer never came. */
  exchangeOrderId: string;
  status: string;
  /** Last change, ms since 1970; null: not known. */
  at: number | null;
}
export type OpenOrders =
  | { known: true; orders: OpenOrder[] }
  /** No database, or not readable: nothing is known about orders. */
  | { known: false; reason: string };

/** Command line that reads `data/<stem>.sqlite` below `folder` read-only with the image's own Python and prints possibly open orders. */
export function openOrdersCommand(strategyFile: string, folder = '/home/hummingbot/data'): string[] {
  return ['python3', '-c', `${folder}/${strategyFile}`];
}
/** Reads `openOrdersCommand`'s stdout. Never throws. */
export function parseOpenOrders(stdout: string): OpenOrders {
  return { known: false, reason: stdout };
}

/** What an exit code of Hummingbot or of its container means, as the end of a sentence: "the password is wrong". */
export function exitMeaning(exitCode: number, reason = ''): string {
  return `exit code ${exitCode} ${reason}`;
}
