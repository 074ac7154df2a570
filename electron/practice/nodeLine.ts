import type { ContainerSpec, PodSpec } from '../cluster/objects';
import { NODE, POD } from './kinds';
import type { Obj } from './objects';
import { runOf, type Container, type PodOnNode } from './runtime';
import { hostIpOf } from './seed';
import { badRequest, failure, notFound, Refusal } from './status';
import type { World } from './world';

export interface Place {
  object: Obj;
  spec: ContainerSpec;
  /** As its node knows it; undefined: no node has it yet. */
  pod: PodOnNode | undefined;
  container: Container | undefined;
}

/** The container a log, exec or attach is about. @throws Refusal 400, 404 */
export function placeOf(world: World, namespace: string, name: string, wanted: string): Place {
  const object = world.store.get(POD, namespace, name);
  if (!object) throw notFound(POD, name);
  const spec = object.spec as PodSpec;
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  if (wanted === '' && spec.containers.length + (spec.initContainers?.length ?? 0) > 1) {
    const inits = spec.initContainers?.length
      ? ` or one of the init containers: [${spec.initContainers.map((one) => one.name).join(' ')}]`
      : '';
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${spec.containers.map((one) => one.name).join(' ')}]${inits}`,
    );
  }
  const found = wanted === '' ? spec.containers[0] : all.find((one) => one.name === wanted);
  if (!found) throw badRequest(`container ${wanted} is not valid for pod ${name}`);
  const pod = world.pods.get(object.metadata.uid);
  return { object, spec: found, pod, container: pod?.containers.find((one) => one.spec.name === found.name) };
}

/** Whoever asks a node asks through the server. @throws Refusal 500 where the node does not answer */
export function reach(world: World, { object }: Place, path: string): void {
  const { nodeName = '' } = object.spec as PodSpec;
  if (!world.faults.lostNodes.has(nodeName)) return;
  const node = world.store.get(NODE, undefined, nodeName);
  const ip = node ? hostIpOf(node) : '10.0.0.1';
  const message = `Get "https://${ip}:10250/${path}/${object.metadata.namespace}/${object.metadata.name}": dial tcp ${ip}:10250: i/o timeout`;
  throw new Refusal(500, JSON.stringify(failure(500, 'InternalError', `Internal error occurred: ${message}`)));
}

export const isUp = ({ container }: Place): boolean => !!container?.state.running && runOf(container) !== undefined;
