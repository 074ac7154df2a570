import type { Condition, Pod, PodSpec } from '../cluster/objects';
import { record } from './events';
import { CLAIM, NODE, POD, STORAGE_CLASS } from './kinds';
import { timeText, type Dict, type Obj } from './objects';
import { holdsRoom, podNeeds } from './quota';
import { amountOf } from '../../shared/quantity';
import { bindAtOnce } from './seed';
import { afterPaced, type World } from './world';

/** Volumes of a new claim take this long, simulated ms. */
const PROVISION = 1_200;

/** Finds a node for a pod (kube-scheduler's filters, as far as bots meet them), or says why there is none. */
export function schedule(world: World, name: string, namespace: string): void {
  const object = world.store.get(POD, namespace, name);
  if (!object || (object.spec as PodSpec).nodeName || object.metadata.deletionTimestamp) return;
  const pod = object as unknown as Pod;
  const trouble = claimTrouble(world, pod) ?? null;
  if (trouble) return refuse(world, object, trouble);
  const nodes = world.store.list(NODE);
  if (nodes.length === 0) return refuse(world, object, 'no nodes available to schedule pods');
  const reasons = new Map<string, number>();
  let best: { node: Obj; free: number } | null = null;
  for (const node of nodes) {
    const why = lacking(world, node, pod);
    for (const reason of why) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const free = amountOf(allocatable(node)['memory']) - used(world, node).memory;
    if (why.length === 0 && (!best || free > best.free)) best = { node, free };
  }
  if (!best) {
    const list = [...reasons.entries()]
      .map(([reason, count]) => `${count} ${reason}`)
      .sort()
      .join(', ');
    const all = nodes.length;
    const message = `0/${all} nodes are available: ${list}. no new claims to deallocate, preemption: 0/${all} nodes are available: ${all} No preemption victims found for incoming pod.`;
    return refuse(world, object, message);
  }
  const node = best.node.metadata.name;
  const waits = unboundClaims(world, pod);
  if (waits.length === 0) return bind(world, object.metadata.uid, namespace, name, node);
  // The volume is made where the pod will run.
  for (const claim of waits) {
    const said = `Waiting for a volume to be created either by the external provisioner 'csi.practice.example' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
    record(world, claim, {
      type: 'Normal',
      reason: 'ExternalProvisioning',
      message: said,
      component: 'persistentvolume-controller',
    });
  }
  afterPaced(world, PROVISION, () => {
    for (const claim of waits) {
      bindAtOnce(world, namespace, claim.metadata.name, world.agenda.now());
      const message = `Successfully provisioned volume pvc-${claim.metadata.uid}`;
      record(world, claim, {
        type: 'Normal',
        reason: 'ProvisioningSucceeded',
        message,
        component: 'csi.practice.example',
      });
    }
    bind(world, object.metadata.uid, namespace, name, node);
  });
}

function bind(world: World, uid: string, namespace: string, name: string, nodeName: string): void {
  const object = world.store.get(POD, namespace, name);
  if (!object || object.metadata.uid !== uid || object.metadata.deletionTimestamp || (object.spec as PodSpec).nodeName)
    return;
  // The room may be gone by now.
  const node = world.store.get(NODE, undefined, nodeName)!;
  if (lacking(world, node, object as unknown as Pod).length > 0) return schedule(world, name, namespace);
  record(world, object, {
    type: 'Normal',
    reason: 'Scheduled',
    message: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    component: 'default-scheduler',
  });
  const condition: Condition & Dict = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timeText(world.agenda.now()),
  };
  const status = { ...(object.status as Dict), conditions: [condition] };
  world.store.put(POD, { ...object, spec: { ...(object.spec as Dict), nodeName }, status });
}

function refuse(world: World, object: Obj, message: string): void {
  const before = (object as unknown as Pod).status?.conditions?.find((one) => one.type === 'PodScheduled');
  if (before?.message === message) return;
  record(world, object, { type: 'Warning', reason: 'FailedScheduling', message, component: 'default-scheduler' });
  const lastTransitionTime = before?.lastTransitionTime ?? timeText(world.agenda.now());
  const condition: Condition & Dict = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: null,
    lastTransitionTime,
  };
  world.store.put(POD, { ...object, status: { ...(object.status as Dict), conditions: [condition] } });
}

const allocatable = (node: Obj): Dict => (node.status as { allocatable: Dict }).allocatable;
function lacking(world: World, node: Obj, pod: Pod): string[] {
  const room = allocatable(node);
  const now = used(world, node);
  const why: string[] = [];
  if (world.faults.lostNodes.has(node.metadata.name))
    return ['node(s) had untolerated taint {node.kubernetes.io/unreachable: }'];
  if ((node.spec as { unschedulable?: boolean }).unschedulable) return ['node(s) were unschedulable'];
  if (now.pods + 1 > amountOf(room['pods'])) why.push('Too many pods');
  if (now.cpu + podNeeds(pod.spec, 'requests', 'cpu') > amountOf(room['cpu'])) why.push('Insufficient cpu');
  if (now.memory + podNeeds(pod.spec, 'requests', 'memory') > amountOf(room['memory'])) why.push('Insufficient memory');
  return why;
}
function used(world: World, node: Obj): { pods: number; cpu: number; memory: number } {
  const sum = { pods: 0, cpu: 0, memory: 0 };
  for (const pod of world.store.list(POD)) {
    const spec = pod.spec as PodSpec;
    if (spec.nodeName !== node.metadata.name || !holdsRoom(pod)) continue;
    sum.pods++;
    sum.cpu += podNeeds(spec, 'requests', 'cpu');
    sum.memory += podNeeds(spec, 'requests', 'memory');
  }
  return sum;
}

const claimNames = (pod: Pod): string[] =>
  (pod.spec.volumes ?? []).flatMap((one) => (one.persistentVolumeClaim ? [one.persistentVolumeClaim.claimName] : []));
function unboundClaims(world: World, pod: Pod): Obj[] {
  const { namespace = '' } = pod.metadata;
  return claimNames(pod)
    .map((name) => world.store.get(CLAIM, namespace, name)!)
    .filter((claim) => (claim.status as { phase?: string }).phase !== 'Bound');
}
function claimTrouble(world: World, pod: Pod): string | null {
  const { namespace = '' } = pod.metadata;
  const nodes = world.store.list(NODE).length;
  for (const name of claimNames(pod)) {
    const claim = world.store.get(CLAIM, namespace, name);
    if (!claim)
      return `0/${nodes} nodes are available: persistentvolumeclaim "${name}" not found. preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
    if (claim.metadata.deletionTimestamp)
      return `0/${nodes} nodes are available: persistentvolumeclaim "${name}" is being deleted. preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
    const spec = claim.spec as { accessModes?: string[]; storageClassName?: string };
    if (
      (claim.status as { phase?: string }).phase !== 'Bound' &&
      !world.store.get(STORAGE_CLASS, undefined, spec.storageClassName ?? '')
    ) {
      const message = `storageclass.storage.k8s.io "${spec.storageClassName ?? ''}" not found`;
      record(world, claim, {
        type: 'Warning',
        reason: 'ProvisioningFailed',
        message,
        component: 'persistentvolume-controller',
      });
      return `0/${nodes} nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
    }
    const other =
      spec.accessModes?.includes('ReadWriteOncePod') &&
      usersOf(world, namespace, name).some(
        (one) => one.metadata.uid !== pod.metadata.uid && (one.spec as PodSpec).nodeName,
      );
    if (other)
      return `0/${nodes} nodes are available: ${nodes} node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode. preemption: 0/${nodes} nodes are available: ${nodes} No preemption victims found for incoming pod.`;
  }
  return null;
}
/** Pods that hold a claim. */
export function usersOf(world: World, namespace: string, claim: string): Obj[] {
  return world.store
    .list(POD, namespace)
    .filter((pod) => holdsRoom(pod) && claimNames(pod as unknown as Pod).includes(claim));
}
