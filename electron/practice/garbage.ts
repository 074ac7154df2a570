import type { PodSpec } from '../cluster/objects';
import { CLAIM, CONFIG_MAP, KINDS, NAMESPACE, POD, SECRET, VOLUME, type Kind } from './kinds';
import type { Meta, Obj } from './objects';
import { remove } from './remove';
import { usersOf } from './scheduler';
import type { World } from './world';

const OWNABLE = [POD, CONFIG_MAP, SECRET, CLAIM];

function dependents(world: World, { uid, namespace }: Meta): { kind: (typeof OWNABLE)[number]; object: Obj }[] {
  return OWNABLE.flatMap((kind) =>
    world.store
      .list(kind, namespace)
      .filter((object) => object.metadata.ownerReferences?.some((owner) => owner.uid === uid))
      .map((object) => ({ kind, object })),
  );
}

/** The garbage collector: what an owner that is gone, or going in the foreground, leaves behind. */
export function collect(world: World, owner: Meta): void {
  for (const { kind, object } of dependents(world, owner))
    if (!object.metadata.deletionTimestamp)
      remove(world, kind, owner.namespace ?? null, object.metadata.name, undefined);
}

/** Something marked for deletion in the foreground, or so that what it owns stays: goes when what it waits for is done. */
export function advanceDeletion(world: World, kind: Kind, namespace: string, name: string): void {
  const owner = world.store.get(kind, namespace, name);
  const finalizers = owner?.metadata.finalizers ?? [];
  if (!owner?.metadata.deletionTimestamp || !finalizers.some((one) => WAITS.includes(one))) return;
  const left = dependents(world, owner.metadata);
  if (finalizers.includes('orphan')) {
    for (const { kind: below, object } of left) {
      const ownerReferences = object.metadata.ownerReferences!.filter((one) => one.uid !== owner.metadata.uid);
      world.store.put(below, { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
  } else if (left.length > 0) return collect(world, owner.metadata);
  const rest = finalizers.filter((one) => !WAITS.includes(one));
  const held = kind.kind === 'Pod' && !!(owner.spec as PodSpec).nodeName;
  if (rest.length === 0 && !held) world.store.remove(kind, owner);
  else world.store.put(kind, { ...owner, metadata: { ...owner.metadata, finalizers: rest } });
}
const WAITS = ['foregroundDeletion', 'orphan'];

/** Claims that are to go do so when no pod holds them any more; their volume goes with them. */
export function releaseClaims(world: World, namespace: string): void {
  for (const claim of world.store.list(CLAIM, namespace)) {
    if (!claim.metadata.deletionTimestamp || usersOf(world, namespace, claim.metadata.name).length > 0) continue;
    world.store.remove(CLAIM, claim);
    const volume = world.store.get(VOLUME, undefined, `pvc-${claim.metadata.uid}`);
    if (volume) world.store.remove(VOLUME, volume);
    world.disks.delete(claim.metadata.uid);
  }
}

/** A namespace that is to go: empties it, then lets it go. */
export function emptyNamespace(world: World, name: string): void {
  const namespace = world.store.get(NAMESPACE, undefined, name);
  if (!namespace?.metadata.deletionTimestamp) return;
  let left = 0;
  for (const kind of KINDS) {
    if (!kind.namespaced) continue;
    for (const object of world.store.list(kind, name)) {
      if (kind.kind === 'Pod' && (object.spec as PodSpec).nodeName) left++;
      if (object.metadata.deletionTimestamp) continue;
      if (kind.verbs.has('delete')) remove(world, kind, name, object.metadata.name, undefined);
      else world.store.remove(kind, object);
    }
  }
  left += world.store.list(CLAIM, name).length;
  if (left === 0) world.store.remove(NAMESPACE, namespace);
  else world.agenda.after(500, () => emptyNamespace(world, name));
}
