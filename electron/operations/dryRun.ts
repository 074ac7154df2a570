import type { DryRunItem, DryRunReport } from '../../shared/bots';
import { toAppError } from '../../shared/errors';
import { podOf, refOf, type ManifestObject } from '../bot/manifest';
import type { Clock } from '../cluster/types';
import { isLineTrouble, type Site } from './site';
import { namespaceThere, makeNew } from './write';

/**
 * What the server says to every object and to a pod of the template; writes nothing. The pod matters most: quota, limits and pod security
 * speak only to pods, never to the workload that makes them.
 * @throws Failure when the server can't be asked at all, or there is no such namespace
 */
export async function dryRunOf(site: Site, objects: ManifestObject[], clock: Clock): Promise<DryRunReport> {
  const at = clock.now();
  const warnings: string[] = [];
  const workload = objects.find((object) => object.kind === 'StatefulSet');
  await namespaceThere(site, objects[0]?.metadata.namespace ?? '');
  const asked = workload ? [...objects, podOf(workload)] : objects;
  const items = await Promise.all(
    asked.map(async (object): Promise<DryRunItem> => {
      try {
        await makeNew(site, object, { dryRun: true, warnings });
        return { object: refOf(object), ok: true, error: null };
      } catch (thrown) {
        if (isLineTrouble(thrown)) throw thrown;
        const error = toAppError(thrown);
        // A dry run leaves no role behind that its binding could name.
        if (object.kind === 'RoleBinding' && error.code === 'NOT_FOUND' && /roles?\.rbac/.test(error.cause ?? ''))
          return { object: refOf(object), ok: true, error: null };
        // Who may make workloads but no pods can still deploy; only the question can't be asked.
        const unasked = object.kind === 'Pod' && /cannot create resource "pods"/.test(error.cause ?? '');
        if (unasked)
          warnings.push(
            'Whether quota and security rules take the bot could not be asked: you may not make pods yourself.',
          );
        return { object: refOf(object), ok: unasked, error: unasked ? null : error };
      }
    }),
  );
  return { items, ok: items.every((item) => item.ok), at, tookMs: clock.now() - at, warnings: [...new Set(warnings)] };
}
