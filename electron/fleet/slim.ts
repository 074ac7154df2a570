import { ANNOTATION } from '../bot/format';
import type {
  Condition,
  ContainerSpec,
  ContainerState,
  ContainerStatus,
  ObjectMeta,
  OwnerReference,
  Pod,
  PodSpec,
  StatefulSet,
} from '../cluster/objects';

// Only what rows are made from: a workload of 8 kB becomes 1 kB, and a fleet of 10,000 stays small in memory. `slimProto.ts` reads the same.

/** An annotation longer than this says nothing a row shows (kubectl's last-applied copy alone is kilobytes). */
const LONGEST_ANNOTATION = 2048;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What the bot is, how it is started, where its pods are found and its data lie. */
export function slimWorkload(full: StatefulSet): StatefulSet {
  const { metadata, spec, status } = full;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      ...slimMeta(metadata, isSmall),
      generation: metadata.generation,
      labels: metadata.labels,
    },
    spec: {
      replicas: spec.replicas,
      selector: { matchLabels: spec.selector?.matchLabels },
      template: {
        metadata: { labels: spec.template?.metadata?.labels },
        spec: slimTemplate(spec.template?.spec),
      },
      volumeClaimTemplates: spec.volumeClaimTemplates?.map((claim) => ({
        metadata: { name: claim.metadata.name },
        spec: { resources: { requests: claim.spec?.resources?.requests } },
      })),
    },
    status: status && { replicas: status.replicas, observedGeneration: status.observedGeneration },
  };
}

/** All that kubectl's four cells, the state and the running configuration's name need. */
export function slimPod(full: Pod): Pod {
  const { metadata, spec, status } = full;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...slimMeta(metadata, isReading),
      deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds,
      ownerReferences: metadata.ownerReferences?.map(slimOwner),
    },
    spec: {
      nodeName: spec?.nodeName,
      containers: (spec?.containers ?? []).map(({ name, image, resources }) => ({
        ...{ name, image },
        resources: resources && { limits: resources.limits },
      })),
      initContainers: spec?.initContainers?.map(({ name, image, restartPolicy }) => ({ name, image, restartPolicy })),
      volumes: spec?.volumes?.map(({ name, configMap }) => ({
        name,
        configMap: configMap && { name: configMap.name },
      })),
      readinessGates: spec?.readinessGates?.map(({ conditionType }) => ({ conditionType })),
    },
    status: status && {
      phase: status.phase,
      reason: status.reason,
      message: status.message,
      conditions: status.conditions?.map(slimCondition),
      initContainerStatuses: status.initContainerStatuses?.map(slimStatus),
      containerStatuses: status.containerStatuses?.map(slimStatus),
    },
  };
}

function slimMeta(meta: ObjectMeta, annotations: (key: string, bytes: number) => boolean): ObjectMeta {
  return {
    name: meta.name,
    namespace: meta.namespace,
    uid: meta.uid,
    resourceVersion: meta.resourceVersion,
    creationTimestamp: meta.creationTimestamp,
    deletionTimestamp: meta.deletionTimestamp,
    annotations: someAnnotations(meta.annotations, annotations),
  };
}

export const isSmall = (key: string, bytes: number): boolean => key !== LAST_APPLIED && bytes <= LONGEST_ANNOTATION;
/** The one annotation of a pod that a row shows. */
export const isReading = (key: string, bytes: number): boolean => key === ANNOTATION.reading && isSmall(key, bytes);

function someAnnotations(
  all: Record<string, string> | undefined,
  fits: (key: string, bytes: number) => boolean,
): Record<string, string> | undefined {
  return all && Object.fromEntries(Object.entries(all).filter(([key, value]) => fits(key, Buffer.byteLength(value))));
}

function slimOwner({ kind, name, uid, controller }: OwnerReference): OwnerReference {
  return { apiVersion: '', kind, name, uid, controller };
}

function slimTemplate(spec: PodSpec | undefined): PodSpec {
  return {
    containers: (spec?.containers ?? []).map(slimContainer),
    volumes: spec?.volumes?.map(({ name, configMap, persistentVolumeClaim, emptyDir }) => ({
      name,
      configMap: configMap && { name: configMap.name },
      persistentVolumeClaim: persistentVolumeClaim && { claimName: persistentVolumeClaim.claimName },
      emptyDir: emptyDir && { sizeLimit: emptyDir.sizeLimit },
    })),
  };
}

function slimContainer(container: ContainerSpec): ContainerSpec {
  return {
    name: container.name,
    image: container.image,
    command: container.command,
    args: container.args,
    env: container.env?.filter(isFileName),
    tty: container.tty,
    stdin: container.stdin,
    volumeMounts: container.volumeMounts?.map(({ name, mountPath }) => ({ name, mountPath })),
  };
}

/** The two variables by which Hummingbot's quickstart is told what to run; others (passwords) are not kept. */
export function isFileName({ name, value }: { name?: unknown; value?: unknown }): boolean {
  return (name === 'CONFIG_FILE_NAME' || name === 'SCRIPT_CONFIG') && value !== undefined;
}

function slimStatus(status: ContainerStatus): ContainerStatus {
  return {
    name: status.name,
    state: status.state && slimState(status.state),
    lastState: status.lastState && slimState(status.lastState),
    ready: status.ready,
    started: status.started,
    restartCount: status.restartCount,
    image: status.image,
  };
}

function slimState({ waiting, running, terminated }: ContainerState): ContainerState {
  return {
    waiting: waiting && { reason: waiting.reason, message: waiting.message },
    running: running && { startedAt: running.startedAt },
    terminated: terminated && {
      exitCode: terminated.exitCode,
      signal: terminated.signal,
      reason: terminated.reason,
      message: terminated.message,
      finishedAt: terminated.finishedAt,
    },
  };
}

function slimCondition({ type, status, reason, message }: Condition): Condition {
  return { type, status, reason, message };
}
