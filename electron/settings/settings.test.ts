import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSettings, settingsFile, type SettingsStore } from './index';

function makeDir() {
  const dir = mkdtempSync(join(tmpdir(), 'hd-settings-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'settings.json');
  const stored = () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const aside = () => readdirSync(dir).filter((name) => name.includes('broken'));
  const open = () => openSettings(settingsFile(dir));
  return { dir, file, stored, aside, open, put: (text: string) => writeFileSync(file, text) };
}
const good = { version: 1, theme: 'dark', kubeconfigFiles: ['/a'], holder: 'me@here' };

test('settings are there again after a restart, readable by their owner only', () => {
  const at = makeDir();
  at.open().patch({ theme: 'light', kubeconfigFiles: ['/a', '/b'] });
  expect(at.open().get()).toMatchObject({ version: 1, theme: 'light', kubeconfigFiles: ['/a', '/b'] });
  expect(statSync(at.file).mode & 0o777).toBe(0o600);
  expect(readdirSync(at.dir)).toEqual(['settings.json']);
});

test('without a file the defaults hold and nothing is written', () => {
  const at = makeDir();
  expect(at.open().get()).toMatchObject({ theme: 'system', contexts: {}, allowedCommands: [] });
  expect(readdirSync(at.dir)).toEqual([]);
});

test('listeners hear every change until they leave', () => {
  const settings = makeDir().open();
  const heard: string[] = [];
  const leave = settings.onChange(({ theme }) => heard.push(theme));
  settings.patch({ theme: 'dark' });
  leave();
  leave();
  settings.patch({ theme: 'light' });
  expect(heard).toEqual(['dark']);
});

describe('broken parts fall back one by one', () => {
  const context = { enabled: true, displayName: 'Frankfurt', colour: 3, namespaces: ['trading'] };
  test.each([
    ['a theme that is none', { ...good, theme: 'pink' }, { theme: 'system', holder: 'me@here' }, 'theme'],
    ['a list that is none', { ...good, kubeconfigFiles: 5 }, { kubeconfigFiles: [], theme: 'dark' }, 'kubeconfigFiles'],
    [
      'a column and a view that are none, and a width out of bounds',
      {
        ...good,
        columns: [{ key: 'pair', shown: false, width: 7 }, { key: 5 }],
        views: [{ name: 'mine', filter: 3, columns: [{ key: 'pair' }] }, { name: '' }],
      },
      {
        theme: 'dark',
        columns: [{ key: 'pair', shown: false, width: null }],
        views: [expect.objectContaining({ name: 'mine', filter: '', group: null })],
      },
      'columns[1], views[1]',
    ],
    [
      'one bad entry in a list',
      { ...good, kubeconfigFiles: ['/a', 7, '/b'] },
      { kubeconfigFiles: ['/a', '/b'] },
      'kubeconfigFiles[1]',
    ],
    [
      'one bad context',
      { ...good, contexts: { bad: 5, fra: context } },
      { contexts: { fra: context } },
      'contexts.bad',
    ],
    [
      'a bad colour of one context',
      { ...good, contexts: { fra: { ...context, colour: 99 } } },
      { contexts: { fra: { ...context, colour: null } } },
      'contexts.fra',
    ],
    [
      'a number of practice bots that can not be chosen',
      { ...good, practice: { clusters: 12, bots: 7 } },
      { practice: { clusters: 12, bots: 0 } },
      'practice',
    ],
    [
      'too many practice clusters',
      { ...good, practice: { clusters: 51, bots: 200 } },
      { practice: { clusters: 1, bots: 200 } },
      'practice',
    ],
    [
      'a window without a size',
      { ...good, window: { x: 1 } },
      { window: { width: 1400, height: 860, maximized: false } },
      'window',
    ],
    ['a version that is none', { ...good, version: 'one' }, { version: 1, theme: 'dark' }, 'version'],
  ])('%s', (_, stored, expected, part) => {
    const at = makeDir();
    at.put(JSON.stringify(stored));
    const settings = at.open();
    expect(settings.get()).toMatchObject(expected);
    expect(settings.trouble()).toMatchObject({ code: 'INVALID', cause: part });
    expect(at.aside()).toEqual([]);
    settings.patch({ theme: 'light' });
    // What could not be read is still there for who wants to look.
    expect(JSON.parse(readFileSync(join(at.dir, at.aside()[0] ?? ''), 'utf8'))).toEqual(stored);
    expect(at.open().trouble()).toBeNull();
  });

  test.each([
    ['cut off', '{"version":1,"theme":"da'],
    ['empty', ''],
    ['a list', '[1]'],
    ['null', 'null'],
  ])('a file that is %s is kept aside, and the defaults hold', (_, text) => {
    const at = makeDir();
    at.put(text);
    const settings = at.open();
    expect(settings.get().theme).toBe('system');
    expect(settings.trouble()?.code).toBe('INVALID');
    settings.patch({ theme: 'dark' });
    expect(at.aside().map((name) => readFileSync(join(at.dir, name), 'utf8'))).toEqual([text]);
    expect(at.open().get().theme).toBe('dark');
  });

  test('names like __proto__ and constructor are just names', () => {
    const at = makeDir();
    at.put(
      '{"version":1,"contexts":{"__proto__":{"enabled":true},"constructor":{"enabled":true}},"__proto__":{"theme":"dark"}}',
    );
    const settings = at.open();
    expect(settings.get().theme).toBe('system');
    expect(settings.get().contexts.constructor).toMatchObject({ enabled: true });
    expect(({} as Record<string, unknown>).enabled).toBeUndefined();
  });
});

test('a file of a newer version is read as far as it goes and never written', () => {
  const at = makeDir();
  const text = JSON.stringify({ ...good, version: 7, shiny: { new: true } });
  at.put(text);
  const settings = at.open();
  expect(settings.get()).toMatchObject({ theme: 'dark', kubeconfigFiles: ['/a'] });
  expect(settings.trouble()?.code).toBe('UNSUPPORTED');
  expect(settings.patch({ theme: 'light' }).theme).toBe('light');
  expect(readFileSync(at.file, 'utf8')).toBe(text);
  expect(readdirSync(at.dir)).toEqual(['settings.json']);
});

test('a change that does not fit leaves that part as it was', () => {
  const settings = makeDir().open();
  settings.patch({ theme: 'dark' });
  settings.patch({ theme: 'pink' as 'dark', holder: 'me' });
  expect(settings.get()).toMatchObject({ theme: 'dark', holder: 'me' });
});

test('a disk that takes nothing is told, changes nothing on it, and the change still holds for this run', () => {
  let full = false;
  let kept: unknown;
  const store: SettingsStore = {
    get: () => kept,
    set(value) {
      if (full) throw new Error('ENOSPC');
      kept = value;
    },
  };
  const settings = openSettings(store);
  settings.patch({ theme: 'dark' });
  full = true;
  expect(settings.patch({ theme: 'light' }).theme).toBe('light');
  expect(settings.trouble()).toMatchObject({ code: 'INTERNAL', cause: 'Error: ENOSPC' });
  full = false;
  settings.patch({ holder: 'me' });
  expect(settings.trouble()).toBeNull();
  expect(kept).toMatchObject({ theme: 'light', holder: 'me' });
});

test('a file that can not be read is not replaced', () => {
  let written = 0;
  const store: SettingsStore = {
    get() {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    },
    set: () => (written += 1),
  };
  const settings = openSettings(store);
  settings.patch({ theme: 'dark' });
  expect([settings.get().theme, written, settings.trouble()?.cause]).toEqual(['dark', 0, 'Error: EACCES']);
});

test('a failed write leaves the old file whole and nothing beside it', () => {
  const at = makeDir();
  at.open().patch({ theme: 'dark' });
  const store = settingsFile(at.dir);
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect(() => store.set(loop)).toThrow();
  expect(at.stored()).toMatchObject({ theme: 'dark' });
  expect(readdirSync(at.dir)).toEqual(['settings.json']);
});

test('a settings file that is a link stays one', () => {
  const at = makeDir();
  const real = join(at.dir, 'dotfiles.json');
  writeFileSync(real, JSON.stringify(good));
  chmodSync(real, 0o644);
  symlinkSync(real, at.file);
  at.open().patch({ theme: 'light' });
  expect(lstatSync(at.file).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({ theme: 'light', holder: 'me@here' });
});
