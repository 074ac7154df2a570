import { createHash } from 'node:crypto';
import type { Pod, PodSpec, StatefulSet } from '../cluster/objects';
import { record } from './events';
import { CLAIM, POD, STATEFUL_SET } from './kinds';
import { copy, same, type Dict, type Obj } from './objects';
import { remove } from './remove';
import { Refusal, type StatusBody } from './status';
import { create } from './write';
import type { World } from './world';

/** Back-off of the controller's queue after a refusal, ms. */
const RETRY = [1_000, 2_000, 5_000, 10_000, 20_000, 40_000];
const CONTROLLER = { component: 'statefulset-controller' };
export const MANAGER = 'kube-controller-manager';

/** The controller of StatefulSets (pkg/controller/statefulset), as far as bots need it: one look at one of them. */
export function reconcile(world: World, namespace: string, name: string, tries = 0): void {
  const { store } = world;
  const found = store.get(STATEFUL_SET, namespace, name);
  if (!found) return;
  const set = found as unknown as StatefulSet;
  const revision = revisionOf(set);
  const pods = podsOf(world, found);
  if (!found.metadata.deletionTimestamp) {
    const trouble = bringAbout(world, set, found, pods, revision);
    if (trouble) {
      const wait = RETRY[Math.min(tries, RETRY.length - 1)]!;
      world.agenda.after(wait, () => reconcile(world, namespace, name, tries + 1));
    }
  }
  tellStatus(world, namespace, name, revision);
}

/** One step at a time (OrderedReady): the lowest missing pod, when all before it are ready; the highest one too many. True: refused. */
function bringAbout(world: World, set: StatefulSet, object: Obj, pods: Pod[], revision: string): boolean {
  const wanted = set.spec.replicas ?? 1;
  const at = (ordinal: number) => pods.find((pod) => pod.metadata.name === `${set.metadata.name}-${ordinal}`);
  for (let ordinal = 0; ordinal < wanted; ordinal++) {
    const pod = at(ordinal);
    if (!pod) return !makePod(world, set, object, ordinal, revision);
    if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') {
      dropPod(world, object, pod);
      return false;
    }
    if (pod.metadata.deletionTimestamp || !isReady(pod)) return false;
  }
  const extra = pods.filter((pod) => ordinalOf(pod) >= wanted).sort((a, b) => ordinalOf(b) - ordinalOf(a))[0];
  if (extra) {
    if (!extra.metadata.deletionTimestamp) dropPod(world, object, extra);
    return false;
  }
  if (set.spec.updateStrategy?.type !== 'OnDelete') {
    const old = pods.find((pod) => pod.metadata.labels?.['controller-revision-hash'] !== revision);
    if (old && !old.metadata.deletionTimestamp) dropPod(world, object, old);
  }
  return false;
}
const ordinalOf = (pod: Pod): number => Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;

export function podsOf(world: World, owner: Obj): Pod[] {
  const uid = owner.metadata.uid;
  const name = owner.metadata.name;
  return world.store
    .list(POD, owner.metadata.namespace)
    .filter(
      (pod) =>
        pod.metadata.name.startsWith(name) &&
        pod.metadata.ownerReferences?.some((one) => one.uid === uid && one.controller),
    ) as unknown as Pod[];
}

function makePod(world: World, set: StatefulSet, object: Obj, ordinal: number, revision: string): boolean {
  const { name, namespace = '' } = set.metadata;
  const podName = `${name}-${ordinal}`;
  // A pod of that name that is someone else's stands in the way.
  if (world.store.get(POD, namespace, podName)) return false;
  try {
    makeClaims(world, set, ordinal);
    create(world, POD, namespace, podOf(set, ordinal, revision), { manager: MANAGER, dryRun: false, warnings: [] });
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const words = (JSON.parse(thrown.body) as StatusBody).message ?? '';
    const message = `create Pod ${podName} in StatefulSet ${name} failed error: ${words}`;
    record(world, object, { type: 'Warning', reason: 'FailedCreate', message, ...CONTROLLER });
    return false;
  }
  const message = `create Pod ${podName} in StatefulSet ${name} successful`;
  record(world, object, { type: 'Normal', reason: 'SuccessfulCreate', message, ...CONTROLLER });
  return true;
}

function makeClaims(world: World, set: StatefulSet, ordinal: number): void {
  const { namespace = '' } = set.metadata;
  for (const claim of set.spec.volumeClaimTemplates ?? []) {
    const name = `${claim.metadata.name}-${set.metadata.name}-${ordinal}`;
    if (world.store.get(CLAIM, namespace, name)) continue;
    const labels = set.spec.selector.matchLabels;
    const { spec } = claim as unknown as { spec: unknown };
    create(
      world,
      CLAIM,
      namespace,
      { metadata: { name, labels }, spec },
      { manager: MANAGER, dryRun: false, warnings: [] },
    );
  }
}

/** The pod a StatefulSet makes. */
export function podOf(set: StatefulSet, ordinal: number, revision: string): Obj {
  const { name, namespace = '', uid } = set.metadata;
  const { template } = set.spec;
  const podName = `${name}-${ordinal}`;
  const labels = {
    ...template.metadata?.labels,
    'apps.kubernetes.io/pod-index': String(ordinal),
    'controller-revision-hash': revision,
    'statefulset.kubernetes.io/pod-name': podName,
  };
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid, controller: true, blockOwnerDeletion: true };
  const claims = (set.spec.volumeClaimTemplates ?? []).map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${podName}` },
  }));
  const spec = copy(template.spec) as PodSpec & Dict;
  if (claims.length > 0) spec.volumes = [...(spec.volumes ?? []), ...claims];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName,
      namespace,
      generateName: `${name}-`,
      labels,
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      ownerReferences: [owner],
    },
    spec: { ...spec, hostname: podName, ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}) },
  } as unknown as Obj;
}

function dropPod(world: World, object: Obj, pod: Pod): void {
  const { name, namespace = '' } = pod.metadata;
  remove(world, POD, namespace, name, undefined);
  const message = `delete Pod ${name} in StatefulSet ${object.metadata.name} successful`;
  record(world, object, { type: 'Normal', reason: 'SuccessfulDelete', message, ...CONTROLLER });
}

/** `btc-usdt-5d4f8c7b9`: one name for one template. */
export function revisionOf(set: StatefulSet): string {
  const hash = createHash('sha256').update(JSON.stringify(set.spec.template)).digest('hex').slice(0, 10);
  return `${set.metadata.name}-${hash}`;
}

export function tellStatus(world: World, namespace: string, name: string, revision: string): void {
  const object = world.store.get(STATEFUL_SET, namespace, name);
  if (!object) return;
  const pods = podsOf(world, object);
  const set = object as unknown as StatefulSet;
  const ready = pods.filter(isReady).length;
  const fresh = pods.filter((pod) => pod.metadata.labels?.['controller-revision-hash'] === revision).length;
  const before = set.status?.currentRevision;
  const current = fresh === pods.length || !before ? revision : before;
  const count = (key: string, value: number) => (value > 0 ? { [key]: value } : {});
  const status = {
    observedGeneration: object.metadata.generation ?? 1,
    replicas: pods.length,
    ...count('readyReplicas', ready),
    ...count(
      'currentReplicas',
      pods.filter((pod) => pod.metadata.labels?.['controller-revision-hash'] === current).length,
    ),
    ...count('updatedReplicas', fresh),
    currentRevision: current,
    updateRevision: revision,
    collisionCount: 0,
    availableReplicas: ready,
  };
  if (!same(object.status, status)) world.store.put(STATEFUL_SET, { ...object, status });
}
