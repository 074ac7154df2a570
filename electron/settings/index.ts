import type { AppError } from '../../shared/errors';
import { settingsSchema, type Settings } from '../../shared/settings';
import type { SettingsStore } from './file';
import { currentVersion, defaults, readSettings, type ReadResult } from './schema';

export { jsonFile, settingsFile, type SettingsStore } from './file';

type Dispose = () => void;

export interface SettingsRoom {
  /** Replaced as a whole by every change: keep no reference, change nothing in it. */
  get(): Settings;
  /** Changes these parts, keeps them, tells everyone. Parts that do not fit the schema stay as they were. Never throws. */
  patch(change: Partial<Settings>): Settings;
  onChange(listener: (settings: Settings) => void): Dispose;
  /** What the trader should know: settings could not be read, are of a newer version, can't be written. */
  trouble(): AppError | null;
}

/**
 * Settings over a store. A file that is not settings, or has broken parts, is kept aside before it is first written over; a
 * file of a newer version is never written: changes then last until the app is closed.
 */
export function openSettings(store: SettingsStore): SettingsRoom {
  const listeners = new Set<(settings: Settings) => void>();
  let trouble: AppError | null = null;
  let writable = true;
  /** What is stored is to be kept aside before the next write. */
  let damaged = false;
  let current: Settings = open();

  function open(): Settings {
    let stored: unknown;
    try {
      stored = store.get();
    } catch (thrown) {
      damaged = thrown instanceof SyntaxError;
      // What can't be read at all (rights, disk) is not ours to replace.
      writable = damaged;
      trouble = unread(thrown);
      return defaults();
    }
    if (stored === undefined) return defaults();
    const result = readSettings(stored);
    trouble = troubleOf(result);
    writable = result.kind !== 'newer';
    damaged = result.kind === 'unusable' || (result.kind === 'read' && result.broken.length > 0);
    return result.settings;
  }

  function keep(): void {
    if (!writable) return;
    try {
      if (damaged) store.setAside?.();
      damaged = false;
      store.set(current);
      if (trouble?.code === 'INTERNAL') trouble = null;
    } catch (thrown) {
      trouble = {
        code: 'INTERNAL',
        message: 'Your settings could not be saved; they last until Hummingdeck is closed.',
        hint: 'Look whether the disk is full or the settings folder is write-protected.',
        cause: String(thrown),
      };
    }
  }

  return {
    get: () => current,
    patch(change) {
      const merged = { ...current, ...change, version: currentVersion };
      const read = readSettings(merged);
      const next = { ...read.settings };
      if (read.kind === 'read') {
        // A part that did not fit keeps its last good value instead of falling to the default.
        for (const name of read.broken) restore(next, current, name.split(/[.[]/, 1)[0] as keyof Settings);
      }
      current = settingsSchema.parse(next);
      keep();
      for (const listener of [...listeners]) listener(current);
      return current;
    },
    onChange(listener) {
      const mine = (settings: Settings) => listener(settings);
      listeners.add(mine);
      return () => listeners.delete(mine);
    },
    trouble: () => trouble,
  };
}

function restore<K extends keyof Settings>(to: Settings, from: Settings, key: K): void {
  to[key] = from[key];
}

function unread(thrown: unknown): AppError {
  return {
    code: 'INVALID',
    message: 'Your settings could not be read, so Hummingdeck began with fresh ones.',
    hint: 'The old file is kept beside the new one.',
    cause: thrown instanceof SyntaxError ? undefined : String(thrown),
  };
}

function troubleOf(result: ReadResult): AppError | null {
  if (result.kind === 'unusable') return unread(new SyntaxError());
  if (result.kind === 'newer') {
    return {
      code: 'UNSUPPORTED',
      message: 'Your settings were written by a newer Hummingdeck; they are left as they are.',
      hint: 'What you change now lasts until this Hummingdeck is closed. Update it to keep changes.',
    };
  }
  if (result.broken.length === 0) return null;
  return {
    code: 'INVALID',
    message: 'Some of your settings could not be read and were set back.',
    hint: 'The old file is kept beside the new one.',
    cause: result.broken.slice(0, 20).join(', '),
  };
}
