import type { PodSpec } from '../cluster/objects';
import { PROVISIONER } from './ground';
import { CLAIM, POD, VOLUME } from './kinds';
import type { Dict, Obj } from './objects';
import { holdsRoom } from './quota';
import type { World } from './world';

/** Nodes with the volumes attached to them, worked out when they are listed: a node is not written anew with each pod. */
export function withVolumes(world: World, nodes: readonly Obj[]): Obj[] {
  const byNode = new Map<string, Set<string>>();
  for (const pod of world.store.list(POD)) {
    const { nodeName, volumes } = pod.spec as PodSpec;
    if (!nodeName || !holdsRoom(pod)) continue;
    for (const { persistentVolumeClaim: of } of volumes ?? []) {
      const claim = of && world.store.get(CLAIM, pod.metadata.namespace, of.claimName);
      const { volumeName = '' } = (claim?.spec ?? {}) as { volumeName?: string };
      const volume = world.store.get(VOLUME, undefined, volumeName)?.spec as
        { csi?: { volumeHandle: string } } | undefined;
      const handle = volume?.csi?.volumeHandle;
      if (handle) byNode.set(nodeName, (byNode.get(nodeName) ?? new Set()).add(handle));
    }
  }
  return nodes.map((node) => {
    const names = [...(byNode.get(node.metadata.name) ?? [])]
      .sort()
      .map((one) => `kubernetes.io/csi/${PROVISIONER}^${one}`);
    const status = {
      ...(node.status as Dict),
      ...(names.length > 0
        ? { volumesAttached: names.map((name) => ({ name, devicePath: '' })), volumesInUse: names }
        : {}),
    };
    return { ...node, status };
  });
}
