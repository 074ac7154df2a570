import { Failure } from '../../shared/errors';
import type { KubeList, KubeObject } from './objects';
import { pathOf, query } from './resources';
import type { Api, CallOptions, ListQuery, Resource } from './types';

/**
 * A long list, page after page, of which only `keep`'s part of each object stays in memory. Null: there are more than `most`, and the rest
 * was not asked for. An expired continue token starts over, once. Throws `Failure`.
 */
export async function listAs<T extends KubeObject, K>(
  api: Api,
  resource: Resource,
  namespace: string | null,
  ask: ListQuery & { limit: number },
  keep: (item: T) => K,
  most: number,
  options: CallOptions = {},
): Promise<K[] | null> {
  const all = async () => {
    const kept: K[] = [];
    let token: string | undefined;
    do {
      const path = pathOf(resource, namespace) + query({ ...ask, continue: token });
      const page = await api.raw<KubeList<T>>('GET', path, undefined, options);
      for (const item of page.items ?? []) kept.push(keep(item));
      token = page.metadata.continue || undefined;
      if (token && kept.length >= most) return null;
    } while (token);
    return kept;
  };
  try {
    return await all();
  } catch (error) {
    if (!(error instanceof Failure) || error.error.code !== 'GONE') throw error;
    return await all();
  }
}
