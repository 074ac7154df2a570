import type { FullConfig } from '@playwright/test';
import { clustersFor } from '../cluster/several.mjs';

/** A real Kubernetes for each worker, unless HD_TEST_CLUSTER names some that are up already. */
export default async function setup(config: FullConfig): Promise<() => Promise<void>> {
  const { files, end } = await clustersFor(config.workers, (line: string) => console.log(line));
  process.env.HD_TEST_CLUSTER = files;
  return end;
}
