import type { ObjectRef } from '../../shared/bots';
import { Failure, toAppError } from '../../shared/errors';
import { LABEL, MANAGED_BY } from '../bot/format';
import { refOf, type ManifestObject } from '../bot/manifest';
import { NAMESPACES } from '../cluster';
import type { KubeObject } from '../cluster/objects';
import { explainRefusal } from './reasons';
import { inWords, resourceOf } from './resources';
import { codeOf, isLineTrouble, orNull, type Site } from './site';

/**
 * No object bears this resourceVersion: it is etcd's before the first write. Server-side apply with it makes what is not there and is
 * refused with a conflict where something is, so that nothing is ever overwritten, and the fields still belong to the app's applies
 * (seen with Kubernetes 1.34; a plain create would make it an "update" owner, in conflict with the app's own later applies).
 */
const NEVER = '1';
const asNew = (object: ManifestObject) => ({ ...object, metadata: { ...object.metadata, resourceVersion: NEVER } });

export interface WriteOptions {
  dryRun?: boolean;
  warnings?: string[];
}

/** Makes an object that must not be there yet. @throws Failure EXISTS (says what stands there), or the refusal in a trader's words */
export async function makeNew(site: Site, object: ManifestObject, options: WriteOptions = {}): Promise<KubeObject> {
  const { kind, metadata } = object;
  const resource = resourceOf(kind);
  try {
    if (kind === 'Pod') return await site.api.create<KubeObject>(resource, metadata.namespace, object, options);
    return await site.api.apply<KubeObject>(resource, metadata.namespace, asNew(object), options);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'CONFLICT' || code === 'EXISTS') throw (await taken(site, object)) ?? thrown;
    if (isLineTrouble(thrown) || code === 'CANCELLED') throw thrown;
    const about = { kind, name: metadata.name, namespace: metadata.namespace, clusterName: site.name };
    throw new Failure(explainRefusal(toAppError(thrown), about));
  }
}

/** What already bears the name. Null: nothing does. */
async function taken(site: Site, object: ManifestObject): Promise<Failure | null> {
  const { kind, metadata } = object;
  const found = await orNull(
    site.api.get<KubeObject>(resourceOf(kind), metadata.namespace, metadata.name),
    'FORBIDDEN',
  );
  const what = `${inWords(kind)} “${metadata.name}” in ${metadata.namespace} on ${site.name}`;
  if (!found) return null;
  const labels = found.metadata.labels ?? {};
  const ours = labels[LABEL.managedBy] === MANAGED_BY && labels[LABEL.instance];
  const made = found.metadata.creationTimestamp.slice(0, 10);
  const whose =
    kind === 'StatefulSet'
      ? 'There is already a'
      : ours
        ? `An earlier bot “${labels[LABEL.instance]}” left a`
        : 'Something not made by Hummingdeck is called so:';
  return new Failure({
    code: 'EXISTS',
    message: `${whose} ${what} (made ${made}). It was not touched.`,
    hint:
      ours && kind !== 'StatefulSet'
        ? 'Choose another name, or delete what was left first.'
        : 'Choose another name or namespace.',
  });
}

/** After a write whose answer never came: the object as it stands there now, or null. Gives up quietly while the line is still down. */
export async function lookAgain(site: Site, object: ManifestObject): Promise<KubeObject | null> {
  try {
    return await orNull(
      site.api.get<KubeObject>(resourceOf(object.kind), object.metadata.namespace, object.metadata.name),
    );
  } catch {
    return null;
  }
}

export const written = (object: ManifestObject, made: KubeObject): ObjectRef => ({
  ...refOf(object),
  uid: made.metadata.uid,
});

/** @throws Failure NOT_FOUND when there is surely no such namespace. Who may not look passes: the first write tells. */
export async function namespaceThere(site: Site, namespace: string): Promise<void> {
  try {
    await site.api.get<KubeObject>(NAMESPACES, null, namespace);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'FORBIDDEN') return;
    if (code !== 'NOT_FOUND') throw thrown;
    throw new Failure({
      code,
      message: `There is no namespace “${namespace}” on ${site.name}.`,
      hint: 'Choose another namespace, or have this one made.',
    });
  }
}
