import type { AppError } from '../../shared/errors';
import type { ContextInfo, ContextList } from '../../shared/rows';

export interface ContextFile {
  path: string;
  /** Added in the app, so it can be removed there. */
  added: boolean;
  contexts: ContextInfo[];
  /** Why the file as a whole can't be used. */
  problem: AppError | null;
}

/** Contexts by the file they stand in: kubectl's own files first, each in the order found; broken and empty files too. */
export function byFile(list: ContextList): ContextFile[] {
  const files = new Map<string, ContextFile>();
  const file = (path: string) => {
    const added = list.addedFiles.includes(path);
    const found = files.get(path) ?? { path, added, contexts: [], problem: null };
    files.set(path, found);
    return found;
  };
  for (const context of list.contexts)
    if (context.source.kind !== 'practice') file(context.source.path).contexts.push(context);
  for (const { path, error } of list.problems) file(path).problem = error;
  for (const path of list.addedFiles) file(path);
  return [...files.values()].sort((a, b) => Number(a.added) - Number(b.added));
}
