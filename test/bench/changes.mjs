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

/**
 * Whether the app's memory grows with what happened: 10,000 bots on real control planes, and a million changes.
 * @param {import('./bench.mjs').Ground} ground @returns {Promise<import('./measure.mjs').Figure[]>}
 */
export async function changes({ runtime, env }) {
  const files = mkdtempSync(join(tmpdir(), 'hd-bench-changes-'));
  const many = await upMany({ count: CLUSTERS, bots: EACH, log: say });
  try {
    const { app, page, stop } = await startApp({
      executable: runtime.executable,
      args: runtime.appArgs,
      env: { ...env, KUBECONFIG: many.kubeconfig(join(files, 'config')) },
    });
    await connectAll(page, CLUSTERS * EACH);
    const pid = app.process().pid ?? 0;
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
    const before = await memory();
    for (let part = 1; part <= 10; part++) {
      await until((CHANGES * part) / 10);
      say(
        `after ${load.changes().toLocaleString('en')} changes ${memoryOf(pid).toFixed(0)} MB (${before.toFixed(0)} MB before)`,
      );
    }
    const after = await memory();
    await load.stop();
    await stop();
    const name = `${(CLUSTERS * EACH).toLocaleString('en')} bots: memory after ${CHANGES.toLocaleString('en')} changes`;
    return [figure(name, 'floor', `after ${SETTLED.toLocaleString('en')}`, [after], [before], 'MB')];
  } finally {
    await many.down();
    rmSync(files, { recursive: true, force: true });
  }
}
