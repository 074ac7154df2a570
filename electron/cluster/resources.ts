import type { Resource } from './types';

const core = (plural: string): Resource => ({ base: '/api/v1', plural });
const group = (name: string, version: string, plural: string): Resource => ({
  base: `/apis/${name}/${version}`,
  plural,
});

/** Where the kinds live that the app reads or writes. */
export const PODS = core('pods');
export const CONFIG_MAPS = core('configmaps');
export const SECRETS = core('secrets');
export const SERVICE_ACCOUNTS = core('serviceaccounts');
export const PERSISTENT_VOLUME_CLAIMS = core('persistentvolumeclaims');
export const PERSISTENT_VOLUMES = core('persistentvolumes');
export const EVENTS = core('events');
export const NAMESPACES = core('namespaces');
export const NODES = core('nodes');
export const RESOURCE_QUOTAS = core('resourcequotas');
export const STATEFUL_SETS = group('apps', 'v1', 'statefulsets');
export const DEPLOYMENTS = group('apps', 'v1', 'deployments');
export const REPLICA_SETS = group('apps', 'v1', 'replicasets');
export const ROLES = group('rbac.authorization.k8s.io', 'v1', 'roles');
export const ROLE_BINDINGS = group('rbac.authorization.k8s.io', 'v1', 'rolebindings');
export const STORAGE_CLASSES = group('storage.k8s.io', 'v1', 'storageclasses');
export const CSI_DRIVERS = group('storage.k8s.io', 'v1', 'csidrivers');
export const CSI_NODES = group('storage.k8s.io', 'v1', 'csinodes');
/** Aggregated: there only where a metrics server runs. */
export const POD_METRICS = group('metrics.k8s.io', 'v1beta1', 'pods');

const KINDS: Record<string, Resource> = {
  Pod: PODS,
  ConfigMap: CONFIG_MAPS,
  Secret: SECRETS,
  ServiceAccount: SERVICE_ACCOUNTS,
  PersistentVolumeClaim: PERSISTENT_VOLUME_CLAIMS,
  Event: EVENTS,
  Namespace: NAMESPACES,
  Node: NODES,
  StatefulSet: STATEFUL_SETS,
  Deployment: DEPLOYMENTS,
  ReplicaSet: REPLICA_SETS,
  Role: ROLES,
  RoleBinding: ROLE_BINDINGS,
};

/** Where a kind of manifest lives, e.g. `StatefulSet`; undefined for kinds the app has no business with. */
export function resourceOfKind(kind: string): Resource | undefined {
  return KINDS[kind];
}

/** `statefulsets` → `StatefulSet`. */
export function kindOfPlural(plural: string): string | undefined {
  return Object.keys(KINDS).find((kind) => KINDS[kind]!.plural === plural);
}

/** Path of a list or, with a name, of an object; every part encoded. `namespace` null: all, or a kind without namespaces. */
export function pathOf(resource: Resource, namespace: string | null, name?: string, subresource?: string): string {
  const parts = [resource.base];
  if (namespace !== null) parts.push(`namespaces/${encodeURIComponent(namespace)}`);
  parts.push(resource.plural);
  if (name !== undefined) parts.push(encodeURIComponent(name));
  if (subresource !== undefined) parts.push(subresource);
  return parts.join('/');
}

/** `?a=b&c=d`, '' when empty; undefined and null values are left out. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const pairs = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}
