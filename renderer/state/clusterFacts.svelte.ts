import type { ClusterFacts } from '../fleet/sums';
import { fleet } from './fleet.svelte';

// Clusters are told again with every word heard. As text they can be compared, so that groups and sums need not run again.
const list = $derived(
  JSON.stringify(
    fleet.clusters.map(({ id, name, provider, practice, status }): [string, ClusterFacts] => [
      id,
      { name, provider, practice, skewMs: Math.round((status.skewMs ?? 0) / 5000) * 5000 },
    ]),
  ),
);
const byId = $derived(new Map(JSON.parse(list) as [string, ClusterFacts][]));

/** Changes when `factsOf` does, whatever it is asked. */
export const factsText = (): string => list;

/** What sums, groups and the filter need of a cluster; changes only when that does. */
export const factsOf = (clusterId: string): ClusterFacts | undefined => byId.get(clusterId);
