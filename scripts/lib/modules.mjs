// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './run.mjs';

/** `npm ci` where node_modules is missing or was made from another lock file. Electron's own download is left to runtime.mjs. */
export async function ensureModules() {
  const mark = join(root, 'node_modules', '.hummingdeck-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  say('installing npm packages');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
  if ((await run(npm, args, { shell: process.platform === 'win32' })) !== 0) throw new Error('npm ci failed');
  writeFileSync(mark, lock);
}
