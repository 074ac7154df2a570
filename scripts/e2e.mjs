// @ts-check
import { join } from 'node:path';
import { ensureDisplay } from './lib/display.mjs';
import { root, run } from './lib/run.mjs';
import { build, setUp } from './lib/setup.mjs';

/** Playwright on the real Electron window; further arguments go to Playwright. */
const runtime = await setUp();
await build();
const display = await ensureDisplay({ force: true });
const env = {
  ...process.env,
  ...display.env,
  HD_ELECTRON: runtime.executable,
  HD_ELECTRON_KIND: runtime.kind,
  HD_ELECTRON_ARGS: JSON.stringify(runtime.appArgs),
};
const cli = join(root, 'node_modules/@playwright/test/cli.js');
const code = await run(
  process.execPath,
  [cli, 'test', '--config', 'test/e2e/playwright.config.ts', ...process.argv.slice(2)],
  { env },
);
display.stop();
process.exit(code);
