import { Failure } from '../../shared/errors';
import type { ObjectRef } from '../../shared/bots';
import type { BotRef } from '../../shared/rows';
import { ANNOTATION, LABEL, MANAGED_BY } from '../bot/format';
import {
  CONFIG_MAPS,
  PERSISTENT_VOLUME_CLAIMS,
  ROLE_BINDINGS,
  ROLES,
  SECRETS,
  SERVICE_ACCOUNTS,
  STATEFUL_SETS,
} from '../cluster';
import type { KubeObject, StatefulSet } from '../cluster/objects';
import type { Resource } from '../cluster/types';
import type { Context } from './context';
import { operate, type LifeOptions } from './life';
import { removeSeen } from './removeSeen';
import { inWords } from './resources';
import type { Task } from './run';
import { codeOf, isLineTrouble, orNull, workloadOf, type Site } from './site';
import { notClean, stopBot, STOP_STEPS } from './stop';
import { count, listed } from './text';

const OWN: [string, string, Resource][] = [
  ['v1', 'ServiceAccount', SERVICE_ACCOUNTS],
  ['v1', 'ConfigMap', CONFIG_MAPS],
  ['v1', 'Secret', SECRETS],
  ['v1', 'PersistentVolumeClaim', PERSISTENT_VOLUME_CLAIMS],
];

const REPORTERS: typeof OWN = [
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', ROLE_BINDINGS],
  ['rbac.authorization.k8s.io/v1', 'Role', ROLES],
];

/**
 * Everything of a bot but its workload, by its labels. Kinds that may not be seen are left out and named.
 * @param reporter whether it has or had a reporter, whose rights are looked for only then: few sign-ins may see them
 */
export async function objectsOfBot(
  site: Site,
  namespace: string,
  name: string,
  reporter: boolean,
): Promise<{ objects: ObjectRef[]; unseen: string[] }> {
  const labelSelector = `${LABEL.instance}=${name},${LABEL.managedBy}=${MANAGED_BY}`;
  const unseen: string[] = [];
  const lists = await Promise.all(
    [...OWN, ...(reporter ? REPORTERS : [])].map(async ([apiVersion, kind, resource]) => {
      const list = await orNull(site.api.list<KubeObject>(resource, namespace, { labelSelector }), 'FORBIDDEN');
      if (!list) unseen.push(inWords(kind));
      return (list?.items ?? []).map((item) => ({
        apiVersion,
        kind,
        namespace,
        name: item.metadata.name,
        uid: item.metadata.uid,
      }));
    }),
  );
  return { objects: lists.flat(), unseen };
}

export const hadReporter = ({ metadata }: StatefulSet): boolean => ANNOTATION.reporter in (metadata.annotations ?? {});

export interface DeleteOptions extends LifeOptions {
  deleteVolume: boolean;
}

/**
 * Stops the bot the graceful way, then removes it and what belongs to it; the volume only when asked. Its record of orders goes with it,
 * so it is read first, also where the bot was stopped long ago or by someone else. `seen`: the trader was told of what is left open.
 */
export function remove(context: Context, bot: BotRef, options: DeleteOptions, seen = false): string {
  let told = seen;
  return operate(
    context,
    bot,
    options,
    'delete',
    [
      ...STOP_STEPS,
      {
        key: 'remove',
        title: options.deleteVolume ? 'Bot and volume are deleted' : 'The bot is deleted, its volume kept',
      },
    ],
    async ({ task, site, mark, workload }) => {
      const stopped = await stopBot({ context, task, site, bot, mark, force: false, recheck: !told });
      if (!stopped.clean) {
        told = true;
        throw notClean({ ...stopped, sentence: `${stopped.sentence} Nothing was deleted; “Try again” deletes it.` });
      }
      await site.verify();
      task.step('remove', 'running');
      await mark.step('deleting');
      const { objects, unseen } = await objectsOfBot(site, bot.namespace, bot.name, hadReporter(workload));
      await orNull(
        site.api.remove(STATEFUL_SETS, bot.namespace, bot.name, { uid: bot.uid, propagation: 'Foreground' }),
      );
      await untilGone(site, bot, task);
      const kept: string[] = [];
      for (const object of objects) {
        if (object.kind === 'PersistentVolumeClaim' && !options.deleteVolume) kept.push(`volume ${object.name}`);
        else await removeOne(site, object, task, kept);
      }
      task.step('remove', 'done', count(objects.length + 1 - kept.length, 'object'));
      const remains = [...kept, ...unseen.map((kind) => `${kind}: not to be seen with your rights`)];
      return `${bot.name} is deleted from ${site.name}. ${remains.length ? `What remains: ${listed(remains)}.` : 'Nothing remains.'}`;
    },
    { retry: () => remove(context, bot, options, told) },
  );
}

async function removeOne(site: Site, object: ObjectRef, task: Task, kept: string[]): Promise<void> {
  const { kind, name } = object;
  try {
    if (!(await removeSeen(site, object, task))) kept.push(`${inWords(kind)} ${name} (being deleted)`);
  } catch (thrown) {
    if (task.signal.aborted) throw thrown;
    // The bot itself is gone; what could not be removed is told rather than hidden behind an error.
    kept.push(`${inWords(kind)} ${name} (${thrown instanceof Failure ? thrown.error.message : 'not removed'})`);
  }
}

/** A line lost here is waited out: once the workload is gone only this operation still knows what else is to go, its keys among it. */
async function untilGone(site: Site, bot: BotRef, task: Task): Promise<void> {
  for (;;) {
    try {
      await workloadOf(site, bot);
      task.step('remove', 'running', 'Waiting until the bot is gone');
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code === 'NOT_FOUND' || code === 'WRONG_CLUSTER') return;
      if (!isLineTrouble(thrown)) throw thrown;
      task.step('remove', 'running', `${site.name} does not answer; the deletion goes on when it does`);
    }
    await task.sleep(700);
  }
}
