import type { Pod, PodSpec, StatefulSet } from '../cluster/objects';
import { containerIdOf, freshRecord, imageIdOf, podStatusOf } from './containers';
import { uuidOf } from './chance';
import { CLAIM, kindOf, NODE, POD, STATEFUL_SET, VOLUME, type Kind } from './kinds';
import { withDefaults, admitted } from './defaults';
import { PROVISIONER, put } from './ground';
import { timeText, type Dict, type Obj } from './objects';
import { podOf, revisionOf, tellStatus } from './statefulset';
import type { Share } from './share';
import type { StarterState } from './starter';
import type { World } from './world';

/** An object as `kubectl apply` takes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [part: string]: unknown;
}
export interface SeedBot {
  /** All of a bot, its StatefulSet last. */
  objects: Manifest[];
  /** ms since 1970 */
  since: number;
  /** What can't start is left to the cluster's controllers: its trouble is played from now on. */
  state: StarterState;
}

const PLURALS: Record<string, string> = {
  ServiceAccount: 'serviceaccounts',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  StatefulSet: 'statefulsets',
};

/** Puts a bot there as if it had been deployed some time ago and run ever since; no start is played. Gives the pod, if it has one. */
export function seedBot(world: World, { objects, since, state }: SeedBot, share: Share): Pod | null {
  for (const object of objects) {
    const kind = kindOf(object.apiVersion, PLURALS[object.kind] ?? '')!;
    const ready = withDefaults(
      {
        ...object,
        metadata: { ...object.metadata, uid: '', resourceVersion: '', creationTimestamp: '' },
      } as unknown as Obj,
      null,
    );
    putSeed(world, kind, kind.kind === 'StatefulSet' ? { ...ready, spec: share(ready.spec) } : ready, since);
  }
  if (state !== 'crash-loop') trustPassword(world, objects);
  const { metadata } = objects[objects.length - 1]!;
  const claim = objects.find((one) => one.kind === 'PersistentVolumeClaim');
  if (claim) bindAtOnce(world, claim.metadata.namespace, claim.metadata.name, since);
  if (state === 'stopped') scaleToZero(world, metadata.namespace, metadata.name);
  const object = world.store.get(STATEFUL_SET, metadata.namespace, metadata.name)!;
  const set = object as unknown as StatefulSet;
  const revision = revisionOf(set);
  let pod: Pod | null = null;
  if (state === 'running' || state === 'invalid-field') pod = runningPod(world, set, revision, since, share);
  tellStatus(world, metadata.namespace, metadata.name, revision);
  return pod;
}

/** It ran, so its password opened its key store: no key need be derived to know that. */
function trustPassword(world: World, objects: Manifest[]): void {
  const data = (objects.find((one) => one.kind === 'Secret')?.['data'] ?? {}) as Record<string, string>;
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
  world.unlocked.set(`${text('password').replace(/\n+$/, '')}\n${text('password_verification')}`, true);
}

function scaleToZero(world: World, namespace: string, name: string): void {
  const set = world.store.get(STATEFUL_SET, namespace, name)!;
  world.store.put(STATEFUL_SET, { ...set, spec: { ...(set.spec as Dict), replicas: 0 } });
}

function putSeed(world: World, kind: Kind, object: Obj, at: number): void {
  const metadata: Dict = { ...object.metadata };
  if (kind.kind === 'StatefulSet') metadata['generation'] = 1;
  if (kind.kind === 'PersistentVolumeClaim') metadata['finalizers'] = ['kubernetes.io/pvc-protection'];
  put(world, kind, object.metadata.name, at, { ...object, metadata } as Dict & { metadata: Dict });
}

/** A claim with its volume. */
export function bindAtOnce(world: World, namespace: string, name: string, at: number): void {
  const claim = world.store.get(CLAIM, namespace, name);
  if (!claim || (claim.status as { phase?: string } | undefined)?.phase === 'Bound') return;
  const spec = claim.spec as {
    resources?: { requests?: { storage?: string } };
    accessModes?: string[];
    storageClassName?: string;
  };
  const volumeName = `pvc-${claim.metadata.uid}`;
  const capacity = { storage: spec.resources?.requests?.storage ?? '1Gi' };
  const storageClassName = spec.storageClassName ?? 'practice-block';
  put(world, VOLUME, volumeName, at, {
    metadata: { finalizers: ['kubernetes.io/pv-protection'] },
    spec: {
      capacity,
      accessModes: spec.accessModes,
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName,
      volumeMode: 'Filesystem',
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid: claim.metadata.uid, apiVersion: 'v1' },
      csi: { driver: PROVISIONER, volumeHandle: uuidOf(world.chance) },
    },
    status: { phase: 'Bound', lastPhaseTransitionTime: timeText(at) },
  });
  world.store.put(CLAIM, {
    ...claim,
    spec: { ...spec, storageClassName, volumeName },
    status: { phase: 'Bound', accessModes: spec.accessModes, capacity },
  });
}

function runningPod(world: World, set: StatefulSet, revision: string, since: number, share: Share): Pod {
  const { chance, store } = world;
  const nodes = store.list(NODE);
  const node = nodes[store.count(POD) % nodes.length]!;
  const made = admitted(withDefaults(podOf(set, 0, revision), null)) as unknown as Pod;
  const spec: PodSpec = share({ ...made.spec, nodeName: node.metadata.name });
  const started = timeText(since + 12_000);
  const records = [...(spec.initContainers ?? []), ...spec.containers].map((one, index) => {
    const init = index < (spec.initContainers?.length ?? 0);
    const record = freshRecord(one, init, '');
    const containerID = containerIdOf(chance);
    const time = { startedAt: timeText(since + 5_000), finishedAt: timeText(since + 6_000) };
    const state = init
      ? { terminated: { exitCode: 0, reason: 'Completed', ...time, containerID } }
      : { running: { startedAt: started } };
    return { ...record, state, containerID, imageID: imageIdOf(one.image ?? '') };
  });
  const bare = { ...made, spec } as unknown as Obj & Dict;
  const facts = { records, startTime: timeText(since + 3_000), podIP: ipOf(world), hostIP: hostIpOf(node) };
  const status = { ...podStatusOf(bare as unknown as Pod, facts, since + 12_000), qosClass: 'Burstable' };
  return put(world, POD, made.metadata.name, since + 1_000, {
    ...bare,
    metadata: { ...made.metadata, generation: 1 },
    status,
  }) as unknown as Pod;
}
export const ipOf = ({ chance }: World): string =>
  `10.244.${1 + Math.floor(chance() * 3)}.${2 + Math.floor(chance() * 250)}`;
export const hostIpOf = (node: Obj): string =>
  (node.status as { addresses?: { address: string }[] }).addresses?.[0]?.address ?? '10.0.0.1';
