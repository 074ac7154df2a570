import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Where settings, or what the app remembers, are kept: one JSON value. */
export interface SettingsStore {
  /** The stored value as it is; undefined where there is none. Throws when it can't be read. */
  get(): unknown;
  /** Keeps the value, whole or not at all. Throws when it can't. */
  set(value: unknown): void;
  /** Puts what is stored aside under another name, so that it can be looked at. Gives its path, or null where there is nothing. */
  setAside?(): string | null;
}

/** `DIR/settings.json` */
export const settingsFile = (dir: string, now?: () => number): SettingsStore => jsonFile(dir, 'settings', now);

/**
 * `DIR/NAME.json`, readable by its owner only. Written beside, flushed and renamed, so that a crash or a full disk leaves the old
 * file whole. (electron-store would do the same, but can't be loaded outside Electron, where tests run.)
 */
export function jsonFile(dir: string, name: string, now: () => number = Date.now): SettingsStore {
  const named = join(dir, `${name}.json`);
  /** A link, e.g. into a folder of dotfiles, stays a link. */
  const target = () => {
    try {
      return realpathSync(named);
    } catch {
      return named;
    }
  };
  return {
    get() {
      let text: string;
      try {
        text = readFileSync(named, 'utf8');
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw thrown;
      }
      return JSON.parse(text) as unknown;
    },
    set(value) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const file = target();
      const beside = `${file}.${process.pid}.tmp`;
      try {
        const handle = openSync(beside, 'w', 0o600);
        try {
          writeSync(handle, `${JSON.stringify(value, null, 2)}\n`);
          fsyncSync(handle);
        } finally {
          closeSync(handle);
        }
        renameSync(beside, file);
      } catch (thrown) {
        rmSync(beside, { force: true });
        throw thrown;
      }
      flushFolder(dirname(file));
    },
    setAside() {
      const aside = join(dir, `${name}.broken-${new Date(now()).toISOString().replace(/[:.]/g, '-')}.json`);
      try {
        // A copy made by renaming: nothing is read that may not be readable as text.
        renameSync(target(), aside);
        return aside;
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw thrown;
      }
    },
  };
}

/** The rename itself must survive a power cut; not every system can flush a folder. */
function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Windows can't.
  }
}
