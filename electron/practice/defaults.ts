import { copy, isDict, type Dict, type Obj } from './objects';

/** What a server adds to what was left out (pkg/apis/core/v1 and apps/v1 `SetDefaults_…`), as far as anything here reads it. */
export function withDefaults(object: Obj, defaultClass: string | null): Obj {
  const out = copy(object);
  const spec = isDict(out.spec) ? out.spec : null;
  switch (out.kind) {
    case 'StatefulSet':
      if (spec) statefulSet(spec);
      break;
    case 'Pod':
      if (spec) podSpec(spec);
      break;
    case 'PersistentVolumeClaim':
      if (spec) {
        lay(spec, { volumeMode: 'Filesystem' });
        if (spec['storageClassName'] === undefined && defaultClass) spec['storageClassName'] = defaultClass;
      }
      break;
    case 'Secret':
      secret(out);
      break;
    case 'Namespace':
      out.spec = { finalizers: ['kubernetes'], ...(spec ?? {}) };
      out.metadata.labels = { ...out.metadata.labels, 'kubernetes.io/metadata.name': out.metadata.name };
      break;
  }
  return out;
}

/** Lays defaults below what is there. */
function lay(object: Dict, defaults: Dict): void {
  for (const [key, value] of Object.entries(defaults)) if (object[key] === undefined) object[key] = value;
}

function secret(object: Obj): void {
  lay(object, { type: 'Opaque' });
  const { stringData } = object as { stringData?: Record<string, string> };
  if (!stringData) return;
  const coded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')]);
  object['data'] = { ...(object['data'] as Dict | undefined), ...Object.fromEntries(coded) };
  delete object['stringData'];
}

function statefulSet(spec: Dict): void {
  lay(spec, {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate' },
    revisionHistoryLimit: 10,
  });
  spec['persistentVolumeClaimRetentionPolicy'] = {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
    ...(spec['persistentVolumeClaimRetentionPolicy'] as Dict | undefined),
  };
  const strategy = spec['updateStrategy'] as Dict;
  lay(strategy, { type: 'RollingUpdate' });
  if (strategy['type'] === 'RollingUpdate' && strategy['rollingUpdate'] === undefined)
    strategy['rollingUpdate'] = { partition: 0 };
  const template = spec['template'] as Dict | undefined;
  if (isDict(template?.['spec'])) podSpec(template['spec']);
  for (const claim of (spec['volumeClaimTemplates'] as Dict[] | undefined) ?? []) {
    lay(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } });
    if (isDict(claim['spec'])) lay(claim['spec'], { volumeMode: 'Filesystem' });
  }
}

function podSpec(spec: Dict): void {
  lay(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  if (spec['serviceAccountName'] !== undefined) lay(spec, { serviceAccount: spec['serviceAccountName'] });
  for (const list of ['initContainers', 'containers'])
    for (const container of (spec[list] as Dict[] | undefined) ?? []) containerDefaults(container);
  for (const volume of (spec['volumes'] as Dict[] | undefined) ?? []) {
    // Octal 0644.
    for (const kind of ['configMap', 'secret']) if (isDict(volume[kind])) lay(volume[kind], { defaultMode: 420 });
    const kinds = Object.keys(volume).filter((key) => key !== 'name');
    if (kinds.length === 0) volume['emptyDir'] = {};
  }
}

function containerDefaults(container: Dict): void {
  const image = String(container['image'] ?? '');
  const tag = /:([^:/@]+)(?:@|$)/.exec(image)?.[1] ?? 'latest';
  lay(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: tag === 'latest' && !image.includes('@') ? 'Always' : 'IfNotPresent',
  });
  const resources = container['resources'] as { requests?: Dict; limits?: Dict };
  // A limit without a request is the request too.
  if (resources.limits) resources.requests = { ...resources.limits, ...resources.requests };
}

/** What admission adds to a pod beside its own fields: account, tolerations, priority. */
export function admitted(pod: Obj): Obj {
  const spec = pod.spec as Dict;
  const lasting = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  lay(spec, {
    serviceAccountName: 'default',
    serviceAccount: spec['serviceAccountName'] ?? 'default',
    enableServiceLinks: true,
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations: [lasting('node.kubernetes.io/not-ready'), lasting('node.kubernetes.io/unreachable')],
  });
  return pod;
}
