import type { BotConfig, ConfigFile, Issue, SaveResult } from '../../shared/bots';
import { Failure } from '../../shared/errors';
import type { BotRef } from '../../shared/rows';
import { ANNOTATION } from '../bot/format';
import { configMapOf } from '../bot/manifest';
import { operationOf } from '../bot/row';
import { recognise } from '../bot/recognise';
import { CONFIG_MAPS, SECRETS, STATEFUL_SETS } from '../cluster';
import type { ConfigMap, StatefulSet } from '../cluster/objects';
import { checkFiles } from '../hummingbot/check';
import { withoutSecrets } from '../hummingbot/secretText';
import { filesOf } from './configVersions';
import { siteOf, type Context } from './context';
import { restart } from './life';
import { mustBeManaged } from './managed';
import { busy, judge, parseMark } from './mark';
import { podOfBot } from './pods';
import type { Secret } from './resources';
import { codeOf, confirmed, orNull, workloadOf, type Site } from './site';
import { makeNew } from './write';

export interface SaveInput {
  bot: BotRef;
  /** ConfigMap the editor started from. */
  base: string;
  files: ConfigFile[];
  effect: 'next-start' | 'restart-now';
  confirmedCluster: string;
}

const pendingOf = (workload: StatefulSet): string => workload.metadata.annotations?.[ANNOTATION.pendingConfig] ?? '';

/** @throws Failure NOT_FOUND, UNSUPPORTED (keeps no configuration the app can read) */
export async function readConfig(context: Context, bot: BotRef): Promise<BotConfig> {
  const site = siteOf(context, bot.clusterId, bot.namespace);
  await site.verify();
  return read(site, bot, await workloadOf(site, bot));
}

async function read(site: Site, bot: BotRef, workload: StatefulSet): Promise<BotConfig> {
  const known = recognise(workload);
  const pod = await podOfBot(site, workload);
  const template = known?.configName ?? '';
  if (!template)
    throw new Failure({
      code: 'UNSUPPORTED',
      message: `${bot.name} keeps its configuration somewhere Hummingdeck cannot read: no ConfigMap is mounted.`,
    });
  // A pod keeps what it was made with, whatever someone did to the template since.
  const running =
    pod?.spec.volumes
      ?.map((volume) => volume.configMap?.name)
      .find((name) => name && isVersionOf(name, bot, template)) ?? template;
  const base = pendingOf(workload) || template;
  const runningFiles = await filesOf(site, bot, running);
  const files = base === running ? runningFiles : await filesOf(site, bot, base);
  const secrets = await secretsOf(site, workload);
  if (known?.managed) return { base, files, running, runningFiles, editable: true, why: '', secrets };
  const { shown, kept } = withoutSecrets(files);
  return {
    ...{ base, files: shown, running, runningFiles: withoutSecrets(runningFiles).shown, editable: false },
    why: 'This bot was not made by Hummingdeck: it is looked at only until it is adopted.',
    secrets: kept.length > 0 ? [...secrets, { name: base, keys: kept }] : secrets,
  };
}

const isVersionOf = (name: string, bot: BotRef, template: string): boolean =>
  name === template || name.startsWith(`${bot.name}-config-`);

/** Names and keys of the Secrets a bot is given; no value goes further than this. */
async function secretsOf(site: Site, workload: StatefulSet): Promise<BotConfig['secrets']> {
  const volumes = workload.spec.template.spec.volumes ?? [];
  const names = [...new Set(volumes.flatMap((volume) => (volume.secret ? [volume.secret.secretName] : [])))];
  return Promise.all(
    names.map(async (name) => {
      const secret = await orNull(site.api.get<Secret>(SECRETS, workload.metadata.namespace ?? '', name), 'FORBIDDEN');
      return { name, keys: Object.keys(secret?.data ?? {}).sort() };
    }),
  );
}

/** What is wrong or worth knowing in the files, and between them and the bot. */
export function checkConfig(_bot: BotRef, files: ConfigFile[]): Issue[] {
  return checkFiles(files);
}

/**
 * Makes a new version and notes it as the one to start next. Nothing restarts by itself; no earlier version is lost.
 * Changed meanwhile by someone else: nothing is written and theirs is given back.
 * @throws Failure INVALID, BUSY, UNSUPPORTED (made by hand), WRONG_CLUSTER
 */
export async function saveConfig(context: Context, input: SaveInput): Promise<SaveResult> {
  const { bot, base, files, effect, confirmedCluster } = input;
  const site = siteOf(context, bot.clusterId, bot.namespace);
  confirmed(site, confirmedCluster);
  const wrong = checkFiles(files).find((issue) => issue.severity === 'error');
  if (wrong)
    throw new Failure({
      code: 'INVALID',
      message: wrong.message,
      hint: `Correct ${wrong.field}${wrong.line ? `, line ${wrong.line}` : ''}; nothing was saved.`,
    });
  await site.verify();
  const workload = await workloadOf(site, bot);
  mustBeManaged(workload, 'edit');
  free(context, workload);
  const current = await read(site, bot, workload);
  if (current.base !== base) return { saved: false, theirs: current };
  samePaths(current.files, files);
  const version = configMapOf(bot.name, bot.namespace, files);
  const configName = version.metadata.name;
  if (configName !== base) {
    await keep(site, version, files, bot);
    if (!(await note(context, site, bot, base, configName)))
      return { saved: false, theirs: await read(site, bot, await workloadOf(site, bot)) };
  }
  const operationId = effect === 'restart-now' ? restart(context, bot, { confirmedCluster }) : null;
  return { saved: true, configName, operationId };
}

/** The start command names its files: one more or less would not be found, or not be used. */
function samePaths(before: ConfigFile[], after: ConfigFile[]): void {
  const names = (files: ConfigFile[]) =>
    files
      .map((file) => file.path)
      .sort()
      .join('\n');
  if (names(before) === names(after)) return;
  throw new Failure({
    code: 'INVALID',
    message: 'The files of a bot can be changed, but none added, renamed or left out.',
    hint: 'Nothing was saved.',
  });
}

function free({ me, runner, clock }: Context, workload: StatefulSet): void {
  const mark = parseMark(workload.metadata.annotations?.[ANNOTATION.operation]);
  if (mark && operationOf(workload) && judge(mark, me, runner.isLive, clock.now()) === 'busy')
    throw busy(mark, workload.metadata.name, me);
}

/** Writes the version; one of the same content that is there already (an earlier version brought back) serves as well. */
async function keep(
  site: Site,
  version: ReturnType<typeof configMapOf>,
  files: ConfigFile[],
  bot: BotRef,
): Promise<void> {
  try {
    await makeNew(site, version);
  } catch (thrown) {
    if (codeOf(thrown) !== 'EXISTS') throw thrown;
    const there = await site.api.get<ConfigMap>(CONFIG_MAPS, bot.namespace, version.metadata.name);
    const same =
      there.immutable &&
      configMapOf(bot.name, bot.namespace, await filesOf(site, bot, version.metadata.name)).metadata.name ===
        version.metadata.name;
    if (!same || files.length === 0) throw thrown;
  }
}

/** Notes the version on the workload, guarded by resourceVersion. False: someone was faster. */
async function note(context: Context, site: Site, bot: BotRef, base: string, configName: string): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    const workload = await workloadOf(site, bot);
    free(context, workload);
    const template = recognise(workload)?.configName ?? '';
    if ((pendingOf(workload) || template) !== base) return false;
    const value = configName === template ? null : configName;
    const { resourceVersion } = workload.metadata;
    const patch = { metadata: { resourceVersion, annotations: { [ANNOTATION.pendingConfig]: value } } };
    try {
      await site.api.merge(STATEFUL_SETS, bot.namespace, bot.name, patch);
      return true;
    } catch (thrown) {
      if (codeOf(thrown) !== 'CONFLICT' || attempt >= 8) throw thrown;
    }
  }
}
