import type { Named } from './status';

/** A kind this cluster serves, and what may be done to it: what the app asks for, not more. */
export interface Kind extends Named {
  /** `v1`, `apps/v1` */
  apiVersion: string;
  namespaced: boolean;
  verbs: ReadonlySet<Verb>;
  subresources: readonly string[];
  /** Paths a fieldSelector may name, beside metadata.name and metadata.namespace. */
  fields: readonly string[];
}
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';

const READ: Verb[] = ['get', 'list', 'watch'];
const ALL: Verb[] = [...READ, 'create', 'patch', 'delete'];

function kind(
  apiVersion: string,
  name: string,
  plural: string,
  options: { cluster?: boolean; verbs?: Verb[]; subresources?: string[]; fields?: string[] } = {},
): Kind {
  return {
    apiVersion,
    group: apiVersion.includes('/') ? apiVersion.split('/')[0]! : '',
    kind: name,
    plural,
    namespaced: !options.cluster,
    verbs: new Set(options.verbs ?? ALL),
    subresources: options.subresources ?? [],
    fields: options.fields ?? [],
  };
}

const cluster = true;
export const POD = kind('v1', 'Pod', 'pods', {
  subresources: ['log', 'exec', 'attach'],
  fields: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
  ],
});
export const CONFIG_MAP = kind('v1', 'ConfigMap', 'configmaps');
export const SECRET = kind('v1', 'Secret', 'secrets', { fields: ['type'] });
export const SERVICE_ACCOUNT = kind('v1', 'ServiceAccount', 'serviceaccounts');
export const CLAIM = kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims');
export const VOLUME = kind('v1', 'PersistentVolume', 'persistentvolumes', { cluster, verbs: READ });
export const EVENT = kind('v1', 'Event', 'events', {
  verbs: READ,
  fields: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'reason',
    'type',
    'source',
    'reportingComponent',
  ],
});
export const NAMESPACE = kind('v1', 'Namespace', 'namespaces', { cluster, fields: ['status.phase'] });
export const NODE = kind('v1', 'Node', 'nodes', { cluster, verbs: READ, fields: ['spec.unschedulable'] });
export const QUOTA = kind('v1', 'ResourceQuota', 'resourcequotas');
export const STATEFUL_SET = kind('apps/v1', 'StatefulSet', 'statefulsets');
/** Nothing here makes pods of these two: they can be looked for, and there are none. */
export const DEPLOYMENT = kind('apps/v1', 'Deployment', 'deployments', { verbs: READ });
export const REPLICA_SET = kind('apps/v1', 'ReplicaSet', 'replicasets', { verbs: READ });
export const STORAGE_CLASS = kind('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { cluster, verbs: READ });
export const CSI_DRIVER = kind('storage.k8s.io/v1', 'CSIDriver', 'csidrivers', { cluster, verbs: READ });
export const CSI_NODE = kind('storage.k8s.io/v1', 'CSINode', 'csinodes', { cluster, verbs: READ });
/** Measured when asked for (`metrics.ts`), never kept. */
export const POD_METRICS = kind('metrics.k8s.io/v1beta1', 'PodMetrics', 'pods', { verbs: ['get', 'list'] });
export const ROLE = kind('rbac.authorization.k8s.io/v1', 'Role', 'roles');
export const ROLE_BINDING = kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings');
export const LEASE = kind('coordination.k8s.io/v1', 'Lease', 'leases', { verbs: READ });

export const KINDS: readonly Kind[] = [
  POD,
  CONFIG_MAP,
  SECRET,
  SERVICE_ACCOUNT,
  CLAIM,
  VOLUME,
  EVENT,
  NAMESPACE,
  NODE,
  QUOTA,
  STATEFUL_SET,
  DEPLOYMENT,
  REPLICA_SET,
  STORAGE_CLASS,
  CSI_DRIVER,
  CSI_NODE,
  ROLE,
  ROLE_BINDING,
  LEASE,
];
export const kindOf = (apiVersion: string, plural: string): Kind | undefined =>
  KINDS.find((one) => one.apiVersion === apiVersion && one.plural === plural);
