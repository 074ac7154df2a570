import type { ContainerSpec, PodSpec, StatefulSet } from '../cluster/objects';
import type { Kind } from './kinds';
import { isDict, same, type Dict, type Obj } from './objects';
import { amountOf } from '../../shared/quantity';
import { forbiddenField, invalid, required, unsupported, wrong, type Cause } from './status';

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const KEY =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const isLabel = (text: string) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text) && text.length <= 63;
const isSubdomain = (text: string) =>
  text.length <= 253 && text.split('.').every((part) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(part));

/** @throws Refusal 422 with every cause */
export function validate(kind: Kind, object: Obj, before: Obj | null): void {
  const causes = [...meta(kind, object)];
  if (kind.kind === 'StatefulSet')
    causes.push(...statefulSet(object as unknown as StatefulSet, before as StatefulSet | null));
  if (kind.kind === 'Pod') causes.push(...podSpec(object.spec as PodSpec | undefined, 'spec'));
  if (kind.kind === 'Pod' && before && !same(object.spec, before.spec)) causes.push(podUpdate());
  if (kind.kind === 'ConfigMap' || kind.kind === 'Secret') causes.push(...immutable(object, before), ...keysOf(object));
  if (kind.kind === 'PersistentVolumeClaim') causes.push(...claim(object, before));
  if (causes.length > 0) throw invalid(kind, object.metadata.name ?? '', causes);
}

function meta(kind: Kind, { metadata }: Obj): Cause[] {
  const causes: Cause[] = [];
  const name = metadata.name ?? '';
  if (!name) causes.push(required('metadata.name', 'name or generateName is required'));
  else if (kind.kind === 'Namespace' ? !isLabel(name) : !isSubdomain(name))
    causes.push(wrong('metadata.name', name, kind.kind === 'Namespace' ? LABEL : SUBDOMAIN));
  causes.push(...labels(metadata.labels, 'metadata.labels'), ...annotationKeys(metadata.annotations));
  return causes;
}
function labels(all: Record<string, string> | undefined, path: string): Cause[] {
  return Object.entries(all ?? {}).flatMap(([key, value]) => [
    ...qualifiedName(key, path),
    ...(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value) ? [] : [wrong(path, value, VALUE)]),
    ...(value.length > 63 ? [wrong(path, value, 'must be no more than 63 bytes')] : []),
  ]);
}
function qualifiedName(key: string, path: string): Cause[] {
  const name = key.includes('/') ? key.slice(key.indexOf('/') + 1) : key;
  const prefix = key.includes('/') ? key.slice(0, key.indexOf('/')) : null;
  if (prefix !== null && !isSubdomain(prefix)) return [wrong(path, key, `prefix part ${SUBDOMAIN}`)];
  if (!/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name)) return [wrong(path, key, KEY)];
  return name.length > 63 ? [wrong(path, key, 'name part must be no more than 63 bytes')] : [];
}
const annotationKeys = (all: Record<string, string> | undefined): Cause[] =>
  Object.keys(all ?? {}).flatMap((key) => qualifiedName(key.toLowerCase(), 'metadata.annotations'));

function immutable(object: Obj, before: Obj | null): Cause[] {
  if (before?.['immutable'] !== true) return [];
  const causes: Cause[] = [];
  const words = 'field is immutable when `immutable` is set';
  if (object['immutable'] !== true) causes.push(forbiddenField('immutable', words));
  if (!same(object['data'] ?? {}, before['data'] ?? {})) causes.push(forbiddenField('data', words));
  return causes;
}
function keysOf(object: Obj): Cause[] {
  const data = isDict(object['data']) ? Object.keys(object['data']) : [];
  const words =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
  return data.filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key)).map((key) => wrong(`data[${key}]`, key, words));
}

function statefulSet({ spec, metadata }: StatefulSet, before: StatefulSet | null): Cause[] {
  if (!isDict(spec)) return [required('spec.selector'), required('spec.template.spec.containers')];
  const causes: Cause[] = [];
  const replicas = spec.replicas ?? 1;
  if (replicas < 0) causes.push(wrong('spec.replicas', replicas, 'must be greater than or equal to 0'));
  const wanted = spec.selector?.matchLabels ?? {};
  const given = spec.template?.metadata?.labels ?? {};
  if (Object.keys(wanted).length === 0)
    causes.push(wrong('spec.selector', spec.selector ?? {}, 'empty selector is invalid for statefulset'));
  else if (Object.entries(wanted).some(([key, value]) => given[key] !== value))
    causes.push(wrong('spec.template.metadata.labels', given, '`selector` does not match template `labels`'));
  const type = spec.updateStrategy?.type ?? 'RollingUpdate';
  if (!['RollingUpdate', 'OnDelete'].includes(type))
    causes.push(wrong('spec.updateStrategy', { type }, "must be 'RollingUpdate' or 'OnDelete'"));
  causes.push(...labels(given, 'spec.template.metadata.labels'), ...podSpec(spec.template?.spec, 'spec.template.spec'));
  const restart = (spec.template?.spec as { restartPolicy?: string } | undefined)?.restartPolicy ?? 'Always';
  if (restart !== 'Always') causes.push(unsupported('spec.template.spec.restartPolicy', restart, ['Always']));
  if (metadata.name && `${metadata.name}-0`.length > 63 + 190)
    causes.push(wrong('metadata.name', metadata.name, SUBDOMAIN));
  if (before) {
    const free = [
      'replicas',
      'ordinals',
      'template',
      'updateStrategy',
      'revisionHistoryLimit',
      'persistentVolumeClaimRetentionPolicy',
      'minReadySeconds',
    ];
    const fixed = (one: StatefulSet) =>
      Object.fromEntries(Object.entries(one.spec).filter(([key]) => !free.includes(key)));
    if (!same(fixed(before), fixed({ spec, metadata } as StatefulSet)))
      causes.push(
        forbiddenField(
          'spec',
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        ),
      );
  }
  return causes;
}

function podSpec(spec: PodSpec | undefined, path: string): Cause[] {
  const causes: Cause[] = [];
  const names = new Set((spec?.volumes ?? []).map((volume) => volume.name));
  if (!spec?.containers?.length) causes.push(required(`${path}.containers`));
  for (const list of ['initContainers', 'containers'] as const)
    (spec?.[list] ?? []).forEach((one, index) => causes.push(...container(one, `${path}.${list}[${index}]`, names)));
  return causes;
}
function container(one: ContainerSpec, path: string, volumes: Set<string>): Cause[] {
  const causes: Cause[] = [];
  if (!one.name) causes.push(required(`${path}.name`));
  else if (!isLabel(one.name)) causes.push(wrong(`${path}.name`, one.name, LABEL));
  if (!one.image) causes.push(required(`${path}.image`));
  (one.volumeMounts ?? []).forEach((mount, index) => {
    const at = `${path}.volumeMounts[${index}]`;
    if (!mount.mountPath) causes.push(required(`${at}.mountPath`));
    if (!volumes.has(mount.name))
      causes.push({
        reason: 'FieldValueNotFound',
        message: `Not found: ${JSON.stringify(mount.name)}`,
        field: `${at}.name`,
      });
  });
  const { requests = {}, limits = {} } = one.resources ?? {};
  for (const [resource, value] of Object.entries(requests)) {
    const limit = limits[resource];
    if (limit !== undefined && amountOf(value) > amountOf(limit))
      causes.push(
        wrong(`${path}.resources.requests`, value, `must be less than or equal to ${resource} limit of ${limit}`),
      );
  }
  return causes;
}
function podUpdate(): Cause {
  return forbiddenField(
    'spec',
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
  );
}

function claim(object: Obj, before: Obj | null): Cause[] {
  const spec = (object.spec ?? {}) as { accessModes?: string[]; resources?: { requests?: Dict } };
  const causes: Cause[] = [];
  if (!spec.accessModes?.length) causes.push(required('spec.accessModes', 'at least 1 access mode is required'));
  const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
  for (const mode of spec.accessModes ?? [])
    if (!modes.includes(mode)) causes.push(unsupported('spec.accessModes', mode, modes));
  if (spec.accessModes?.includes('ReadWriteOncePod') && spec.accessModes.length > 1)
    causes.push(forbiddenField('spec.accessModes', 'may not use ReadWriteOncePod with other access modes'));
  if (spec.resources?.requests?.['storage'] === undefined) causes.push(required('spec.resources[storage]'));
  if (before && !same(object.spec, before.spec))
    causes.push(
      forbiddenField(
        'spec',
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    );
  return causes;
}
