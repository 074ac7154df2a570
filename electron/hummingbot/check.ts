import type { ConfigFile, Issue } from '../../shared/bots';
import { checkConfClient } from './confClient';
import { checkStrategyFile } from './strategy';

/** Checks all files of one bot, each by its kind, and what must fit between them. `Issue.field` is the file's path. */
export function checkFiles(files: ConfigFile[]): Issue[] {
  return files.flatMap(({ path, text }) =>
    path === 'conf_client.yml' ? checkConfClient(text) : checkStrategyFile(path, text),
  );
}
