import type { BotRow, ClusterInfo } from '../../shared/rows';
import { isCurrent } from '../state/freshness';

/** How many rows are of clusters that are not live, or behind: they show what was last known. */
export interface Stale {
  stale: number;
  /** Oldest word of those clusters, ms since 1970. */
  oldest: number | null;
}

/** What the summary says about rows that may no longer be so. */
export function staleOf(rows: readonly BotRow[], cluster: (id: string) => ClusterInfo | undefined): Stale {
  const byCluster = new Map<string, number>();
  for (const row of rows) byCluster.set(row.clusterId, (byCluster.get(row.clusterId) ?? 0) + 1);
  let stale = 0;
  let oldest: number | null = null;
  for (const [id, count] of byCluster) {
    const status = cluster(id)?.status;
    if (isCurrent(status)) continue;
    stale += count;
    const word = status?.lastWordAt ?? null;
    if (word !== null) oldest = oldest === null ? word : Math.min(oldest, word);
  }
  return { stale, oldest };
}
