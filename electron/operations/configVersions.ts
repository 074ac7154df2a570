import { parse } from 'yaml';
import type { ConfigFile } from '../../shared/bots';
import { Failure } from '../../shared/errors';
import type { BotRef } from '../../shared/rows';
import { ANNOTATION } from '../bot/format';
import { filesOfConfigMap } from '../bot/manifest';
import { CONFIG_MAPS } from '../cluster';
import type { ConfigMap } from '../cluster/objects';
import { codeOf, type Site } from './site';
import { short } from './text';

/** Files of one version of a bot's configuration. @throws Failure NOT_FOUND */
export async function filesOf(site: Site, bot: BotRef, configName: string): Promise<ConfigFile[]> {
  try {
    return filesOfConfigMap(await site.api.get<ConfigMap>(CONFIG_MAPS, bot.namespace, configName));
  } catch (thrown) {
    if (codeOf(thrown) !== 'NOT_FOUND') throw thrown;
    throw new Failure({
      code: 'NOT_FOUND',
      message: `The configuration “${configName}” of ${bot.name} is no longer on ${site.name}: someone deleted it.`,
      hint: 'The bot cannot start without it. Save another version.',
    });
  }
}

/** What a configuration changes in the row: pair, exchange, strategy, paper; only what the strategy file says. @throws Failure NOT_FOUND */
export async function effectOf(
  site: Site,
  bot: BotRef,
  configName: string,
  strategyFile: string,
): Promise<Record<string, string>> {
  return annotationsOf(await filesOf(site, bot, configName), strategyFile);
}

export function annotationsOf(files: ConfigFile[], strategyFile: string): Record<string, string> {
  const stem = strategyFile.replace(/^.*\//, '');
  const file =
    files.find((one) => one.path.endsWith(`/${stem}`)) ?? files.find((one) => one.path.startsWith('strategies/'));
  let values: Record<string, unknown> = {};
  try {
    values = (parse(file?.text ?? '') as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
  const text = (value: unknown) => (typeof value === 'string' ? short(value, 63) : '');
  const exchange = text(values.exchange);
  const entries: [string, string][] = [
    [ANNOTATION.pair, text(values.market)],
    [ANNOTATION.exchange, exchange],
    [ANNOTATION.strategy, text(values.strategy)],
    [ANNOTATION.paper, exchange && String(/_paper_trade$/.test(exchange))],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value));
}
