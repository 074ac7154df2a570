import type { ClusterInfo } from '../../shared/rows';
import { isCurrent } from '../state/freshness';
import type { Tally } from './sums';

/** How many rows are of clusters that are not live, or behind: they show what was last known. */
export interface Stale {
  stale: number;
  /** Oldest word of those clusters, ms since 1970. */
  oldest: number | null;
}

/** What the summary says about rows that may no longer be so. */
export function staleOf(clusters: Tally['clusters'], cluster: (id: string) => ClusterInfo | undefined): Stale {
  let stale = 0;
  let oldest: number | null = null;
  for (const [id, { bots }] of clusters) {
    const status = cluster(id)?.status;
    if (isCurrent(status)) continue;
    stale += bots;
    const word = status?.lastWordAt ?? null;
    if (word !== null) oldest = oldest === null ? word : Math.min(oldest, word);
  }
  return { stale, oldest };
}
