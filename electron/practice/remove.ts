import type { Kind } from './kinds';
import { isDict, timeText, type Dict, type Obj } from './objects';
import {
  badRequest,
  invalidOptions,
  notFound,
  preconditionFailed,
  success,
  unsupported,
  type StatusBody,
} from './status';
import type { World } from './world';

const KNOWN = ['kind', 'apiVersion', 'preconditions', 'propagationPolicy', 'gracePeriodSeconds', 'dryRun'];

/** Kinds of which a delete gives the object back (`ReturnDeletedObject` of their registries). */
const RETURNS = new Set(['Pod', 'ServiceAccount', 'PersistentVolumeClaim', 'ResourceQuota']);

/** Deletes as asked: at once, or marked where finalizers or a grace period hold it. @throws Refusal 400, 404, 409, 422 */
export function remove(
  world: World,
  kind: Kind,
  namespace: string | null,
  name: string,
  body: unknown,
): Obj | StatusBody {
  const options = optionsOf(body);
  const object = world.store.get(kind, namespace ?? undefined, name);
  if (!object) throw notFound(kind, name);
  const { uid, resourceVersion } = object.metadata;
  const { preconditions = {} } = options;
  if (preconditions.uid !== undefined && preconditions.uid !== uid)
    throw preconditionFailed(
      kind,
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion)
    throw preconditionFailed(
      kind,
      name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  const marked = markedForDeletion(world, kind, object, options);
  if (marked === null) {
    if (!options.dryRun) world.store.remove(kind, object);
    if (RETURNS.has(kind.kind))
      return {
        ...object,
        metadata: {
          ...object.metadata,
          deletionTimestamp: timeText(world.agenda.now()),
          deletionGracePeriodSeconds: 0,
        },
      };
    const { group, plural } = kind;
    return success({ name, ...(group ? { group } : {}), kind: plural, uid });
  }
  return options.dryRun ? marked : world.store.put(kind, marked);
}

interface DeleteOptions {
  preconditions?: { uid?: string; resourceVersion?: string };
  propagationPolicy?: string;
  gracePeriodSeconds?: number;
  dryRun: boolean;
}
function optionsOf(body: unknown): DeleteOptions {
  if (body === undefined) return { dryRun: false };
  if (!isDict(body)) throw badRequest("couldn't get version/kind; json parse error");
  const strange = Object.keys(body).find((key) => !KNOWN.includes(key));
  if (strange) throw badRequest(`unknown field "${strange}"`);
  const { propagationPolicy, gracePeriodSeconds, dryRun = [] } = body as Dict & { dryRun?: string[] };
  const policies = ['Foreground', 'Background', 'Orphan'];
  if (propagationPolicy !== undefined && !policies.includes(String(propagationPolicy)))
    throw invalidOptions('DeleteOptions', [unsupported('propagationPolicy', propagationPolicy, [...policies, 'nil'])]);
  if (dryRun.some((one) => one !== 'All'))
    throw invalidOptions('DeleteOptions', [unsupported('dryRun', dryRun, ['All'])]);
  if (gracePeriodSeconds !== undefined && !Number.isInteger(gracePeriodSeconds))
    throw badRequest('json: cannot unmarshal into Go struct field DeleteOptions.gracePeriodSeconds of type int64');
  return {
    preconditions: body['preconditions'] as DeleteOptions['preconditions'],
    propagationPolicy: propagationPolicy as string | undefined,
    gracePeriodSeconds: gracePeriodSeconds as number | undefined,
    dryRun: dryRun.length > 0,
  };
}

/** The object with its mark, or null where nothing holds it. */
function markedForDeletion(world: World, kind: Kind, object: Obj, options: DeleteOptions): Obj | null {
  const now = world.agenda.now();
  const finalizers = [...(object.metadata.finalizers ?? [])];
  const add = (name: string) => void (finalizers.includes(name) || finalizers.push(name));
  if (kind.kind === 'Namespace') add('kubernetes');
  if (options.propagationPolicy === 'Foreground') add('foregroundDeletion');
  if (options.propagationPolicy === 'Orphan') add('orphan');
  const grace = kind.kind === 'Pod' ? graceOf(object, options.gracePeriodSeconds) : 0;
  if (finalizers.length === 0 && grace === 0) return null;
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  // A second delete can only shorten the time.
  const shorter = deletionTimestamp && grace >= (deletionGracePeriodSeconds ?? 0);
  const mark = shorter ? {} : { deletionTimestamp: timeText(now + grace * 1000), deletionGracePeriodSeconds: grace };
  const status = kind.kind === 'Namespace' ? { status: { phase: 'Terminating' } } : {};
  return {
    ...object,
    ...status,
    metadata: { ...object.metadata, ...mark, ...(finalizers.length ? { finalizers } : {}) },
  };
}

/** A pod that no node has, or that is over, goes at once (pkg/registry/core/pod `CheckGracefulDelete`). Seconds. */
function graceOf(pod: Obj, asked: number | undefined): number {
  const { nodeName, terminationGracePeriodSeconds = 30 } = pod.spec as {
    nodeName?: string;
    terminationGracePeriodSeconds?: number;
  };
  const phase = (pod.status as { phase?: string } | undefined)?.phase;
  if (!nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
  return Math.max(0, asked ?? terminationGracePeriodSeconds);
}
