import type { Condition, ContainerSpec, ContainerState, ContainerStatus, Pod, PodSpec } from '../cluster/objects';
import { hashOf, hexOf, type Chance } from './chance';
import { timeText } from './objects';

/** What a node knows of a container. */
export interface ContainerRecord {
  spec: ContainerSpec;
  init: boolean;
  state: ContainerState;
  last: ContainerState;
  restarts: number;
  imageID: string;
  containerID: string;
}

export const freshRecord = (spec: ContainerSpec, init: boolean, reason: string): ContainerRecord => ({
  spec,
  init,
  state: { waiting: { reason } },
  last: {},
  restarts: 0,
  imageID: '',
  containerID: '',
});
export const containerIdOf = (chance: Chance): string => `containerd://${hexOf(chance, 64)}`;
/** The same image has the same digest everywhere. */
export function imageIdOf(image: string): string {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  const hash = (part: number) => hashOf(`${part} ${image}`).toString(16).padStart(8, '0');
  return `${fullName(image).replace(/[:@][^/]*$/, '')}@${digest ?? `sha256:${[0, 1, 2, 3, 4, 5, 6, 7].map(hash).join('')}`}`;
}
/** `hummingbot/hummingbot:latest` → `docker.io/hummingbot/hummingbot:latest` */
export function fullName(image: string): string {
  const named =
    /^[^/]+[.:][^/]*\//.test(image) || image.startsWith('localhost/')
      ? image
      : `docker.io/${image.includes('/') ? image : `library/${image}`}`;
  return /[:@][^/]*$/.test(named.replace(/^[^/]+\//, '')) ? named : `${named}:latest`;
}

export const isUp = (record: ContainerRecord): boolean => !!record.state.running;
const isThrough = (record: ContainerRecord): boolean => record.state.terminated?.exitCode === 0;

export function statusOf(
  record: ContainerRecord,
  ready = record.init ? isThrough(record) : isUp(record),
): ContainerStatus {
  return {
    name: record.spec.name,
    state: record.state,
    lastState: record.last,
    ready,
    restartCount: record.restarts,
    image: record.imageID ? fullName(record.spec.image ?? '') : (record.spec.image ?? ''),
    imageID: record.imageID,
    ...(record.containerID ? { containerID: record.containerID } : {}),
    started: record.init ? false : isUp(record),
  };
}

export interface PodFacts {
  records: ContainerRecord[];
  startTime: string;
  podIP: string;
  hostIP: string;
  /** The pod as a whole failed for a reason of the node's. */
  failed?: { reason: string; message: string };
}

/** A pod's status as its kubelet writes it (pkg/kubelet `generateAPIPodStatus`), keeping the times of what did not change. */
export function podStatusOf(pod: Pod, facts: PodFacts, now: number): Pod['status'] {
  const { records, startTime, podIP, hostIP, failed } = facts;
  const spec = pod.spec as PodSpec & { restartPolicy?: string };
  const inits = records.filter((one) => one.init);
  const mains = records.filter((one) => !one.init);
  const initialised = inits.every(isThrough);
  const ready = initialised && mains.every(isUp);
  const phase = failed
    ? 'Failed'
    : phaseOf(mains, initialised, inits, spec.restartPolicy ?? 'Always', !!pod.metadata.deletionTimestamp);
  const over = phase === 'Succeeded';
  const waiting = (list: ContainerRecord[]) => list.filter((one) => !isUp(one)).map((one) => one.spec.name);
  const unready = `containers with unready status: [${waiting(mains).join(' ')}]`;
  const conditions: Condition[] = [
    { type: 'PodReadyToStartContainers', status: podIP ? 'True' : 'False' },
    initialised
      ? { type: 'Initialized', status: 'True', ...(over ? { reason: 'PodCompleted' } : {}) }
      : {
          type: 'Initialized',
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${inits
            .filter((one) => !isThrough(one))
            .map((one) => one.spec.name)
            .join(' ')}]`,
        },
    ...['Ready', 'ContainersReady'].map((type) =>
      ready
        ? { type, status: 'True' }
        : over
          ? { type, status: 'False', reason: 'PodCompleted' }
          : { type, status: 'False', reason: 'ContainersNotReady', message: unready },
    ),
    { type: 'PodScheduled', status: 'True' },
  ];
  const before = pod.status?.conditions ?? [];
  const timed = conditions.map((condition) => {
    const old = before.find((one) => one.type === condition.type && one.status === condition.status);
    return { ...condition, lastProbeTime: null, lastTransitionTime: old?.lastTransitionTime ?? timeText(now) };
  });
  return {
    ...(pod.status as object),
    phase,
    ...(failed ?? {}),
    conditions: timed,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime,
    ...(inits.length > 0 ? { initContainerStatuses: inits.map((one) => statusOf(one)) } : {}),
    containerStatuses: mains.map((one) => statusOf(one)),
  } as Pod['status'];
}

function phaseOf(
  mains: ContainerRecord[],
  initialised: boolean,
  inits: ContainerRecord[],
  policy: string,
  ending: boolean,
): string {
  const ended = (one: ContainerRecord) => one.state.terminated !== undefined;
  if (policy === 'Never' && inits.some((one) => ended(one) && !isThrough(one))) return 'Failed';
  if (!initialised) return 'Pending';
  if (mains.every(ended) && (policy !== 'Always' || ending))
    return mains.every(isThrough) ? 'Succeeded' : policy === 'OnFailure' && !ending ? 'Running' : 'Failed';
  const began = (one: ContainerRecord) => isUp(one) || ended(one) || one.last.terminated !== undefined;
  return mains.every((one) => !began(one)) ? 'Pending' : 'Running';
}
