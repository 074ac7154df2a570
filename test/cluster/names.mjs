// What a cluster's things are called outside its folder: all follow from the folder's path, so they are found without its help.
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { cacheRoot } from './process.mjs';

/** @param {string} folder */
export function names(folder) {
  const dir = resolve(folder);
  const hash = createHash('sha256').update(dir).digest('hex').slice(0, 8);
  return {
    dir,
    /** cgroup, and the cluster's and context's name */
    id: `hummingdeck-${hash}`,
    bridge: `hd${hash}`,
    socket: join(dir, 'containerd/containerd.sock'),
    /** says to later runs that this cluster was started and by which process it is held */
    record: join(clustersFolder(), `${hash}.json`),
  };
}

export const clustersFolder = () => join(cacheRoot(), 'clusters');
