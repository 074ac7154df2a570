import type { ObjectRef } from '../../shared/bots';
import type { KubeObject } from '../cluster/objects';
import { resourceOf } from './resources';
import type { Task } from './run';
import { orNull, type Site } from './site';

/** A volume waits for the end of the last pod that used it; longer than this it is told as still going. ms */
const PATIENCE = 20_000;
const LOOK = 500;

/**
 * Deletes an object, that very one (uid), and looks until it is gone.
 * @returns false: it is being deleted, but something still holds it. @throws Failure
 */
export async function removeSeen(site: Site, object: ObjectRef, task: Pick<Task, 'sleep'>): Promise<boolean> {
  const { kind, namespace, name, uid } = object;
  const resource = resourceOf(kind);
  await orNull(site.api.remove(resource, namespace, name, { uid, propagation: 'Foreground' }));
  for (let waited = 0; waited < PATIENCE; waited += LOOK) {
    const found = await orNull(site.api.get<KubeObject>(resource, namespace, name));
    if (!found || found.metadata.uid !== uid) return true;
    await task.sleep(LOOK);
  }
  return false;
}
