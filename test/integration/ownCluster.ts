import { inject } from 'vitest';
import type { Cluster } from '../cluster/cluster.mjs';

/** The real Kubernetes of this worker: files run side by side, and no two at once on one cluster. */
export function ownCluster(): Cluster {
  const clusters = inject('clusters');
  return clusters[(Number(process.env.VITEST_POOL_ID) - 1) % clusters.length]!;
}
