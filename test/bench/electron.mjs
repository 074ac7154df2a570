// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';

/**
 * @typedef {object} Started
 * @property {import('playwright-core').ElectronApplication} app
 * @property {import('playwright-core').Page} page
 * @property {number} ms from the spawn to the usable window
 * @property {() => Promise<void>} stop
 */

/**
 * Starts an Electron app with a new data folder, the practice cluster off as at every start but the first, and waits for its
 * element `main`.
 * @param {{ executable: string, args: string[], env: Record<string, string> }} command
 * @returns {Promise<Started>}
 */
export async function startApp({ executable, args, env }) {
  const data = mkdtempSync(join(tmpdir(), 'hd-bench-'));
  mkdirSync(join(data, 'app'));
  writeFileSync(join(data, 'app', 'settings.json'), JSON.stringify({ version: 1, practiceByItself: false }));
  const began = performance.now();
  const app = await _electron.launch({
    executablePath: executable,
    args: [...args, '--no-sandbox'],
    env: { PATH: process.env.PATH ?? '', HOME: data, HUMMINGDECK_DATA: join(data, 'app'), ...env },
  });
  const page = await app.firstWindow();
  await page.waitForSelector('main');
  const ms = performance.now() - began;
  const stop = async () => {
    await app.close();
    rmSync(data, { recursive: true, force: true });
  };
  return { app, page, ms, stop };
}
