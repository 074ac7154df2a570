import { ANNOTATION } from '../bot/format';
import type { ContainerSpec, ContainerStatus, ObjectMeta, Pod, PodSpec, StatefulSet } from '../cluster/objects';

/** An annotation longer than this says nothing a row shows (kubectl's last-applied copy alone is kilobytes). */
const LONGEST_ANNOTATION = 2048;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Only what rows are made from: a workload of 6 kB becomes 1 kB, and a fleet of 10,000 stays small in memory. */
export function slimWorkload(full: StatefulSet): StatefulSet {
  const { spec, status } = full;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: slimMeta(full.metadata, true),
    spec: {
      replicas: spec.replicas,
      selector: { matchLabels: spec.selector?.matchLabels },
      updateStrategy: spec.updateStrategy && { type: spec.updateStrategy.type },
      template: {
        metadata: {
          labels: spec.template?.metadata?.labels,
          annotations: smallAnnotations(spec.template?.metadata?.annotations),
        },
        spec: slimPodSpec(spec.template?.spec),
      },
      volumeClaimTemplates: spec.volumeClaimTemplates?.map((claim) => ({
        metadata: { name: claim.metadata.name },
        spec: { resources: { requests: claim.spec?.resources?.requests } },
      })),
    },
    status: status && {
      replicas: status.replicas,
      readyReplicas: status.readyReplicas,
      currentRevision: status.currentRevision,
      updateRevision: status.updateRevision,
      observedGeneration: status.observedGeneration,
      conditions: status.conditions,
    },
  };
}

/** As `slimWorkload`: all that kubectl's four cells, the state and the running configuration's name need. */
export function slimPod(full: Pod): Pod {
  const { status } = full;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...slimMeta(full.metadata, false),
      ...readingOf(full.metadata),
      ownerReferences: full.metadata.ownerReferences,
    },
    spec: slimPodSpec(full.spec),
    status: status && {
      phase: status.phase,
      reason: status.reason,
      message: status.message,
      conditions: status.conditions,
      initContainerStatuses: status.initContainerStatuses?.map(slimStatus),
      containerStatuses: status.containerStatuses?.map(slimStatus),
      startTime: status.startTime,
    },
  };
}

function slimMeta(meta: ObjectMeta, annotations: boolean): ObjectMeta {
  return {
    name: meta.name,
    namespace: meta.namespace,
    uid: meta.uid,
    resourceVersion: meta.resourceVersion,
    generation: meta.generation,
    creationTimestamp: meta.creationTimestamp,
    deletionTimestamp: meta.deletionTimestamp,
    deletionGracePeriodSeconds: meta.deletionGracePeriodSeconds,
    labels: meta.labels,
    annotations: annotations ? smallAnnotations(meta.annotations) : undefined,
  };
}

/** The one annotation of a pod that a row shows. */
function readingOf({ annotations }: ObjectMeta): Pick<ObjectMeta, 'annotations'> | undefined {
  const text = annotations?.[ANNOTATION.reading];
  return text !== undefined && text.length <= LONGEST_ANNOTATION
    ? { annotations: { [ANNOTATION.reading]: text } }
    : undefined;
}

function smallAnnotations(all: Record<string, string> | undefined): Record<string, string> | undefined {
  if (!all) return undefined;
  const small = Object.entries(all).filter(
    ([key, value]) => key !== LAST_APPLIED && value.length <= LONGEST_ANNOTATION,
  );
  return Object.fromEntries(small);
}

function slimPodSpec(spec: PodSpec | undefined): PodSpec {
  return {
    nodeName: spec?.nodeName,
    containers: (spec?.containers ?? []).map(slimContainer),
    initContainers: spec?.initContainers?.map((init) => ({
      name: init.name,
      image: init.image,
      restartPolicy: init.restartPolicy,
    })),
    volumes: spec?.volumes?.map(({ name, configMap, secret, persistentVolumeClaim, emptyDir }) => ({
      name,
      configMap: configMap && { name: configMap.name },
      secret: secret && { secretName: secret.secretName },
      persistentVolumeClaim: persistentVolumeClaim && { claimName: persistentVolumeClaim.claimName },
      emptyDir: emptyDir && { sizeLimit: emptyDir.sizeLimit },
    })),
    readinessGates: spec?.readinessGates,
    schedulingGates: spec?.schedulingGates,
    terminationGracePeriodSeconds: spec?.terminationGracePeriodSeconds,
  };
}

function slimContainer(container: ContainerSpec): ContainerSpec {
  return {
    name: container.name,
    image: container.image,
    command: container.command,
    args: container.args,
    env: container.env?.filter((variable) => variable.value !== undefined && isFileName(variable.name)),
    tty: container.tty,
    stdin: container.stdin,
    resources: container.resources?.limits && { limits: container.resources.limits },
    volumeMounts: container.volumeMounts?.map(({ name, mountPath }) => ({ name, mountPath })),
  };
}

/** The two variables by which Hummingbot's quickstart is told what to run; others (passwords) are not kept. */
function isFileName(name: string): boolean {
  return name === 'CONFIG_FILE_NAME' || name === 'SCRIPT_CONFIG';
}

function slimStatus(status: ContainerStatus): ContainerStatus {
  return {
    name: status.name,
    state: status.state,
    lastState: status.lastState,
    ready: status.ready,
    started: status.started,
    restartCount: status.restartCount,
    image: status.image,
    imageID: status.imageID,
  };
}
