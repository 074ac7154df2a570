// @ts-check
import { join } from 'node:path';
import { namedClusters, WORKERS } from '../test/cluster/several.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { root, run } from './lib/run.mjs';
import { build, setUp } from './lib/setup.mjs';

/**
 * Playwright on the real Electron window; further arguments go to Playwright. Each worker has a cluster and a display of its own: on a
 * shared one windows would take the keyboard and the clipboard from each other.
 */
const runtime = await setUp();
await build();
const given = process.argv.slice(2);
const workers = namedClusters().length || (given.some((one) => !one.startsWith('-')) ? 1 : WORKERS);
const displays = await Promise.all(Array.from({ length: workers }, () => ensureDisplay({ force: true })));
const env = {
  ...process.env,
  HD_E2E_DISPLAYS: displays.map(({ env }) => env['DISPLAY']).join(),
  HD_ELECTRON: runtime.executable,
  HD_ELECTRON_KIND: runtime.kind,
  HD_ELECTRON_ARGS: JSON.stringify(runtime.appArgs),
};
const cli = join(root, 'node_modules/@playwright/test/cli.js');
const code = await run(
  process.execPath,
  [cli, 'test', '--config', 'test/e2e/playwright.config.ts', '--workers', String(workers), ...given],
  { env },
);
for (const display of displays) display.stop();
process.exit(code);
