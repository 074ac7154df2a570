import type { Draft, DraftCheck, DryRunReport, ObjectRef, OperationInfo } from '../../shared/bots';
import { Failure, toAppError } from '../../shared/errors';
import type { BotRef } from '../../shared/rows';
import { ANNOTATION, LABEL } from '../bot/format';
import { objectsOf, yamlOf, type ManifestObject } from '../bot/manifest';
import { checkDraft, draftToSpec, strategyFileOf, type BotSpec } from '../bot/spec';
import { CSI_DRIVERS, isDefaultClass, SECRETS, STORAGE_CLASSES, type StorageClass } from '../cluster';
import type { KubeObject } from '../cluster/objects';
import { cleanUpPlan } from './cleanUp';
import { siteOf, underMark, type Context } from './context';
import { knownDigest } from './digest';
import { dryRunOf } from './dryRun';
import { LIVE_STEPS, watchStart } from './live';
import { MARK_LIFE, markText } from './mark';
import { inWords } from './resources';
import type { Plan, Task } from './run';
import { codeOf, isLineTrouble, orNull, workloadOf, type Site } from './site';
import { standing } from './standing';
import { count, listed } from './text';
import { lookAgain, makeNew, written } from './write';

/** Pure: fields' rules and previews. */
export async function checkOf(draft: Draft): Promise<DraftCheck> {
  const issues = checkDraft(draft);
  const file = strategyFileOf(draft);
  const sound = !issues.some((issue) => issue.severity === 'error');
  const manifestYaml = sound
    ? yamlOf(objectsOf(await draftToSpec(draft, { preview: true })), { hideSecrets: true })
    : '';
  return { issues, strategyYaml: file.text, strategyFile: file.path, manifestYaml };
}

/** `ReadWriteOncePod` where the class' volumes come from a CSI driver: only those know it, others leave the claim pending. */
async function accessModeFor(site: Site, storageClass: string): Promise<BotSpec['accessMode']> {
  try {
    const classes = (await site.api.list<StorageClass>(STORAGE_CLASSES, null)).items;
    const chosen = storageClass ? classes.find((one) => one.metadata.name === storageClass) : defaultClass(classes);
    if (!chosen?.provisioner) return 'ReadWriteOnce';
    const driver = await orNull(site.api.get<KubeObject>(CSI_DRIVERS, null, chosen.provisioner), 'FORBIDDEN');
    return driver ? 'ReadWriteOncePod' : 'ReadWriteOnce';
  } catch (thrown) {
    if (isLineTrouble(thrown)) throw thrown;
    return 'ReadWriteOnce';
  }
}
const defaultClass = (classes: StorageClass[]) => classes.find(isDefaultClass);

async function objectsFor(site: Site, draft: Draft): Promise<ManifestObject[]> {
  const [accessMode, imageDigest] = await Promise.all([
    accessModeFor(site, draft.storageClass),
    knownDigest(site, draft.image),
  ]);
  return objectsOf(await draftToSpec(draft, { accessMode, imageDigest }));
}

/** @throws Failure INVALID, UNREACHABLE, WRONG_CLUSTER, NOT_FOUND (namespace) */
export async function dryRun(context: Context, draft: Draft): Promise<DryRunReport> {
  const site = siteOf(context, draft.clusterId, draft.namespace);
  await site.verify();
  const report = await dryRunOf(site, await objectsFor(site, draft), context.clock);
  if (await pullSecretMissing(site, draft))
    report.warnings.push(
      `There is no pull secret “${draft.pullSecret.trim()}” in namespace ${draft.namespace}: a private image could not be fetched.`,
    );
  return report;
}

/** The server does not look whether it is there. */
async function pullSecretMissing(site: Site, draft: Draft): Promise<boolean> {
  const name = draft.pullSecret.trim();
  if (!name) return false;
  const asked = site.api.get<KubeObject>(SECRETS, draft.namespace, name);
  return asked.then(() => false).catch((thrown: unknown) => codeOf(thrown) === 'NOT_FOUND');
}

/** Starts a deployment; gives the operation's id. @throws Failure INVALID at once for a draft that can't work */
export function deploy(context: Context, draft: Draft): string {
  const error = checkDraft(draft).find((issue) => issue.severity === 'error');
  if (error)
    throw new Failure({ code: 'INVALID', message: error.message, hint: `Correct the field “${error.field}”.` });
  return begin(context, draft, { objects: null, written: [] });
}

/** What a second try goes on from: the same objects (a Secret is never encrypted twice to the same bytes) and what stands already. */
interface Attempt {
  objects: ManifestObject[] | null;
  written: ObjectRef[];
}

function begin(context: Context, draft: Draft, attempt: Attempt): string {
  const site = siteOf(context, draft.clusterId, draft.namespace);
  const bot = { clusterId: draft.clusterId, namespace: draft.namespace, name: draft.name };
  const plan: Plan = {
    kind: 'deploy',
    bot,
    clusterName: site.name,
    steps: [
      { key: 'ask', title: `${site.name} is asked (dry run)` },
      { key: 'write', title: 'The bot is written' },
      ...LIVE_STEPS,
    ],
    written: attempt.written,
    work: (task) => run(context, site, draft, attempt, task),
    then: {
      retry: (ended) => begin(context, draft, { ...attempt, written: ended.written }),
      cleanUp: (ended) => context.runner.start(cleanUpPlan(context, bot, ended.written)),
    },
    offers: (ended) => (ended.written.length ? ['retry', 'cleanUp'] : ['retry']),
    cancelled: (ended) => cancelledSentence(ended),
  };
  return context.runner.start(plan);
}

function cancelledSentence({ bot, written, steps }: OperationInfo): string {
  const whole = written.some((object) => object.kind === 'StatefulSet');
  if (whole) return `You stopped watching. ${bot.name} goes on starting by itself.`;
  if (!written.length) return steps[1]?.state === 'waiting' ? 'Cancelled: nothing was written.' : 'Cancelled.';
  return `Cancelled half-way: written are the ${listed(written.map((object) => `${inWords(object.kind)} ${object.name}`))}.`;
}

async function run(context: Context, site: Site, draft: Draft, attempt: Attempt, task: Task): Promise<string> {
  await site.verify();
  task.step('ask', 'running');
  attempt.objects ??= await objectsFor(site, draft);
  const missing = await stillMissing(site, attempt.objects, task);
  if (missing.length) {
    const report = await dryRunOf(site, missing, context.clock);
    const refused = report.items.filter((item) => !item.ok);
    const first = refused[0]?.error;
    if (first) {
      const more = refused.length > 1 ? ` (and ${count(refused.length - 1, 'more objection')})` : '';
      throw new Failure({
        ...first,
        message: `${first.message}${more}`,
        hint: `${first.hint ?? ''} Nothing was written.`.trim(),
      });
    }
  }
  task.step('ask', 'done', missing.length ? 'It agrees to everything' : 'All is there already');
  await site.verify();
  task.step('write', 'running');
  for (const object of missing) {
    task.check();
    await writeOne(context, site, object, task);
  }
  task.step('write', 'done', count(task.info.written.length, 'object'));
  const uid = task.info.written.find((object) => object.kind === 'StatefulSet')?.uid ?? '';
  const ref: BotRef = {
    clusterId: draft.clusterId,
    kind: 'StatefulSet',
    namespace: draft.namespace,
    name: draft.name,
    uid,
  };
  const watch = () => watchStart({ task, site, clock: context.clock, workload: () => workloadOf(site, ref) });
  return underMark(context, task, site, ref, 'deploy', 'starting', watch);
}

/** Objects that still have to be written: all but those of an earlier try that stand as they were written. */
async function stillMissing(site: Site, objects: ManifestObject[], task: Task): Promise<ManifestObject[]> {
  const missing: ManifestObject[] = [];
  for (const object of objects) {
    const { kind, metadata } = object;
    const before = task.info.written.find((one) => one.kind === kind && one.name === metadata.name);
    const now = before && (await standing(site, before, task.info.written, metadata.labels?.[LABEL.instance] ?? ''));
    if (now) task.wrote(written(object, now));
    else {
      if (before) task.removed(before);
      missing.push(object);
    }
  }
  return missing;
}

async function writeOne(context: Context, site: Site, object: ManifestObject, task: Task): Promise<void> {
  const { kind, metadata } = object;
  task.step('write', 'running', `${inWords(kind)} ${metadata.name}`);
  try {
    task.wrote(written(object, await makeNew(site, marked(context, object, task))));
  } catch (thrown) {
    if (!isLineTrouble(thrown)) throw partly(thrown, task);
    // The answer never came, so the object may stand there; before the dry run its name was free.
    const found = await lookAgain(site, object);
    task.wrote(
      found
        ? written(object, found)
        : { apiVersion: object.apiVersion, kind, namespace: metadata.namespace, name: metadata.name },
    );
    if (!found) throw partly(thrown, task, `${inWords(kind)} ${metadata.name}`);
  }
}

/** The workload is born with the operation's mark, so that no one else takes it for free. */
function marked({ clock, me }: Context, object: ManifestObject, task: Task): ManifestObject {
  if (object.kind !== 'StatefulSet') return object;
  const mark = {
    id: task.id,
    kind: 'deploy' as const,
    holder: me.holder,
    by: me.installation,
    step: 'starting',
    since: clock.now(),
    expiresAt: clock.now() + MARK_LIFE,
  };
  const annotations = { ...object.metadata.annotations, [ANNOTATION.operation]: markText(mark) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** A failure in the middle: says what stands on the cluster. */
function partly(thrown: unknown, task: Task, perhaps?: string): Failure {
  const error = toAppError(thrown);
  const sure = task.info.written
    .filter((object) => object.uid)
    .map((object) => `${inWords(object.kind)} ${object.name}`);
  const told = [
    sure.length ? `Written before that: ${listed(sure)}.` : 'Nothing was written before that.',
    perhaps ? `Whether the ${perhaps} was written is not known.` : '',
  ];
  return new Failure({ ...error, message: `${error.message} ${told.join(' ')}`.trim() });
}
