// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDisplay } from './lib/display.mjs';
import { say } from './lib/run.mjs';
import { build, setUp } from './lib/setup.mjs';

/**
 * Takes the app's guided tour on its practice cluster and writes a picture for each step, in the dark look and the light one, and `tour.json`.
 * @param {string} dir @param {Record<string, string>} displayEnv @param {string} [size] of the window, `WIDTHxHEIGHT`
 * @returns {Promise<number>} exit code
 */
export async function tour(dir, displayEnv, size = '1400x860') {
  const runtime = await setUp();
  await build();
  const { _electron } = await import('@playwright/test');
  const { drive } = await import('../test/tour/drive.mjs');
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
  /** @type {import('../test/tour/drive.mjs').Done[]} */
  const done = [];
  try {
    const page = await app.firstWindow();
    await page.waitForSelector('main');
    await page.evaluate(drawTerminalsAsText);
    await app.evaluate(
      ({ BrowserWindow }, [width = 0, height = 0]) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
      size.split('x').map(Number),
    );
    const picture = async (/** @type {string} */ name) => {
      for (const theme of ['light', 'dark']) {
        await page.evaluate(setTheme, theme);
        await page.waitForFunction((look) => document.documentElement.dataset['theme'] === look, theme);
        const path = join(dir, theme === 'dark' ? `${name}.png` : `${name}-light.png`);
        await page.screenshot({ path, animations: 'disabled' });
      }
      return `${name}.png`;
    };
    await drive(page, picture, (one) => {
      done.push(one);
      say(`${one.ok ? 'ok' : 'FAILED'}  ${one.step}: ${one.checked}`);
    });
  } finally {
    await app.close();
    rmSync(data, { recursive: true, force: true });
  }
  writeFileSync(join(dir, 'tour.json'), JSON.stringify(done, null, 2));
  say(`the tour's pictures are in ${resolve(dir)}`);
  return done.at(-1)?.step === 'end' && done.every(({ ok }) => ok) ? 0 : 1;
}

/** @param {string} theme */
async function setTheme(theme) {
  await /** @type {any} */ (window).hummingdeck.invoke('settings.patch', { theme });
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
  const code = await tour(process.argv[2] ?? 'out/tour', display.env, process.argv[3]);
  display.stop();
  process.exit(code);
}
