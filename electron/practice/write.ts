import { admit, countUp, defaultClassOf } from './admission';
import { bare, mergePatch, serverSideApply } from './apply';
import { hexOf, uuidOf } from './chance';
import { withDefaults } from './defaults';
import type { Kind } from './kinds';
import { managedFieldsOf, ownersAfterUpdate } from './managed';
import { isDict, same, timeText, type Dict, type Meta, type Obj } from './objects';
import { schemaOf } from './schema';
import { badRequest, exists, internal, invalid, modified, notFound, wrong } from './status';
import { known, mistyped, unknownFields } from './typed';
import { validate } from './validate';
import type { World } from './world';

export interface WriteOptions {
  manager: string;
  dryRun: boolean;
  force?: boolean;
  /** Fields that were given and dropped. */
  warnings: string[];
}

const withGeneration = new Set(['StatefulSet', 'Pod']);
/** What a new object's status says before any controller has seen it. */
const FIRST_STATUS: Record<string, (object: Obj) => unknown> = {
  Pod: (pod) => ({ phase: 'Pending', qosClass: qosOf(pod) }),
  StatefulSet: () => ({ replicas: 0, availableReplicas: 0 }),
  PersistentVolumeClaim: () => ({ phase: 'Pending' }),
  Namespace: () => ({ phase: 'Active' }),
  ResourceQuota: () => ({}),
};

/** @throws Refusal 400, 403, 404, 409, 422 */
export function create(world: World, kind: Kind, namespace: string | null, body: unknown, options: WriteOptions): Obj {
  const object = decoded(kind, namespace, body, options);
  const { generateName } = object.metadata;
  if (!object.metadata.name && generateName) object.metadata.name = `${generateName}${hexOf(world.chance, 5)}`;
  if (object.metadata.resourceVersion) throw internal('resourceVersion should not be set on objects to be created');
  const made = born(world, kind, object);
  if (world.store.get(kind, made.metadata.namespace, made.metadata.name)) throw exists(kind, made.metadata.name);
  const by = { manager: options.manager, apiVersion: kind.apiVersion, time: timeText(world.agenda.now()) };
  const owners = ownersAfterUpdate(null, { ...made, status: undefined }, schemaOf(kind.kind), by);
  return stored(
    world,
    kind,
    { ...made, metadata: { ...made.metadata, managedFields: managedFieldsOf(owners) } },
    options,
  );
}

/** Server-side apply; makes what is not there. @throws Refusal 400, 403, 404, 409, 422, 500 */
export function apply(
  world: World,
  kind: Kind,
  namespace: string | null,
  name: string,
  body: unknown,
  options: WriteOptions,
): { object: Obj; created: boolean } {
  if (!isDict(body) || !body['kind'] || !body['apiVersion'])
    throw badRequest(`invalid object type: /, Kind=${isDict(body) ? String(body['kind'] ?? '') : ''}`);
  named(kind, namespace, name, body);
  const schema = schemaOf(kind.kind);
  const where = `failed to create typed patch object (${isDict(body['metadata']) ? String(body['metadata']['namespace'] ?? '') : ''}/${name}; ${slashed(kind)}, Kind=${kind.kind})`;
  const strange = unknownFields(body, schema)[0];
  if (strange) throw internal(`${where}: .${strange}: field not declared in schema`);
  const mismatch = mistyped(body, schema, kind.kind);
  if (mismatch) throw internal(`${where}: ${mismatch}`);
  const applied = known(body, schema) as Obj;
  applied.metadata = { ...applied.metadata, name, ...(namespace !== null ? { namespace } : {}) };
  const live = world.store.get(kind, namespace ?? undefined, name) ?? null;
  const version = applied.metadata.resourceVersion;
  const time = timeText(world.agenda.now());
  const laid = serverSideApply(live, applied, schema, {
    manager: options.manager,
    apiVersion: kind.apiVersion,
    force: options.force ?? false,
    time,
  });
  // Real servers look at whose the fields are first.
  if (live && version && version !== live.metadata.resourceVersion) throw modified(kind, name);
  if (live) return { object: changed(world, kind, live, laid, options), created: false };
  const { managedFields } = laid.metadata;
  const made = born(world, kind, laid);
  // A dry run gives back the version that was asked for.
  const given = options.dryRun && version ? { resourceVersion: version } : {};
  const object = stored(world, kind, { ...made, metadata: { ...made.metadata, ...given, managedFields } }, options);
  return { object, created: true };
}

/** JSON merge patch, guarded by a resourceVersion in it. @throws Refusal 400, 404, 409, 422 */
export function merge(
  world: World,
  kind: Kind,
  namespace: string | null,
  name: string,
  patch: unknown,
  options: WriteOptions,
): Obj {
  if (!isDict(patch))
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type map[string]interface {}`,
    );
  const live = world.store.get(kind, namespace ?? undefined, name);
  if (!live) throw notFound(kind, name);
  const merged = mergePatch(live, patch);
  named(kind, namespace, name, merged as Dict);
  const schema = schemaOf(kind.kind);
  options.warnings.push(...unknownFields(patch, schema).map((field) => `unknown field "${field}"`));
  const mismatch = mistyped(merged, schema, kind.kind);
  if (mismatch)
    throw invalid({ plural: '', kind: '', group: '' }, '', [wrong('patch', JSON.stringify(merged), mismatch)]);
  const next = known(merged, schema) as Obj;
  if (next.metadata.resourceVersion !== live.metadata.resourceVersion) throw modified(kind, name);
  if (next.metadata.uid !== live.metadata.uid)
    throw invalid(kind, name, [wrong('metadata.uid', next.metadata.uid, 'field is immutable')]);
  const by = { manager: options.manager, apiVersion: kind.apiVersion, time: timeText(world.agenda.now()) };
  const ready = withDefaults({ ...next, status: live.status }, null);
  const managedFields = managedFieldsOf(ownersAfterUpdate(live, ready, schema, by));
  return changed(world, kind, live, { ...ready, metadata: { ...ready.metadata, managedFields } }, options);
}

/** A change to what stands: nothing is written where nothing differs. */
function changed(world: World, kind: Kind, live: Obj, next: Obj, options: WriteOptions): Obj {
  const status = live.status === undefined ? {} : { status: live.status };
  const ready = { ...withDefaults(next, null), ...status } as Obj;
  ready.metadata = { ...ready.metadata, ...fixedMeta(live.metadata) };
  if (withGeneration.has(kind.kind) && !same(ready.spec, live.spec))
    ready.metadata.generation = (live.metadata.generation ?? 1) + 1;
  validate(kind, ready, live);
  if (same(bare(ready), bare(live)) && same(ready.metadata.managedFields, live.metadata.managedFields)) return live;
  return options.dryRun ? ready : world.store.put(kind, ready);
}
function fixedMeta({
  uid,
  creationTimestamp,
  resourceVersion,
  generation,
  deletionTimestamp,
  ownerReferences,
}: Meta): Partial<Meta> {
  return {
    uid,
    creationTimestamp,
    resourceVersion,
    ...(generation !== undefined ? { generation } : {}),
    ...(deletionTimestamp ? { deletionTimestamp } : {}),
    ...(ownerReferences ? { ownerReferences } : {}),
  };
}

function born(world: World, kind: Kind, object: Obj): Obj {
  const { resourceVersion: _, uid: __, ...metadata } = object.metadata;
  const first = FIRST_STATUS[kind.kind];
  const fresh = {
    ...object,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      ...metadata,
      uid: uuidOf(world.chance),
      creationTimestamp: timeText(world.agenda.now()),
      ...(withGeneration.has(kind.kind) ? { generation: 1 } : {}),
    },
  } as Obj;
  const ready = admit(world, kind, withDefaults(fresh, defaultClassOf(world)));
  validate(kind, ready, null);
  countUp(world, kind, ready);
  return first ? { ...ready, status: first(ready) } : ready;
}

function stored(world: World, kind: Kind, object: Obj, options: WriteOptions): Obj {
  return options.dryRun ? object : world.store.put(kind, object);
}

function decoded(kind: Kind, namespace: string | null, body: unknown, options: WriteOptions): Obj {
  const version = kind.apiVersion.split('/').at(-1)!;
  const cannot = (words: string) =>
    badRequest(
      `${isDict(body) && body['kind'] ? String(body['kind']) : kind.kind} in version "${version}" cannot be handled as a ${kind.kind}: ${words}`,
    );
  if (!isDict(body))
    throw cannot(
      `json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into Go value of type ${kind.kind}`,
    );
  if ((body['kind'] ?? kind.kind) !== kind.kind || (body['apiVersion'] ?? kind.apiVersion) !== kind.apiVersion)
    throw cannot(`converting (v1.${String(body['kind'])}) to (core.${kind.kind}): unknown conversion`);
  const schema = schemaOf(kind.kind);
  const mismatch = mistyped(body, schema, kind.kind);
  if (mismatch) throw cannot(mismatch);
  options.warnings.push(...unknownFields(body, schema).map((field) => `unknown field "${field}"`));
  const object = known(body, schema) as Obj;
  const metadata = { ...(object.metadata ?? {}) } as Meta;
  if (namespace !== null && metadata.namespace && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (namespace !== null) metadata.namespace = namespace;
  metadata.name ??= '';
  const { status: _, ...rest } = object;
  return { ...rest, metadata };
}

/** A body's name and namespace have to be those of the address. */
function named(kind: Kind, namespace: string | null, name: string, body: Dict): void {
  const metadata = isDict(body['metadata']) ? body['metadata'] : {};
  if (body['kind'] !== kind.kind || body['apiVersion'] !== kind.apiVersion)
    throw badRequest(
      `the API version in the data (${String(body['apiVersion'])}) does not match the expected API version (${kind.apiVersion})`,
    );
  if (metadata['name'] !== undefined && metadata['name'] !== name)
    throw badRequest(
      `the name of the object (${String(metadata['name'])}) does not match the name on the URL (${name})`,
    );
  if (namespace !== null && metadata['namespace'] !== undefined && metadata['namespace'] !== namespace)
    throw badRequest(
      `the namespace of the object (${String(metadata['namespace'])}) does not match the namespace on the URL (${namespace})`,
    );
}
const slashed = ({ apiVersion }: Kind) => (apiVersion.includes('/') ? apiVersion : `/${apiVersion}`);

function qosOf(pod: Obj): string {
  const { containers } = pod.spec as { containers: { resources?: { requests?: Dict; limits?: Dict } }[] };
  const all = containers.map(({ resources = {} }) => resources);
  if (all.every(({ requests, limits }) => !requests && !limits)) return 'BestEffort';
  const guaranteed = all.every(({ requests = {}, limits = {} }) =>
    ['cpu', 'memory'].every((one) => limits[one] !== undefined && limits[one] === requests[one]),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
