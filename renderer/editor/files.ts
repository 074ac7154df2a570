import type { BotConfig, ConfigFile, Issue } from '../../shared/bots';

const textOf = (files: readonly ConfigFile[], path: string): string | null =>
  files.find((file) => file.path === path)?.text ?? null;

/** Paths whose text differs between two versions, in the order of `a`, then what only `b` has. */
export function changedPaths(a: readonly ConfigFile[], b: readonly ConfigFile[]): string[] {
  const paths = [...new Set([...a, ...b].map((file) => file.path))];
  return paths.filter((path) => textOf(a, path) !== textOf(b, path));
}

/** The same files with one text replaced. */
export const withText = (files: readonly ConfigFile[], path: string, text: string): ConfigFile[] =>
  files.map((file) => (file.path === path ? { path, text } : file));

/**
 * Mine on top of theirs: files I changed (against the version I began with) are mine, all others are theirs, so that a
 * change of theirs in a file I never touched is not undone by my save.
 */
export function mineOnTheirs(
  base: readonly ConfigFile[],
  mine: readonly ConfigFile[],
  theirs: readonly ConfigFile[],
): ConfigFile[] {
  const touched = new Set(changedPaths(base, mine));
  const kept = theirs.map((file) =>
    touched.has(file.path) ? { path: file.path, text: textOf(mine, file.path) ?? file.text } : file,
  );
  const gone = mine.filter((file) => touched.has(file.path) && textOf(theirs, file.path) === null);
  return [...kept, ...gone];
}

/** Issues of one file. */
export const issuesIn = (issues: readonly Issue[], path: string): Issue[] =>
  issues.filter((issue) => issue.field === path);

/** Whether the row says that another configuration is saved than the one the editor began with. */
export function changedMeanwhile(
  config: Pick<BotConfig, 'base'>,
  row: { configName: string; pendingConfig: string },
): boolean {
  const now = row.pendingConfig || row.configName;
  return now !== '' && config.base !== '' && now !== config.base;
}
