import type { ObjectRef, OperationInfo } from '../../shared/bots';
import { Failure } from '../../shared/errors';
import type { BotRef } from '../../shared/rows';
import { LABEL, MANAGED_BY } from '../bot/format';
import type { KubeObject } from '../cluster/objects';
import { siteOf, underMark, type Context } from './context';
import { inWords, resourceOf } from './resources';
import type { Plan, Task } from './run';
import { removeSeen } from './removeSeen';
import { orNull, type Site } from './site';
import { stopBot, STOP_STEPS } from './stop';
import { count } from './text';

/**
 * Removes what a failed deployment wrote, and only that: each object by its uid, the last written first. A bot that runs by now is stopped
 * first, the graceful way.
 */
export function cleanUpPlan(context: Context, bot: OperationInfo['bot'], written: ObjectRef[]): Plan {
  const site = siteOf(context, bot.clusterId, bot.namespace);
  const again = (ended: OperationInfo) => context.runner.start(cleanUpPlan(context, bot, ended.written));
  return {
    kind: 'delete',
    bot,
    clusterName: site.name,
    steps: [...STOP_STEPS, { key: 'remove', title: 'What was written is removed' }],
    written,
    work: (task) => run(context, site, bot, task),
    then: { retry: again },
    offers: () => ['retry'],
    cancelled: (ended) =>
      ended.written.length ? `Cancelled: ${count(ended.written.length, 'object')} still there.` : 'Cancelled.',
  };
}

async function run(context: Context, site: Site, bot: OperationInfo['bot'], task: Task): Promise<string> {
  await site.verify();
  const workload = task.info.written.find((object) => object.kind === 'StatefulSet');
  if (workload?.uid && (await standing(site, workload))) {
    const ref: BotRef = { ...bot, kind: 'StatefulSet', uid: workload.uid };
    await underMark(context, task, site, ref, 'delete', 'stopping', async (mark) => {
      const stopped = await stopBot({ context, task, site, bot: ref, mark, force: false });
      if (!stopped.clean)
        throw new Failure({
          code: 'BUSY',
          message: `${stopped.sentence} Nothing was removed.`,
          hint: 'Look at it, then try again.',
        });
    });
  }
  await site.verify();
  task.step('remove', 'running');
  const total = task.info.written.length;
  for (const object of [...task.info.written].reverse()) {
    task.step('remove', 'running', `${inWords(object.kind)} ${object.name}`);
    const found = await standing(site, object);
    if (found) await removeSeen(site, { ...object, uid: found.metadata.uid }, task);
    task.removed(object);
  }
  task.step('remove', 'done', count(total, 'object'));
  return `What was written of ${bot.name} is removed from ${site.name}.`;
}

/** The object as this deployment wrote it. Where its uid was never heard, it must at least be one of the bot's own. */
async function standing(site: Site, object: ObjectRef): Promise<KubeObject | null> {
  const found = await orNull(site.api.get<KubeObject>(resourceOf(object.kind), object.namespace, object.name));
  if (!found) return null;
  if (object.uid) return found.metadata.uid === object.uid ? found : null;
  return found.metadata.labels?.[LABEL.managedBy] === MANAGED_BY ? found : null;
}
