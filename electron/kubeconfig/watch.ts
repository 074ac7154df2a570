import { watch as fsWatch, type FSWatcher } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Files bear the time of the system's last tick, which may be this much older than now: a change may look older than it is. */
const TICK_MS = 20;

export interface FileWatch {
  /** Watches these files from now on. `readSince`: when reading them began (ms since 1970); newer changes are told at once. */
  setPaths(paths: readonly string[], readSince: number): void;
  dispose(): void;
}

/**
 * Tells when a file appeared, changed, was replaced or vanished, also behind symlinks (as mounted secrets are swapped).
 * Folders are watched, not files, so that replaced files stay watched; every `pollMs` all are looked at anyway, for
 * network file systems and what else tells nothing. Several changes within `debounceMs` are told once.
 */
export function watchFiles(options: { onChange(): void; debounceMs?: number; pollMs?: number }): FileWatch {
  const { onChange, debounceMs = 300, pollMs = 15_000 } = options;
  const watchers = new Map<string, FSWatcher>();
  let paths: readonly string[] = [];
  let readSince = Infinity;
  let seen = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let again = false;
  let disposed = false;

  function soon(): void {
    clearTimeout(timer);
    if (!disposed) timer = setTimeout(() => void look(), debounceMs);
  }

  async function look(): Promise<void> {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    const asked = paths;
    const found = await Promise.all(asked.map((path) => survey(path)));
    looking = false;
    if (disposed) return;
    if (asked === paths) {
      const now = new Map(found.map((state) => [state.path, state.signature]));
      const changed = found.some(({ path, signature, changedAt }) => {
        const before = seen.get(path);
        // A new path has no past: what matters is whether it changed since it was read.
        return before === undefined ? changedAt >= readSince - TICK_MS : before !== signature;
      });
      seen = now;
      rewatch(new Set(found.flatMap(({ folders }) => folders)));
      if (changed) onChange();
    }
    if (again || asked !== paths) {
      again = false;
      void look();
    }
  }

  function rewatch(folders: Set<string>): void {
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = fsWatch(folder, { persistent: false }, soon);
        watcher.on('error', () => {
          watcher.close();
          if (watchers.get(folder) === watcher) watchers.delete(folder);
        });
        watchers.set(folder, watcher);
        // What happened between the look and the watch.
        soon();
      } catch {
        // Out of watches, or the folder went away: the poll sees to it.
      }
    }
  }

  const poll = setInterval(() => void look(), pollMs);
  poll.unref();
  return {
    setPaths(next, since) {
      paths = [...next];
      readSince = since;
      void look();
    },
    dispose() {
      disposed = true;
      clearTimeout(timer);
      clearInterval(poll);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

interface State {
  path: string;
  signature: string;
  /** ms since 1970 */
  changedAt: number;
  /** Existing folders whose changes concern the file. */
  folders: string[];
}

async function survey(path: string): Promise<State> {
  try {
    const [link, real, about] = await Promise.all([lstat(path), realpath(path), stat(path)]);
    const signature = [real, about.dev, about.ino, about.size, about.mtimeMs, about.ctimeMs].join(':');
    const folders = [...new Set([dirname(path), dirname(real)])];
    return { path, signature, changedAt: Math.max(link.ctimeMs, about.ctimeMs), folders };
  } catch (thrown) {
    const signature = (thrown as NodeJS.ErrnoException).code ?? 'error';
    return { path, signature, changedAt: -Infinity, folders: [await nearestFolder(dirname(path))] };
  }
}

/** The folder, or the nearest one above it that exists: there its making will show. */
async function nearestFolder(folder: string): Promise<string> {
  const above = dirname(folder);
  if (above === folder) return folder;
  return (await stat(folder).catch(() => null))?.isDirectory() ? folder : nearestFolder(above);
}
