import { Failure, toAppError } from '../../shared/errors';
import type { ObjectRef } from '../../shared/bots';
import type { BotRef } from '../../shared/rows';
import { ANNOTATION } from '../bot/format';
import { labelsOf, refOf } from '../bot/manifest';
import { recognise } from '../bot/recognise';
import { reporterObjects, withReporter } from '../bot/reporter';
import type { KubeObject } from '../cluster/objects';
import type { Context } from './context';
import { operate, type LifeOptions } from './life';
import { removeSeen } from './removeSeen';
import { resourceOf } from './resources';
import { codeOf, orNull, type Site } from './site';
import { makeNew } from './write';

export interface ReporterOptions extends LifeOptions {
  on: boolean;
}

const STEPS = (on: boolean) => [
  { key: 'rights', title: on ? 'Its reporter is given its one right' : 'Its reporter’s right is taken away' },
  { key: 'note', title: 'The bot is told, from its next start on' },
];

/**
 * Gives a bot its reporter, or takes it away, from its next start on: the pod that runs is left alone. Its right is there before the workload names it,
 * and goes at once when it is turned off. Gives the operation's id.
 */
export function setReporter(context: Context, bot: BotRef, options: ReporterOptions): string {
  const { on } = options;
  return operate(
    context,
    bot,
    options,
    'edit',
    STEPS(on),
    async ({ task, site, workload, mark }) => {
      task.step('rights', 'running');
      const known = recognise(workload);
      const objects = reporterObjects(bot.name, bot.namespace, labelsOf(bot.name));
      if (on) for (const object of objects) await there(site, object);
      await site.verify();
      if (on) task.step('rights', 'done');
      task.step('note', 'running');
      await mark.patch((current) => {
        const { containers, volumes } = withReporter(current, known?.container ?? '', known?.strategyFile ?? '', on);
        const annotations = { [ANNOTATION.reporter]: on ? 'on' : 'off' };
        return { metadata: { annotations }, spec: { template: { spec: { containers, volumes } } } };
      });
      task.step('note', 'done');
      if (!on) {
        // The program stays until the bot goes: the pod that runs may still mount it.
        const rights = objects.filter(({ kind }) => kind !== 'ConfigMap').map(refOf);
        for (const object of rights.reverse()) await gone(site, object, task);
        task.step('rights', 'done');
      }
      const since = workload.spec.replicas === 0 ? 'when it is started' : 'from its next start on';
      return on
        ? `${bot.name} will have a reporter ${since}. Nothing was restarted.`
        : `${bot.name} will have no reporter ${since}; what runs now may write nothing any more. Nothing was restarted.`;
    },
    { retry: () => setReporter(context, bot, options) },
  );
}

/** What an earlier try left serves as well, where it is the bot's own. */
async function there(site: Site, object: Parameters<typeof makeNew>[1]): Promise<void> {
  try {
    await makeNew(site, object);
  } catch (thrown) {
    const { kind, metadata } = object;
    const refusal = toAppError(thrown);
    if (codeOf(thrown) !== 'EXISTS') throw new Failure({ ...refusal, hint: hintFor(kind, refusal.hint) });
    const found = await orNull(site.api.get<KubeObject>(resourceOf(kind), metadata.namespace, metadata.name));
    const ours = Object.entries(metadata.labels ?? {}).every(([key, value]) => found?.metadata.labels?.[key] === value);
    if (!ours) throw thrown;
  }
}
const hintFor = (kind: string, hint = ''): string =>
  kind.startsWith('Role')
    ? 'Without that right the bot goes on without a reporter; it can be read all the same.'
    : hint;

async function gone(site: Site, ref: ObjectRef, task: Parameters<typeof removeSeen>[2]): Promise<void> {
  const found = await orNull(site.api.get<KubeObject>(resourceOf(ref.kind), ref.namespace, ref.name));
  if (found) await removeSeen(site, { ...ref, uid: found.metadata.uid }, task);
}
