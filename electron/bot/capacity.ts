import type { Gauge, NodeRoom } from '../../shared/capacity';
import { cleanText } from '../../shared/clean';
import { amountOf } from '../../shared/quantity';
import type { ContainerSpec, ContainerStatus, KubeObject, Pod, PodSpec } from '../cluster/objects';
import {
  claimedOn,
  claimsOf,
  volumesOn,
  type BoundVolume,
  type CsiNode,
  type NodeVolumes,
  type VolumeDriver,
} from './nodeVolumes';

/** Of `v1` Node. */
export interface Node extends KubeObject {
  spec?: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] };
  status?: NodeVolumes & {
    allocatable?: Record<string, string>;
    conditions?: { type: string; status: string; message?: string }[];
    nodeInfo?: { operatingSystem?: string };
  };
}

/** What a pod on a node asks for: thousandths of a core, bytes, volumes by claim. `node` '': it waits for one. */
export interface PodNeeds {
  node: string;
  cpuMilli: number;
  memory: number;
  claims: string[];
}

/** What the app keeps of a pod, so that pages of a big cluster's list are not. */
export function needsOf(pod: Pod): PodNeeds {
  const asked = (resource: string) => requestOf(pod, resource);
  // Rounded up, as the scheduler does (Quantity.MilliValue).
  const cpuMilli = Math.ceil(Number((asked('cpu') * 1000).toFixed(6)));
  return { node: pod.spec.nodeName ?? '', cpuMilli, memory: asked('memory'), claims: claimsOf(pod) };
}

interface WithOverhead extends PodSpec {
  overhead?: Record<string, string>;
  resources?: { requests?: Record<string, string> };
}

/**
 * What a pod asks for of a resource (component-helpers `PodRequests`): its containers together with the init containers that stay, or the
 * most an init container needs beside those that started before it; what is asked for the pod as a whole goes before; overhead on top.
 */
function requestOf(pod: Pod, resource: string): number {
  const spec: WithOverhead = pod.spec;
  const { containerStatuses = [], initContainerStatuses = [], conditions = [] } = pod.status ?? {};
  const inVain = conditions.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible');
  /** While a container is resized in place the most counts; not what is asked for if its node can't ever give that. */
  const of = ({ name, resources }: ContainerSpec, statuses: ContainerStatus[] = containerStatuses) => {
    const asked = amountOf(resources?.requests?.[resource]);
    const has = statuses.find((one) => one.name === name);
    if (!has?.resources) return asked;
    const given = [has.resources.requests?.[resource], has.allocatedResources?.[resource]].map(amountOf);
    return Math.max(inVain ? 0 : asked, ...given);
  };
  let staying = 0;
  let starting = 0;
  for (const init of spec.initContainers ?? []) {
    if (init.restartPolicy === 'Always') staying += of(init, initContainerStatuses);
    starting = Math.max(starting, init.restartPolicy === 'Always' ? staying : staying + of(init, []));
  }
  const running = spec.containers.reduce((sum, one) => sum + of(one), staying);
  const whole = spec.resources?.requests?.[resource];
  const base = whole === undefined ? Math.max(running, starting) : amountOf(whole);
  return base + amountOf(spec.overhead?.[resource]);
}

/** Each node with what is left on it, by name. `pods` null: they could not be read. `volumes`: of the driver, as far as they are known. */
export function roomsOf(
  nodes: readonly Node[],
  pods: readonly PodNeeds[] | null,
  csiNodes: readonly CsiNode[] | null,
  driver: VolumeDriver,
  volumes: readonly BoundVolume[],
): NodeRoom[] {
  const used = pods && sums(pods);
  const claimed = claimedOn(pods ?? [], volumes);
  const drivers = new Map((csiNodes ?? []).map((one) => [one.metadata.name, one]));
  return nodes
    .map((node): NodeRoom => {
      const { name } = node.metadata;
      const taken = used ? (used.get(name) ?? { pods: 0, cpuMilli: 0, memory: 0 }) : null;
      const has = (resource: string) => amountOf(node.status?.allocatable?.[resource]);
      const gauge = (part: 'pods' | 'cpuMilli' | 'memory', limit: number): Gauge => ({
        used: taken ? taken[part] : null,
        limit,
      });
      return {
        name,
        ...stateOf(node),
        pods: gauge('pods', has('pods')),
        cpuMilli: gauge('cpuMilli', Math.floor(has('cpu') * 1000)),
        memory: gauge('memory', has('memory')),
        volumes: volumesOn(node.status ?? {}, claimed.get(name) ?? [], csiNodes && drivers.get(name), driver),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sums(pods: readonly PodNeeds[]): Map<string, { pods: number; cpuMilli: number; memory: number }> {
  const byNode = new Map<string, { pods: number; cpuMilli: number; memory: number }>();
  for (const { node, cpuMilli, memory } of pods) {
    const sum = byNode.get(node) ?? { pods: 0, cpuMilli: 0, memory: 0 };
    byNode.set(node, { pods: sum.pods + 1, cpuMilli: sum.cpuMilli + cpuMilli, memory: sum.memory + memory });
  }
  return byNode;
}

/** Whether a bot could go there. Bots tolerate no taint, but for `PreferNoSchedule`, which only makes other nodes liked better. */
function stateOf({ metadata, spec, status }: Node): Pick<NodeRoom, 'state' | 'why'> {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (!ready || ready.status === 'Unknown')
    return { state: 'silent', why: 'It does not answer. Its bots are probably still trading; no new one goes there.' };
  const closed = (why: string) => ({ state: 'closed' as const, why });
  if (ready.status !== 'True')
    return closed(`It says it is not ready: ${cleanText(ready.message ?? 'no reason', 200)}`);
  if (status?.nodeInfo?.operatingSystem === 'windows') return closed('It runs Windows: bots need Linux.');
  if (metadata.deletionTimestamp) return closed('It is being removed from the cluster.');
  if (spec?.unschedulable) return closed('It is cordoned: it takes no new pods.');
  const taint = spec?.taints?.find(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  if (!taint) return { state: 'open', why: '' };
  const words = cleanText(`${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`, 200);
  return closed(`It is kept for other work (taint ${words}).`);
}
