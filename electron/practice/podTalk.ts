import type { Pod } from '../cluster/objects';
import { podStatusOf } from './containers';
import { record } from './events';
import { POD } from './kinds';
import { same, type Obj } from './objects';
import type { PodOnNode } from './runtime';
import type { World } from './world';

/** The pod's object; undefined: it is gone, or another one bears its name. */
export const objectOf = (world: World, pod: PodOnNode): Obj | undefined => {
  const found = world.store.get(POD, pod.namespace, pod.name);
  return found?.metadata.uid === pod.uid ? found : undefined;
};
/** Simulated ms; not run once the pod is over. */
export const later = (world: World, pod: PodOnNode, ms: number, run: () => void): void => {
  const cancel = world.agenda.after(ms / world.pace.speed(), () => {
    pod.timers.delete(cancel);
    if (!pod.over) run();
  });
  pod.timers.add(cancel);
};
export function say(world: World, pod: PodOnNode, type: 'Normal' | 'Warning', reason: string, message: string): void {
  const object = objectOf(world, pod);
  if (object && !world.faults.lostNodes.has(pod.node))
    record(world, object, { type, reason, message, component: 'kubelet', host: pod.node });
}

/** Writes the pod's status as its node knows it; a node that does not answer writes nothing. */
export function tell(world: World, pod: PodOnNode): void {
  const object = objectOf(world, pod);
  if (!object || world.faults.lostNodes.has(pod.node)) return;
  const { containers, startTime, podIP, hostIP, failed } = pod;
  const status = podStatusOf(
    object as unknown as Pod,
    { records: containers, startTime, podIP, hostIP, failed },
    world.agenda.now(),
  );
  if (!same(object.status, status)) world.store.put(POD, { ...object, status });
}
