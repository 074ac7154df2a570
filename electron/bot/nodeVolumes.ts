import type { Gauge } from '../../shared/capacity';
import type { KubeObject, Pod } from '../cluster/objects';

/** Of `v1` Node. */
export interface NodeVolumes {
  volumesAttached?: { name: string }[];
  volumesInUse?: string[];
}
/** Of `storage.k8s.io/v1` CSINode. `drivers` is null on a node without any. */
export interface CsiNode extends KubeObject {
  spec?: { drivers?: { name: string; allocatable?: { count?: number } }[] | null };
}
/** Of `v1` PersistentVolume. */
export interface PersistentVolume extends KubeObject {
  spec?: {
    claimRef?: { namespace?: string; name?: string };
    csi?: { driver: string; volumeHandle: string };
  };
  status?: { phase?: string };
}

/** How the volumes of bots are attached. */
export type VolumeDriver =
  | { kind: 'csi'; name: string }
  /** They lie on the node itself: nothing is attached. */
  | { kind: 'local' }
  | { kind: 'unknown' };

/** What the app keeps of a volume of the driver: the claim it is bound to (`namespace/name`), and its name at the driver. */
export interface BoundVolume {
  claim: string;
  handle: string;
}

/** The claims of a pod, `namespace/name`. A claim for a volume of the pod's own is named after both. */
export function claimsOf({ metadata, spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim: of, ephemeral }) => {
    const claim = of?.claimName ?? (ephemeral && `${metadata.name}-${name}`);
    return claim ? [`${metadata.namespace}/${claim}`] : [];
  });
}

/**
 * A volume of the driver that is bound; null: another. One that was left behind still names its claim, which may have a new volume by now.
 * One of an older kind that a driver has taken over (CSI migration) is not known by its name here: it counts as soon as it is attached.
 */
export function boundVolume({ spec, status }: PersistentVolume, driver: string): BoundVolume | null {
  const { csi, claimRef } = spec ?? {};
  if (!claimRef || csi?.driver !== driver || status?.phase !== 'Bound') return null;
  return { claim: `${claimRef.namespace}/${claimRef.name}`, handle: csi.volumeHandle };
}

/** By node, the names at the driver of the volumes that its pods claim. */
export function claimedOn(
  pods: readonly { node: string; claims: readonly string[] }[],
  volumes: readonly BoundVolume[],
): Map<string, string[]> {
  const handles = new Map(volumes.map(({ claim, handle }) => [claim, handle]));
  const byNode = new Map<string, string[]>();
  for (const { node, claims } of pods) {
    if (node === '') continue;
    const here = claims.flatMap((claim) => handles.get(claim) ?? []);
    if (here.length > 0) byNode.set(node, [...(byNode.get(node) ?? []), ...here]);
  }
  return byNode;
}

/**
 * Volumes of the driver on a node, each once: those attached by the node's own word, and those that pods placed there claim (`claimed`), which
 * are attached a while later but count for the scheduler from then on (its plugin NodeVolumeLimits). Beside how many the driver says can be
 * (CSINode; a driver that says nothing sets no limit). Null: not known.
 */
export function volumesOn(
  { volumesAttached = [], volumesInUse = [] }: NodeVolumes,
  claimed: readonly string[],
  csiNode: CsiNode | null | undefined,
  driver: VolumeDriver,
): Gauge | null {
  if (driver.kind === 'local') return { used: 0, limit: null };
  if (driver.kind === 'unknown' || !csiNode) return null;
  const here = csiNode.spec?.drivers?.find(({ name }) => name === driver.name);
  if (!here) return null;
  const prefix = `kubernetes.io/csi/${driver.name}^`;
  const attached = [...volumesAttached.map(({ name }) => name), ...volumesInUse];
  const own = attached.filter((name) => name.startsWith(prefix));
  const all = new Set([...own, ...claimed.map((handle) => prefix + handle)]);
  return { used: all.size, limit: here.allocatable?.count ?? null };
}
