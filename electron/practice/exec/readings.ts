import { openOrdersCommand } from '../../hummingbot/openOrders';
import { statusCommand } from '../../hummingbot/reading';
import type { FileView } from '../files';
import type { Ledger } from '../bot/ledger';

const MARK = '@@hummingdeck';
const is = (argv: string[], other: string[]) =>
  argv.length === other.length && argv.every((part, index) => part === other[index]);

/** Whether a command line is the app's question for a bot's status: the very text its own room makes. */
export function isStatusCommand(argv: string[]): boolean {
  const rounds = Number(/seq (\d+)/.exec(argv.at(-1) ?? '')?.[1] ?? NaN);
  return Number.isInteger(rounds) && is(argv, statusCommand(rounds / 4));
}
export const statusAnswer = (reading: { kind: string; text?: string }): string =>
  reading.kind === 'status' ? `${MARK} status\n${reading.text}\n` : `${MARK} ${reading.kind}\n`;

/** The database path of the app's question for open orders; null: another command. */
function databaseOf(argv: string[]): string | null {
  const path = argv[6] ?? '';
  const [, folder, stem] = /^(.*)\/([^/]+)\.sqlite$/.exec(path) ?? [];
  return stem !== undefined && is(argv, openOrdersCommand(stem, folder)) ? path : null;
}

/** What the reading of open orders prints in this container; null: another command. */
export function openOrdersAnswer(argv: string[], files: FileView): string | null {
  const path = databaseOf(argv);
  if (path === null) return null;
  const stem = /([^/]+)\.sqlite$/.exec(path)![1]!;
  const ledger = files.read(path) ? files.diskOf(path)?.ledgers.get(stem) : undefined;
  if (!ledger) return `${MARK} ${JSON.stringify({ missing: true })}\n`;
  return `${MARK} ${JSON.stringify({ orders: rowsOf(ledger) })}\n`;
}

function rowsOf(ledger: Ledger): object[] {
  return ledger.open().map(({ market, pair, side, price, amount, clientId, exchangeId, status, at }) => ({
    market,
    pair,
    side,
    price: String(Number(price)),
    amount: String(Number(amount)),
    client: clientId,
    exchange: exchangeId,
    status,
    at: Math.round(at),
  }));
}
