// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../../scripts/lib/run.mjs';
import { upMany } from '../cluster/many.mjs';
import { startApp } from './electron.mjs';
import { connectAll } from './inapp.mjs';
import { startLoad } from './load.mjs';
import { figure, median } from './measure.mjs';
import { memoryOf } from './memory.mjs';

/** How many are made, how fast at most, and after how many of them the app is taken for settled. */
const CHANGES = Number(process.env.HD_CHANGES ?? 1_000_000);
const A_SECOND = 2_000;
const SETTLED = CHANGES / 20;
const CLUSTERS = 5;
const EACH = 2_000;

const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Heaps of main and window, once what is garbage has been collected, MB. @param {import('./electron.mjs').Started} app */
async function keptBy({ app, page }) {
  const main = await app.evaluate(() => {
    const load = /** @type {NodeModule} */ (process.mainModule).require;
    load('node:v8').setFlagsFromString('--expose-gc');
    const collect = load('node:vm').runInNewContext('gc');
    for (let i = 0; i < 3; i++) collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  });
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return (main + usedSize) / 1e6;
}

/**
 * Whether the app's memory grows with what happened: 10,000 bots on real control planes, and a million changes.
 * @param {import('./bench.mjs').Ground} ground @returns {Promise<import('./measure.mjs').Figure[]>}
 */
export async function changes({ runtime, env }) {
  const files = mkdtempSync(join(tmpdir(), 'hd-bench-changes-'));
  const many = await upMany({ count: CLUSTERS, bots: EACH, log: say });
  try {
    const app = await startApp({
      executable: runtime.executable,
      args: runtime.appArgs,
      env: { ...env, KUBECONFIG: many.kubeconfig(join(files, 'config')) },
    });
    await connectAll(app.page, CLUSTERS * EACH);
    const pid = app.app.process().pid ?? 0;
    const load = startLoad(many, A_SECOND);
    const until = async (/** @type {number} */ count) => {
      while (load.changes() < count) await wait(200);
    };
    /** The median of some moments: collections of garbage come and go. */
    const memory = async () => {
      const seen = [];
      for (let i = 0; i < 9; i++) {
        seen.push(memoryOf(pid));
        await wait(1_000);
      }
      return median(seen);
    };
    await until(SETTLED);
    const before = { memory: await memory(), kept: await keptBy(app) };
    for (let part = 1; part <= 10; part++) {
      await until((CHANGES * part) / 10);
      say(
        `after ${load.changes().toLocaleString('en')} changes ${memoryOf(pid).toFixed(0)} MB (${before.memory.toFixed(0)} MB before)`,
      );
    }
    const after = { memory: await memory(), kept: await keptBy(app) };
    await load.stop();
    await app.stop();
    const bots = `${(CLUSTERS * EACH).toLocaleString('en')} bots`;
    const [all, some] = [CHANGES.toLocaleString('en'), SETTLED.toLocaleString('en')];
    const beside = (/** @type {string} */ what, /** @type {number} */ now, /** @type {number} */ then) =>
      figure(`${bots}: ${what} after ${all} changes`, 'floor', `after ${some}`, [now], [then], 'MB');
    return [
      beside('memory of all processes', after.memory, before.memory),
      beside('kept by main and window, without garbage,', after.kept, before.kept),
    ];
  } finally {
    await many.down();
    rmSync(files, { recursive: true, force: true });
  }
}
