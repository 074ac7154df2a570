import type { BotRow } from '../../shared/rows';
import { recognise } from '../bot/recognise';
import type { Told } from '../bot/row';
import { firstPod } from '../bot/state';
import { startedAt } from '../bot/trading';
import type { Group } from './group';
import { partsOfRowId } from './rowId';

/** What a reading needs of a bot beyond its row. */
export interface BotFacts {
  row: BotRow;
  /** File name it is started with, '' when not known. */
  strategyFile: string;
  /** Start of Hummingbot's container, ms since 1970 by the cluster's clock; null: it does not run. */
  startedAt: number | null;
  /** Now by the cluster's clock. */
  now: number;
}
export interface FactsDesk {
  /** null: no such bot (any more). `id`: a row's. */
  bot(id: string): BotFacts | null;
  /** Keeps what a reading told of the bot with this uid, until it is gone; what is left out stays as it was. */
  tell(row: BotRow, told: Partial<Told>): void;
}

/** Looks up single bots by their rows' ids, for readings. */
export function factsDesk(groupOf: (clusterId: string) => Group | undefined): FactsDesk {
  const keyOf = ({ namespace, name }: Pick<BotRow, 'namespace' | 'name'>) => `${namespace}/${name}`;
  return {
    bot(id) {
      const { clusterId, namespace, name } = partsOfRowId(id);
      const table = groupOf(clusterId)?.table;
      const row = table?.row(namespace, name);
      const workload = row && table!.workloads.get(keyOf(row));
      if (!row || !workload || row.id !== id) return null;
      const known = recognise(workload);
      const pods = [...table!.podsOf(keyOf(row))];
      const at = startedAt(firstPod(workload, pods), row.container);
      return { row, strategyFile: known?.strategyFile ?? '', startedAt: at, now: table!.now() };
    },
    tell: (row, told) => groupOf(row.clusterId)?.table.tell(keyOf(row), row.uid, told),
  };
}
