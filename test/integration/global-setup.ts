import type { TestProject } from 'vitest/node';
import type { Cluster } from '../cluster/cluster.mjs';
import { clustersFor } from '../cluster/several.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    clusters: Cluster[];
  }
}

/** A real Kubernetes for each worker: those that HD_TEST_CLUSTER names, else of their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const count = Math.min(project.config.maxWorkers, Math.max(1, project.vitest.state.getPaths().length));
  const { clusters, end } = await clustersFor(count, (line: string) => console.log(line));
  project.provide('clusters', clusters);
  return end;
}
