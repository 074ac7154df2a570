import type { ContainerSpec, PodSpec } from '../cluster/objects';
import { CLAIM, CONFIG_MAP, POD, QUOTA, SECRET, STATEFUL_SET } from './kinds';
import { same, type Dict, type Obj } from './objects';
import { amountOf, quantityText } from '../../shared/quantity';
import { forbidden } from './status';
import type { World } from './world';

/** What a pod asks for or is limited to: containers together, or one init container where that is more. */
export function podNeeds(spec: PodSpec, part: 'requests' | 'limits', resource: string): number {
  const of = (container: ContainerSpec) => amountOf(container.resources?.[part]?.[resource]);
  const main = spec.containers.reduce((sum, one) => sum + of(one), 0);
  return Math.max(main, ...(spec.initContainers ?? []).map(of));
}
/** Ended pods hold nothing. */
export const holdsRoom = (pod: Obj): boolean =>
  !['Succeeded', 'Failed'].includes((pod.status as { phase?: string } | undefined)?.phase ?? '');

function usageOf(object: Obj, resource: string): number {
  const spec = object.spec as PodSpec;
  if (object.kind === 'Pod') {
    if (resource === 'pods' || resource === 'count/pods') return 1;
    const [, part = 'requests', name = resource] = /^(requests|limits)\.(.+)$/.exec(resource) ?? [];
    return name === 'cpu' || name === 'memory' ? podNeeds(spec, part as 'requests' | 'limits', name) : 0;
  }
  const count: Record<string, string> = {
    PersistentVolumeClaim: 'persistentvolumeclaims',
    ConfigMap: 'configmaps',
    Secret: 'secrets',
    StatefulSet: 'statefulsets.apps',
  };
  const plural = count[object.kind ?? ''];
  if (plural && (resource === plural || resource === `count/${plural}`)) return 1;
  if (object.kind === 'PersistentVolumeClaim' && resource === 'requests.storage')
    return amountOf((object.spec as { resources?: { requests?: Dict } }).resources?.requests?.['storage']);
  return 0;
}

const hardOf = (quota: Obj) =>
  ((quota.spec as { hard?: Record<string, string> } | undefined)?.hard ?? {}) as Record<string, string>;

function usedIn(world: World, namespace: string, resource: string): number {
  const kinds = [POD, CLAIM, CONFIG_MAP, SECRET, STATEFUL_SET];
  const counted = kinds.flatMap((kind) => world.store.list(kind, namespace)).filter(holdsRoom);
  return counted.reduce((sum, object) => sum + usageOf(object, resource), 0);
}

/** @throws Refusal 403, in the quota admission's words */
export function checkQuota(world: World, kind: { plural: string; kind: string; group: string }, object: Obj): void {
  const { namespace = '', name } = object.metadata;
  for (const quota of world.store.list(QUOTA, namespace)) {
    const hard = hardOf(quota);
    if (object.kind === 'Pod') mustSpecify(kind, object, quota, hard);
    const over = Object.keys(hard)
      .sort()
      .filter((resource) => {
        const asked = usageOf(object, resource);
        return asked > 0 && usedIn(world, namespace, resource) + asked > amountOf(hard[resource]);
      });
    if (over.length === 0) continue;
    const list = (amount: (resource: string) => string) =>
      over.map((resource) => `${resource}=${amount(resource)}`).join(',');
    throw forbidden(
      kind,
      name,
      `exceeded quota: ${quota.metadata.name}, requested: ${list((one) => quantityText(one, usageOf(object, one)))}, used: ${list((one) => quantityText(one, usedIn(world, namespace, one)))}, limited: ${list((one) => hard[one]!)}`,
    );
  }
}
function mustSpecify(
  kind: { plural: string; kind: string; group: string },
  pod: Obj,
  quota: Obj,
  hard: Record<string, string>,
): void {
  const spec = pod.spec as PodSpec;
  const missing = Object.keys(hard).filter((resource) => {
    const [, part = 'requests', name = resource] = /^(requests|limits)\.(.+)$/.exec(resource) ?? [];
    return (
      (name === 'cpu' || name === 'memory') &&
      spec.containers.some((one) => one.resources?.[part as 'requests']?.[name] === undefined)
    );
  });
  if (missing.length === 0) return;
  const names = spec.containers.map((one) => one.name).join(',');
  throw forbidden(
    kind,
    pod.metadata.name,
    `failed quota: ${quota.metadata.name}: must specify ${missing.map((one) => `${one} for: ${names}`).join('; ')}`,
  );
}

/** Writes down what is in use. */
export function refreshQuotas(world: World, namespace: string): void {
  for (const quota of world.store.list(QUOTA, namespace)) {
    const hard = hardOf(quota);
    const used = Object.fromEntries(
      Object.keys(hard).map((one) => [one, quantityText(one, usedIn(world, namespace, one))]),
    );
    const status = { hard, used };
    if (!same(quota.status, status)) world.store.put(QUOTA, { ...quota, status });
  }
}
