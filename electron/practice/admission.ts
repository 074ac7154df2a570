import { NAMESPACE, SERVICE_ACCOUNT, STORAGE_CLASS, type Kind } from './kinds';
import { admitted } from './defaults';
import type { Obj } from './objects';
import { checkQuota } from './quota';
import { checkPodSecurity } from './security';
import { forbidden, notFound } from './status';
import type { World } from './world';

/** What stands before something new may be written: its namespace, its account, quota, pod security. @throws Refusal 403, 404 */
export function admit(world: World, kind: Kind, object: Obj): Obj {
  if (kind.namespaced) inNamespace(world, kind, object);
  let out = object;
  if (kind.kind === 'Pod') {
    out = admitted(object);
    const account = String((out.spec as { serviceAccountName?: string }).serviceAccountName);
    const { namespace = '', name } = out.metadata;
    if (!world.store.get(SERVICE_ACCOUNT, namespace, account))
      throw forbidden(
        kind,
        name,
        `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
      );
    checkPodSecurity(world, out);
  }
  if (kind.kind === 'PersistentVolumeClaim')
    out = {
      ...out,
      metadata: { ...out.metadata, finalizers: [...(out.metadata.finalizers ?? []), 'kubernetes.io/pvc-protection'] },
    };
  return out;
}

/** The last word of admission, after validation. @throws Refusal 403 */
export function countUp(world: World, kind: Kind, object: Obj): void {
  if (kind.namespaced) checkQuota(world, kind, object);
}

function inNamespace(world: World, kind: Kind, { metadata }: Obj): void {
  const namespace = world.store.get(NAMESPACE, undefined, metadata.namespace ?? '');
  if (!namespace) throw notFound(NAMESPACE, metadata.namespace ?? '');
  if (namespace.metadata.deletionTimestamp)
    throw forbidden(
      kind,
      metadata.name,
      `unable to create new content in namespace ${metadata.namespace} because it is being terminated`,
    );
}

export function defaultClassOf(world: World): string | null {
  const mark = 'storageclass.kubernetes.io/is-default-class';
  return (
    world.store.list(STORAGE_CLASS).find((one) => one.metadata.annotations?.[mark] === 'true')?.metadata.name ?? null
  );
}
