import type { ConfigFile, Issue } from '../../shared/bots';
import { checkConfClient, paperExchangesOf } from './confClient';
import { PAPER_EXCHANGES, splitPaper } from './exchanges';
import { checkStrategyFile } from './strategy';
import { readMapping } from './yamlText';

const CLIENT = 'conf_client.yml';

/** Checks all files of one bot, each by its kind, and what must fit between them. `Issue.field` is the file's path. */
export function checkFiles(files: ConfigFile[]): Issue[] {
  const client = files.find(({ path }) => path === CLIENT);
  const listed = client ? paperExchangesOf(client.text) : null;
  return files.flatMap(({ path, text }) => [...checkFile(path, text), ...checkPaperList(path, text, listed)]);
}

function checkFile(path: string, text: string): Issue[] {
  if (path === CLIENT || path === 'conf_global.yml') return path === CLIENT ? checkConfClient(text) : [];
  if (path.endsWith('.json')) return checkJson(path, text);
  if (!/\.ya?ml$/.test(path)) return [];
  if (path.startsWith('strategies/') || isStrategy(text)) return checkStrategyFile(path, text);
  return readMapping(path, text).issues;
}

/** Files of bots made by hand lie in no folder. */
const isStrategy = (text: string): boolean => /^strategy:/m.test(text);

function checkJson(path: string, text: string): Issue[] {
  try {
    JSON.parse(text);
    return [];
  } catch (thrown) {
    const words = thrown instanceof Error ? thrown.message : '';
    return [{ field: path, severity: 'error', message: `This is not valid JSON: ${words}`, line: 1 }];
  }
}

/** An exchange that is not on the paper list is unknown to Hummingbot: the bot would run without trading. */
function checkPaperList(path: string, text: string, listed: string[] | null): Issue[] {
  if (!isStrategy(text)) return [];
  const entry = readMapping(path, text).entries.find(({ key }) => key === 'exchange');
  const { base, paper } = splitPaper(entry?.text ?? '');
  if (!entry || !paper || (listed ?? PAPER_EXCHANGES).includes(base)) return [];
  return [
    {
      field: path,
      severity: 'error',
      message: `"${base}" is not on the paper_trade_exchanges list of ${CLIENT}, so nothing would be traded.`,
      line: entry.line,
    },
  ];
}
