// @ts-check
import { ensureModules } from './modules.mjs';
import { ensureElectronPackages } from './packages.mjs';
import { resolveRuntime } from './runtime.mjs';
import { root, run } from './run.mjs';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Everything a machine needs to run the app from this repository; quick where nothing is missing. */
export async function setUp() {
  await ensureElectronPackages();
  await ensureModules();
  return resolveRuntime();
}

/** Builds main, preload and renderer into out/, unless they are newer than every source. */
export async function build() {
  const sources = ['electron', 'renderer', 'shared', 'resources', 'package.json', 'electron.vite.config.ts'];
  const built = join(root, 'out', 'renderer', 'index.html');
  if (existsSync(built) && Math.max(...sources.map((path) => newest(join(root, path)))) < statSync(built).mtimeMs)
    return;
  const code = await run(process.execPath, [
    join(root, 'node_modules/electron-vite/bin/electron-vite.js'),
    'build',
    '--logLevel',
    'warn',
  ]);
  if (code !== 0) throw new Error('the build failed');
}

/** @param {string} path @returns {number} ms */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
