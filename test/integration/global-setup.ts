import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { down, up, type Cluster } from '../cluster/cluster.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: Cluster;
  }
}

/** One real Kubernetes for all integration tests: the one that HD_TEST_CLUSTER names (its cluster.json), else one of their own. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | void> {
  const given = process.env.HD_TEST_CLUSTER;
  if (given) {
    project.provide('cluster', JSON.parse(readFileSync(given, 'utf8')) as Cluster);
    return;
  }
  const cluster = await up({ log: (line: string) => console.log(line) });
  project.provide('cluster', cluster);
  return () => down(cluster.dir);
}
