import type { OperationInfo } from '../../shared/bots';
import { MAY_BE_OPEN } from './aftermath';

/** What an ended operation tells of orders its bot left open. */
export interface LeftOrders {
  /** Id of the bot's row. */
  rowId: string;
  /** With the exchange's order ids; null: none is left, as the bot last knew. */
  sentence: string | null;
}

/** null: it tells nothing of them. */
export function leftOrdersOf({ kind, bot, outcome, message, error }: OperationInfo): LeftOrders | null {
  if (!['stop', 'restart', 'delete'].includes(kind) || outcome === 'running' || outcome === 'cancelled') return null;
  const rowId = `${bot.clusterId}/StatefulSet/${bot.namespace}/${bot.name}`;
  const said = error?.message ?? message;
  if (said.includes(MAY_BE_OPEN)) return { rowId, sentence: said };
  return outcome === 'done' ? { rowId, sentence: null } : null;
}
