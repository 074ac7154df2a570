import { CONTAINER, LABEL } from '../bot/format';
import { PODS } from '../cluster';
import type { Pod } from '../cluster/objects';
import { isLineTrouble, type Site } from './site';

/** Tags that are never moved to another image; of others (`latest`, `development`) the trader wants what is newest. */
const FIXED_TAG = /:version-\d+\.\d+\.\d+$/;

/**
 * The digest by which the cluster's bots run this very image already, so that a new bot gets the same bytes: `sha256:…`. Undefined where
 * nobody runs it, where they disagree, for tags that move, or where pods may not be read.
 */
export async function knownDigest(site: Site, image: string): Promise<string | undefined> {
  if (!FIXED_TAG.test(image.trim())) return undefined;
  try {
    const lists = (site.namespaces ?? [null]).map((namespace) =>
      site.api.list<Pod>(PODS, namespace, { labelSelector: LABEL.bot }),
    );
    return digestIn(
      (await Promise.all(lists)).flatMap(({ items }) => items),
      image.trim(),
    );
  } catch (thrown) {
    if (isLineTrouble(thrown)) throw thrown;
    return undefined;
  }
}

/** The one registry digest under which these pods run the image. The runtime names it in `imageID` as `REPOSITORY@sha256:…`. */
export function digestIn(pods: readonly Pod[], image: string): string | undefined {
  const repository = withoutTag(image);
  const found = new Set<string>();
  for (const pod of pods) {
    const wanted = pod.spec.containers.find(({ name }) => name === CONTAINER)?.image ?? '';
    if (wanted !== image && !wanted.startsWith(`${image}@`)) continue;
    const status = pod.status?.containerStatuses?.find(({ name }) => name === CONTAINER);
    const [from, digest] = (status?.imageID ?? '').replace(/^docker-pullable:\/\//, '').split('@');
    // An image that was loaded by hand has no digest that a registry would know.
    if (digest && /^sha256:[0-9a-f]{64}$/.test(digest) && from?.endsWith(repository)) found.add(digest);
  }
  return found.size === 1 ? [...found][0] : undefined;
}

const withoutTag = (image: string): string => image.replace(/:[^:/]*$/, '');
