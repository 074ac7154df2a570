import type { ObjectRef } from '../../shared/bots';
import { LABEL, MANAGED_BY } from '../bot/format';
import type { KubeObject, StatefulSet } from '../cluster/objects';
import { STATEFUL_SETS } from '../cluster';
import { resourceOf } from './resources';
import { orNull, type Site } from './site';

/**
 * The object as this deployment wrote it; null: it is not there, or is not surely ours. Where its uid was never heard (the answer was
 * lost) another laptop may have made one of its name meanwhile: a workload is ours when it names a key store of ours, whose name holds
 * what is random; what else belongs to a bot when no other workload of the bot's name could be using it.
 */
export async function standing(
  site: Site,
  object: ObjectRef,
  written: readonly ObjectRef[],
  bot: string,
): Promise<KubeObject | null> {
  const { kind, namespace, name, uid } = object;
  const found = await orNull(site.api.get<KubeObject>(resourceOf(kind), namespace, name));
  if (!found) return null;
  if (uid) return found.metadata.uid === uid ? found : null;
  if (found.metadata.labels?.[LABEL.managedBy] !== MANAGED_BY) return null;
  if (kind === 'Secret') return found;
  const workload =
    kind === 'StatefulSet'
      ? (found as StatefulSet)
      : await orNull(site.api.get<StatefulSet>(STATEFUL_SETS, namespace, bot));
  const free = kind !== 'StatefulSet' && !workload;
  return free || (workload && namesKeysOf(workload, written)) ? found : null;
}

function namesKeysOf(workload: StatefulSet, written: readonly ObjectRef[]): boolean {
  const keys = new Set(written.filter(({ kind }) => kind === 'Secret').map(({ name }) => name));
  return workload.spec.template.spec.volumes?.some(({ secret }) => keys.has(secret?.secretName ?? '')) ?? false;
}
