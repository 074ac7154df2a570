// Clusters for tests that run side by side: each looks at a whole cluster, so each worker has one of its own.
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { down, up } from './cluster.mjs';

/** @typedef {import('./cluster.mjs').Cluster} Cluster */

/** As many as two cores keep busy: most of a test's time is spent waiting for containers. */
export const WORKERS = 3;

/** Files (cluster.json) of clusters that are up already: HD_TEST_CLUSTER names one, or several as PATH names folders. @returns {string[]} */
export const namedClusters = () => (process.env.HD_TEST_CLUSTER ?? '').split(delimiter).filter(Boolean);

/** @param {string[]} files @returns {Cluster[]} */
export const readClusters = (files) => files.map((file) => JSON.parse(readFileSync(file, 'utf8')));

/**
 * The named clusters; without any, `count` of their own, which `end` takes down.
 * @param {number} count @param {import('./process.mjs').Log} [log]
 * @returns {Promise<{ clusters: Cluster[], files: string, end: () => Promise<void> }>} `files`: as HD_TEST_CLUSTER names them
 */
export async function clustersFor(count, log = () => {}) {
  const named = namedClusters();
  if (named.length > 0)
    return { clusters: readClusters(named), files: named.join(delimiter), end: () => Promise.resolve() };
  /** @type {Cluster[]} */
  const clusters = [];
  const end = async () => void (await Promise.all(clusters.map(({ dir }) => down(dir))));
  try {
    // What is slow to make is made once, by the first.
    clusters.push(await up({ log }));
    clusters.push(...(await Promise.all(Array.from({ length: count - 1 }, () => up({ log })))));
  } catch (error) {
    await end();
    throw error;
  }
  return { clusters, files: clusters.map(({ dir }) => join(dir, 'cluster.json')).join(delimiter), end };
}
