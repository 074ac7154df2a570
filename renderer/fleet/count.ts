import type { BotRow, BotState, ClusterInfo } from '../../shared/rows';

export interface Counts {
  states: Record<BotState, number>;
  /** Rows of clusters that are not live; they are counted among the states as they last were. */
  stale: number;
  /** Oldest word of those clusters, ms since 1970. */
  oldest: number | null;
}

/** What the summary says about these rows. */
export function count(rows: readonly BotRow[], cluster: (id: string) => ClusterInfo | undefined): Counts {
  const states = { running: 0, trouble: 0, stopped: 0, unknown: 0, starting: 0, stopping: 0 };
  const byCluster = new Map<string, number>();
  for (const row of rows) {
    states[row.state]++;
    byCluster.set(row.clusterId, (byCluster.get(row.clusterId) ?? 0) + 1);
  }
  let stale = 0;
  let oldest: number | null = null;
  for (const [id, count] of byCluster) {
    const status = cluster(id)?.status;
    if (status?.phase === 'live') continue;
    stale += count;
    const word = status?.lastWordAt ?? null;
    if (word !== null) oldest = oldest === null ? word : Math.min(oldest, word);
  }
  return { states, stale, oldest };
}
