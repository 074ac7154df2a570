// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDisplay } from './lib/display.mjs';
import { say } from './lib/run.mjs';
import { build, setUp } from './lib/setup.mjs';

/**
 * Drives the app through its main job on its practice cluster and writes a picture for each step and `tour.json`.
 * @param {string} dir @param {Record<string, string>} displayEnv @returns {Promise<number>} exit code
 */
export async function tour(dir, displayEnv) {
  const runtime = await setUp();
  await build();
  const { _electron } = await import('@playwright/test');
  const { mainJob } = await import('../test/tour/steps.mjs');
  const data = mkdtempSync(join(tmpdir(), 'hd-tour-'));
  mkdirSync(dir, { recursive: true });
  const { PATH = '', DISPLAY = '' } = process.env;
  const app = await _electron.launch({
    executablePath: runtime.executable,
    args: [...runtime.appArgs, '--no-sandbox'],
    env: {
      ...{ PATH, DISPLAY, HOME: data, HUMMINGDECK_DATA: join(data, 'app'), KUBECONFIG: join(data, 'none') },
      ...displayEnv,
    },
  });
  /** @type {{ step: string, checked: string, ok: boolean, tookMs: number, picture: string }[]} */
  const done = [];
  try {
    const page = await app.firstWindow();
    await page.waitForSelector('main');
    await page.evaluate(drawTerminalsAsText);
    for (const [index, { step, checked, run }] of mainJob(page).entries()) {
      const began = Date.now();
      let ok = true;
      await run().catch((error) => {
        ok = false;
        console.error(`${step}: ${error.message}`);
      });
      const picture = `${String(index + 1).padStart(2, '0')}-${step.replaceAll(' ', '-')}.png`;
      await page.screenshot({ path: join(dir, picture), animations: 'disabled' });
      done.push({ step, checked, ok, tookMs: Date.now() - began, picture });
      say(`${ok ? 'ok' : 'FAILED'}  ${step}: ${checked}`);
      if (!ok) break;
    }
  } finally {
    await app.close();
    rmSync(data, { recursive: true, force: true });
  }
  writeFileSync(join(dir, 'tour.json'), JSON.stringify(done, null, 2));
  say(`the tour's pictures are in ${resolve(dir)}`);
  return done.every(({ ok }) => ok) ? 0 : 1;
}

/** Without WebGL a terminal draws with the page's own text, which the steps can read. */
function drawTerminalsAsText() {
  const own = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = /** @type {any} */ (
    function (/** @type {any} */ kind, /** @type {any} */ options) {
      return String(kind).startsWith('webgl') ? null : own.call(this, kind, options);
    }
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const display = await ensureDisplay();
  const code = await tour(process.argv[2] ?? 'out/tour', display.env);
  display.stop();
  process.exit(code);
}
