import type { PodSpec } from '../cluster/objects';
import { CLAIM, CONFIG_MAP, KINDS, NAMESPACE, POD, SECRET, STATEFUL_SET, VOLUME } from './kinds';
import { same, type Meta, type Obj } from './objects';
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

/** A StatefulSet marked for deletion: goes when what it waits for is done. */
export function advanceDeletion(world: World, namespace: string, name: string): void {
  const set = world.store.get(STATEFUL_SET, namespace, name);
  const finalizers = set?.metadata.finalizers ?? [];
  if (!set?.metadata.deletionTimestamp) return;
  const left = dependents(world, set.metadata);
  if (finalizers.includes('orphan')) {
    for (const { kind, object } of left) {
      const ownerReferences = object.metadata.ownerReferences!.filter((one) => one.uid !== set.metadata.uid);
      world.store.put(kind, { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
  } else if (left.length > 0) return collect(world, set.metadata);
  const rest = finalizers.filter((one) => one !== 'orphan' && one !== 'foregroundDeletion');
  if (rest.length === 0) world.store.remove(STATEFUL_SET, set);
  else if (!same(rest, finalizers))
    world.store.put(STATEFUL_SET, { ...set, metadata: { ...set.metadata, finalizers: rest } });
}

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
