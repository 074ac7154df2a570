/**
 * What the kinds that can be written may hold: field names and types for checks, and how lists merge under server-side apply
 * (keys as in Kubernetes' OpenAPI `x-kubernetes-list-map-keys`). `any` is taken as it is, whole.
 */
export type Schema =
  | 'string'
  | 'int'
  | 'bool'
  | 'quantity'
  | 'any'
  | { map: Schema }
  | { fields: Record<string, Schema>; atomic?: boolean }
  | { list: Schema; keys?: string[]; set?: boolean };

const strings: Schema = { list: 'string' };
const stringMap: Schema = { map: 'string' };
const quantities: Schema = { map: 'quantity' };
const selector: Schema = { fields: { matchLabels: stringMap, matchExpressions: 'any' }, atomic: true };
const reference: Schema = { fields: { name: 'string' }, atomic: true };

const metadata: Schema = {
  fields: {
    name: 'string',
    generateName: 'string',
    namespace: 'string',
    uid: 'string',
    resourceVersion: 'string',
    generation: 'int',
    creationTimestamp: 'any',
    deletionTimestamp: 'any',
    deletionGracePeriodSeconds: 'int',
    labels: stringMap,
    annotations: stringMap,
    finalizers: { list: 'string', set: true },
    ownerReferences: {
      list: {
        fields: {
          apiVersion: 'string',
          kind: 'string',
          name: 'string',
          uid: 'string',
          controller: 'bool',
          blockOwnerDeletion: 'bool',
        },
        atomic: true,
      },
      keys: ['uid'],
    },
    managedFields: 'any',
    selfLink: 'string',
  },
};

const env: Schema = { fields: { name: 'string', value: 'string', valueFrom: 'any' } };
const resources: Schema = { fields: { requests: quantities, limits: quantities, claims: 'any' } };
const container: Schema = {
  fields: {
    name: 'string',
    image: 'string',
    command: strings,
    args: strings,
    workingDir: 'string',
    env: { list: env, keys: ['name'] },
    envFrom: 'any',
    ports: 'any',
    resources,
    volumeMounts: {
      list: {
        fields: {
          name: 'string',
          mountPath: 'string',
          subPath: 'string',
          subPathExpr: 'string',
          readOnly: 'bool',
          mountPropagation: 'string',
        },
      },
      keys: ['mountPath'],
    },
    imagePullPolicy: 'string',
    lifecycle: {
      fields: {
        preStop: { fields: { exec: { fields: { command: strings } } } },
        postStart: 'any',
        stopSignal: 'string',
      },
    },
    livenessProbe: 'any',
    readinessProbe: 'any',
    startupProbe: 'any',
    restartPolicy: 'string',
    resizePolicy: 'any',
    securityContext: {
      fields: {
        readOnlyRootFilesystem: 'bool',
        allowPrivilegeEscalation: 'bool',
        privileged: 'bool',
        capabilities: { fields: { drop: strings, add: strings } },
        runAsNonRoot: 'bool',
        runAsUser: 'int',
        runAsGroup: 'int',
        seccompProfile: 'any',
      },
    },
    stdin: 'bool',
    stdinOnce: 'bool',
    tty: 'bool',
    terminationMessagePath: 'string',
    terminationMessagePolicy: 'string',
  },
};
const volume: Schema = {
  fields: {
    name: 'string',
    configMap: { fields: { name: 'string', defaultMode: 'int', items: 'any', optional: 'bool' } },
    secret: { fields: { secretName: 'string', defaultMode: 'int', items: 'any', optional: 'bool' } },
    persistentVolumeClaim: { fields: { claimName: 'string', readOnly: 'bool' } },
    emptyDir: { fields: { medium: 'string', sizeLimit: 'quantity' } },
    projected: 'any',
  },
};
export const podSpec: Schema = {
  fields: {
    containers: { list: container, keys: ['name'] },
    initContainers: { list: container, keys: ['name'] },
    volumes: { list: volume, keys: ['name'] },
    serviceAccountName: 'string',
    serviceAccount: 'string',
    automountServiceAccountToken: 'bool',
    enableServiceLinks: 'bool',
    terminationGracePeriodSeconds: 'int',
    activeDeadlineSeconds: 'int',
    restartPolicy: 'string',
    imagePullSecrets: { list: reference, keys: ['name'] },
    securityContext: {
      fields: {
        runAsNonRoot: 'bool',
        runAsUser: 'int',
        runAsGroup: 'int',
        fsGroup: 'int',
        fsGroupChangePolicy: 'string',
        seccompProfile: { fields: { type: 'string', localhostProfile: 'string' } },
        supplementalGroups: 'any',
      },
    },
    nodeName: 'string',
    nodeSelector: stringMap,
    affinity: 'any',
    tolerations: 'any',
    topologySpreadConstraints: 'any',
    hostname: 'string',
    subdomain: 'string',
    dnsPolicy: 'string',
    schedulerName: 'string',
    priority: 'int',
    priorityClassName: 'string',
    preemptionPolicy: 'string',
    readinessGates: 'any',
    schedulingGates: 'any',
    hostNetwork: 'bool',
    shareProcessNamespace: 'bool',
  },
};
const claimSpec: Schema = {
  fields: {
    accessModes: strings,
    resources,
    storageClassName: 'string',
    volumeMode: 'string',
    volumeName: 'string',
    selector,
  },
};

/** Of a kind, below apiVersion, kind and metadata. Status belongs to the cluster. */
const BODIES: Record<string, Record<string, Schema>> = {
  ConfigMap: { data: stringMap, binaryData: stringMap, immutable: 'bool' },
  Secret: { data: stringMap, stringData: stringMap, immutable: 'bool', type: 'string' },
  ServiceAccount: {
    automountServiceAccountToken: 'bool',
    imagePullSecrets: { list: reference },
    secrets: 'any',
  },
  PersistentVolumeClaim: { spec: claimSpec, status: 'any' },
  Role: { rules: 'any' },
  RoleBinding: { roleRef: 'any', subjects: 'any' },
  Namespace: { spec: { fields: { finalizers: strings } }, status: 'any' },
  ResourceQuota: { spec: { fields: { hard: quantities, scopes: strings } }, status: 'any' },
  Pod: { spec: podSpec, status: 'any' },
  StatefulSet: {
    spec: {
      fields: {
        replicas: 'int',
        serviceName: 'string',
        selector,
        template: { fields: { metadata, spec: podSpec } },
        updateStrategy: {
          fields: { type: 'string', rollingUpdate: { fields: { partition: 'int', maxUnavailable: 'any' } } },
        },
        podManagementPolicy: 'string',
        revisionHistoryLimit: 'int',
        minReadySeconds: 'int',
        ordinals: 'any',
        persistentVolumeClaimRetentionPolicy: { fields: { whenDeleted: 'string', whenScaled: 'string' } },
        volumeClaimTemplates: {
          list: { fields: { apiVersion: 'string', kind: 'string', metadata, spec: claimSpec, status: 'any' } },
        },
      },
    },
    status: 'any',
  },
};
const whole = new Map<string, Schema>();
export function schemaOf(kind: string): Schema {
  let schema = whole.get(kind);
  if (!schema) {
    schema = { fields: { apiVersion: 'string', kind: 'string', metadata, ...BODIES[kind] } };
    whole.set(kind, schema);
  }
  return schema;
}
