import { isTestNetwork } from '../../shared/exchanges';
import type { BotRow } from '../../shared/rows';

/** Whose money a bot trades with; sums are never taken across kinds. `maybe`: nothing tells its exchange. */
export const moneyKinds = ['real', 'maybe', 'test', 'paper', 'practice'] as const;
export type Money = (typeof moneyKinds)[number];

/** A cluster that is not known (any more) is no practice cluster, as far as money goes: at worst its bots count as real. */
export function moneyOf(row: Pick<BotRow, 'paper' | 'exchange'>, practice = false): Money {
  if (practice) return 'practice';
  if (row.paper) return 'paper';
  if (row.exchange === '') return 'maybe';
  return isTestNetwork(row.exchange) ? 'test' : 'real';
}
