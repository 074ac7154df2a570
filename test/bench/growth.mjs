// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, say } from '../../scripts/lib/run.mjs';
import { upMany } from '../cluster/many.mjs';
import { startApp } from './electron.mjs';
import { growthPicture } from './growthPicture.mjs';
import { connectAll } from './inapp.mjs';
import { figure } from './measure.mjs';
import { cpuOf, memoryOf } from './memory.mjs';

const SIZES = [
  ...[1, 10, 50].map((clusters) => ({ clusters, bots: 100 })),
  ...[1, 10, 50].map((clusters) => ({ clusters, bots: 1_000 })),
  ...[1, 10, 50].map((clusters) => ({ clusters, bots: 10_000 })),
  ...[1, 10, 50].map((clusters) => ({ clusters, bots: 20_000 })),
];
const SETTLES = 5_000;

/** @typedef {{ clusters: number, bots: number, ms: number, cpu: number, mb: number }} Grown `cpu`: seconds until the rows are live; `mb`: above a bare window */

/**
 * How the app's cost grows with bots and clusters: one start each, from nothing to every row live, on loopback.
 * @param {import('./bench.mjs').Ground} ground @returns {Promise<import('./measure.mjs').Figure[]>}
 */
export async function growth({ runtime, bare, env }) {
  const pidOf = (/** @type {import('./electron.mjs').Started} */ { app }) => app.process().pid ?? 0;
  const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLES));
  const files = mkdtempSync(join(tmpdir(), 'hd-bench-growth-'));
  const nothing = await startApp({ executable: bare.executable, args: bare.appArgs, env });
  await settle();
  const bareMemory = memoryOf(pidOf(nothing));
  await nothing.stop();
  /** @type {Grown[]} */
  const grown = [];
  for (const { clusters, bots } of SIZES) {
    const many = await upMany({ count: clusters, bots: bots / clusters });
    try {
      const kubeconfig = many.kubeconfig(join(files, `${clusters}-${bots}`));
      const args = { executable: runtime.executable, args: runtime.appArgs, env: { ...env, KUBECONFIG: kubeconfig } };
      const started = await startApp(args);
      await settle();
      const before = cpuOf(pidOf(started));
      const ms = await connectAll(started.page, bots);
      const cpu = cpuOf(pidOf(started)) - before;
      await settle();
      grown.push({ clusters, bots, ms, cpu, mb: memoryOf(pidOf(started)) - bareMemory });
      await started.stop();
    } finally {
      await many.down();
    }
    say(JSON.stringify(grown.at(-1)));
  }
  rmSync(files, { recursive: true, force: true });
  const pictures = join(root, 'docs', 'pictures');
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(pictures, 'growth.svg'), growthPicture(grown));
  mkdirSync(join(root, 'out'), { recursive: true });
  writeFileSync(join(root, 'out', 'growth.json'), JSON.stringify(grown, null, 2));
  return grown.map(({ clusters, bots, ms, mb }) => {
    const name = `${bots.toLocaleString('en')} bots on ${clusters}: until all rows are live`;
    return figure(name, 'floor', 'memory above a bare window, MB', [ms], [mb]);
  });
}
