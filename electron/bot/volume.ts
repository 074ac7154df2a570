import { amountOf } from '../../shared/quantity';
import type { PodSpec, StatefulSet } from '../cluster/objects';

/** Bytes that a workload asks for to hold what its bot writes to `data`; null: another object says it, or nothing does. */
export function askedStorage({ spec }: StatefulSet, container: string): number | null {
  const pod: PodSpec = spec.template.spec;
  const mounts = pod.containers.find(({ name }) => name === container)?.volumeMounts ?? [];
  const name = mounts.find(({ mountPath }) => /\/data\/?$/.test(mountPath))?.name;
  if (!name) return null;
  const claim = spec.volumeClaimTemplates?.find(({ metadata }) => metadata.name === name);
  const own = pod.volumes?.find((volume) => volume.name === name)?.emptyDir?.sizeLimit;
  return amountOf(claim?.spec?.resources?.requests?.storage ?? own) || null;
}
