import { join } from 'node:path';
import { down, up } from '../cluster/cluster.mjs';

/** A real Kubernetes for the run, unless HD_TEST_CLUSTER names one that is up already. */
export default async function setup(): Promise<(() => Promise<void>) | void> {
  if (process.env.HD_TEST_CLUSTER) return;
  const cluster = await up({ log: (line: string) => console.log(line) });
  process.env.HD_TEST_CLUSTER = join(cluster.dir, 'cluster.json');
  return () => down(cluster.dir);
}
