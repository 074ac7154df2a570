import type { PodSpec } from '../cluster/objects';
import { advanceDeletion, collect, emptyNamespace, releaseClaims } from './garbage';
import { furnishNamespace } from './ground';
import { adopt, forget } from './kubelet';
import { terminate } from './termination';
import { NAMESPACE, POD, QUOTA, STATEFUL_SET } from './kinds';
import type { Obj } from './objects';
import { refreshQuotas } from './quota';
import { schedule } from './scheduler';
import { reconcile } from './statefulset';
import type { Change } from './store';
import type { World } from './world';

/** How long after a change the controllers see it, ms. */
const NOTICE = 20;

/** Sets the controllers, the scheduler and the nodes to work on what is written. */
export function startControllers(world: World): void {
  const queued = new Map<string, () => void>();
  let armed = false;
  function soon(key: string, run: () => void): void {
    queued.set(key, run);
    if (armed) return;
    armed = true;
    world.agenda.after(NOTICE, () => {
      armed = false;
      const work = [...queued.values()];
      queued.clear();
      for (const one of work) one();
    });
  }

  function onPod({ type, object, before }: Change): void {
    const { name, namespace = '', uid, ownerReferences } = object.metadata;
    const nodeOf = (one: Obj | null) => (one?.spec as PodSpec | undefined)?.nodeName;
    for (const owner of ownerReferences ?? []) {
      if (owner.kind !== 'StatefulSet') continue;
      soon(
        `set ${namespace}/${owner.name}`,
        () => (reconcile(world, namespace, owner.name), advanceDeletion(world, STATEFUL_SET, namespace, owner.name)),
      );
    }
    if (type === 'DELETED') {
      forget(world, uid);
      soon('schedule', () => scheduleAll(world));
      soon(`claims ${namespace}`, () => releaseClaims(world, namespace));
    } else if (!nodeOf(object)) soon(`pod ${namespace}/${name}`, () => schedule(world, name, namespace));
    else if (!nodeOf(before) && !world.pods.has(uid)) soon(`node ${uid}`, () => start(world, namespace, name, uid));
    if (type === 'MODIFIED' && object.metadata.deletionTimestamp !== before?.metadata.deletionTimestamp)
      soon(`end ${uid}`, () => {
        const now = world.store.get(POD, namespace, name);
        if (now?.metadata.uid === uid) terminate(world, now);
      });
  }

  world.store.onChange((change) => {
    const { kind, type, object } = change;
    const { name, namespace = '' } = object.metadata;
    if (type !== 'DELETED' && object.metadata.deletionTimestamp)
      soon(`delete ${kind.plural} ${namespace}/${name}`, () => advanceDeletion(world, kind, namespace, name));
    if (kind === POD) onPod(change);
    else if (kind === STATEFUL_SET) {
      if (type === 'ADDED') world.faults.forget(`${namespace}/${name}`);
      if (type === 'DELETED') soon(`gone ${object.metadata.uid}`, () => collect(world, object.metadata));
      else soon(`set ${namespace}/${name}`, () => reconcile(world, namespace, name));
    } else if (kind === NAMESPACE) {
      if (type === 'ADDED') soon(`furnish ${name}`, () => furnishNamespace(world, name, world.agenda.now()));
      else if (object.metadata.deletionTimestamp) soon(`empty ${name}`, () => emptyNamespace(world, name));
    } else if (kind.kind === 'PersistentVolumeClaim') {
      if (object.metadata.deletionTimestamp) soon(`claims ${namespace}`, () => releaseClaims(world, namespace));
      else if (type === 'ADDED') soon('schedule', () => scheduleAll(world));
    }
    if (
      namespace &&
      kind.kind !== 'Event' &&
      (kind !== QUOTA || type === 'ADDED') &&
      world.store.list(QUOTA, namespace).length > 0
    )
      soon(`quota ${namespace}`, () => refreshQuotas(world, namespace));
  });
}

function start(world: World, namespace: string, name: string, uid: string): void {
  const pod = world.store.get(POD, namespace, name);
  if (pod?.metadata.uid === uid && !world.pods.has(uid) && !world.faults.lostNodes.has((pod.spec as PodSpec).nodeName!))
    adopt(world, pod);
}
export function scheduleAll(world: World): void {
  for (const pod of world.store.list(POD))
    if (!(pod.spec as PodSpec).nodeName) schedule(world, pod.metadata.name, pod.metadata.namespace!);
}
