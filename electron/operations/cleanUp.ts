import type { ObjectRef, OperationInfo } from '../../shared/bots';
import { Failure } from '../../shared/errors';
import type { BotRef } from '../../shared/rows';
import { siteOf, underMark, type Context } from './context';
import { inWords } from './resources';
import type { Plan, Task } from './run';
import { removeSeen } from './removeSeen';
import type { Site } from './site';
import { standing } from './standing';
import { stopBot, STOP_STEPS } from './stop';
import { count, listed } from './text';

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
  const ours = (object: ObjectRef) => standing(site, object, task.info.written, bot.name);
  const workload = task.info.written.find((object) => object.kind === 'StatefulSet');
  const found = workload && (await ours(workload));
  if (found) {
    const ref: BotRef = { ...bot, kind: 'StatefulSet', uid: found.metadata.uid };
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
  const held: string[] = [];
  for (const object of [...task.info.written].reverse()) {
    const what = `${inWords(object.kind)} ${object.name}`;
    task.step('remove', 'running', what);
    const now = await ours(object);
    if (now && !(await removeSeen(site, { ...object, uid: now.metadata.uid }, task))) held.push(what);
    else task.removed(object);
  }
  task.step('remove', 'done', count(total - held.length, 'object'));
  const rest = held.length > 0 ? ` Still being deleted: ${listed(held)}.` : '';
  return `What was written of ${bot.name} is removed from ${site.name}.${rest}`;
}
