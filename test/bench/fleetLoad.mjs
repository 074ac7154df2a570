// @ts-check
import { startApp } from './electron.mjs';
import { startBareWatch } from './barewatch.mjs';
import { connectAll, countBytes, watchRows } from './inapp.mjs';
import { startLoad } from './load.mjs';
import { figure } from './measure.mjs';
import { cpuOf, memoryOf } from './memory.mjs';
import { emptyList, scroll } from './scroll.mjs';

const CHANGES = 500;
const SETTLES = 5_000;
/** How long latencies are gathered, ms. */
const GATHERED = 20_000;
/** At rest is what has had time to come to rest; then it is watched so long. ms */
const RESTS = 90_000;
const IDLE = 60_000;
const HOUR = 3_600_000;
const ROUNDS = 1;
/** Five seconds of frames differ from the next five: so often, and the median counts. */
const LOOKS = 3;
/** By the first column, round and round. */
const SORTING = { acts: [{ click: '[role="columnheader"] button' }], every: 1000 };
const FILTER = '[role="search"] input';
const MENU = 'button[aria-label^="How the bots are shown"]';
/** Filters, shows all again, picks them all, groups them by cluster, and shows them one by one. */
const ASKING = {
  acts: [
    { type: 'pair:btc', into: FILTER },
    { type: '', into: FILTER },
    { all: '[role="grid"]' },
    { click: MENU },
    { click: '[role="menuitemradio"]:nth-of-type(2)' },
    { click: MENU },
    { click: '[role="menuitemradio"]:nth-of-type(1)' },
  ],
  every: 650,
};

/** One after the other. @template T @param {() => Promise<T>} look @returns {Promise<T[]>} */
async function severalTimes(look) {
  const seen = [];
  for (let i = 0; i < LOOKS; i++) seen.push(await look());
  return seen;
}

const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
const pidOf = (/** @type {import('./electron.mjs').Started} */ { app }) => app.process().pid ?? 0;

/** @typedef {{ ours: number[], theirs: number[] }} Pairs */

/** @returns {Pairs} */
const pairs = () => ({ ours: [], theirs: [] });

/**
 * The whole fleet in the window, at rest and while bots change all over it, beside a bare window at the same time of day.
 * @param {import('./bench.mjs').Ground} ground @param {import('../cluster/many.mjs').Many} many @param {string} kubeconfig
 * @param {import('./measure.mjs').Figure[]} figures gets what was measured, as far as it came
 */
export async function underLoad({ runtime, bare, env }, many, kubeconfig, figures) {
  const bots = many.count * many.bots;
  /** @type {Record<'memory' | 'cpu' | 'fps' | 'long' | 'sortFps' | 'sortLong' | 'askFps' | 'askLong' | 'late' | 'bytes', Pairs>} */
  const seen = {
    ...{ memory: pairs(), cpu: pairs(), late: pairs(), bytes: pairs() },
    ...{ fps: pairs(), long: pairs(), sortFps: pairs(), sortLong: pairs(), askFps: pairs(), askLong: pairs() },
  };
  const open = (/** @type {import('../../scripts/lib/runtime.mjs').Runtime} */ which) =>
    startApp({ executable: which.executable, args: which.appArgs, env: { ...env, KUBECONFIG: kubeconfig } });
  const idleCpu = async (/** @type {number} */ pid) => {
    await wait(RESTS);
    const before = cpuOf(pid);
    await wait(IDLE);
    return ((cpuOf(pid) - before) * HOUR) / IDLE;
  };
  const note = (/** @type {keyof typeof seen} */ name, /** @type {number} */ ours, /** @type {number} */ theirs) => {
    seen[name].ours.push(ours);
    seen[name].theirs.push(theirs);
  };

  const name = `${bots.toLocaleString('en')} bots on ${many.count} clusters`;
  const busy = `${name}, ${CHANGES} changes/s`;
  const empty = 'empty list in a bare window, same load';
  const asking = 'filtering, picking all, grouping';
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const nothing = await open(bare);
      await emptyList(nothing.page, bots);
      await wait(SETTLES);
      const [bareMemory, bareCpu] = [memoryOf(pidOf(nothing)), await idleCpu(pidOf(nothing))];
      // The same load: somebody is told of all changes here too.
      const told = await startBareWatch(kubeconfig);
      const bareLoad = startLoad(many, CHANGES);
      await wait(2_000);
      const bareSeen = await severalTimes(() => scroll(nothing.page, '#list'));
      await bareLoad.stop();
      told.stop();
      await nothing.stop();

      const full = await open(runtime);
      await connectAll(full.page, bots);
      await wait(SETTLES);
      note('memory', memoryOf(pidOf(full)), bareMemory);
      note('cpu', await idleCpu(pidOf(full)), bareCpu);

      const floor = await startBareWatch(kubeconfig);
      const load = startLoad(many, CHANGES);
      await wait(2_000);
      await floor.take();
      const [rows, bytes] = [await watchRows(full.page), await countBytes(full.app)];
      await wait(GATHERED);
      const [lateRows, counted, sent] = [await rows(), await floor.take(), await bytes()];
      note('late', percentile(lateRows, 0.95), percentile(counted.late, 0.95));
      note('bytes', sent.bytes / sent.rows, 200);
      console.log(
        `${(counted.lines / GATHERED) * 1000} changes a second came; ${lateRows.length} of ${counted.late.length} probes shown, ` +
          `half of them ${percentile(lateRows, 0.5)} ms after they were written (bare watch ${percentile(counted.late, 0.5)} ms)`,
      );
      floor.stop();
      const [before, began] = [load.changes(), performance.now()];
      const seenHere = await severalTimes(async () => ({
        still: await scroll(full.page, '[role="grid"]'),
        sorting: await scroll(full.page, '[role="grid"]', SORTING),
      }));
      const written = (load.changes() - before) / ((performance.now() - began) / 1000);
      console.log(`${written.toFixed(0)} changes a second were written while it scrolled and sorted`);
      for (const [i, { still, sorting }] of seenHere.entries()) {
        const beside = /** @type {import('./scroll.mjs').Smoothness} */ (bareSeen[i]);
        note('fps', still.fps, beside.fps);
        note('long', still.long, beside.long);
        note('sortFps', sorting.fps, beside.fps);
        note('sortLong', sorting.long, beside.long);
      }
      const asked = await severalTimes(() => scroll(full.page, '[role="grid"]', ASKING));
      for (const [i, { fps, long }] of asked.entries()) {
        const beside = /** @type {import('./scroll.mjs').Smoothness} */ (bareSeen[i]);
        note('askFps', fps, beside.fps);
        note('askLong', long, beside.long);
      }
      await load.stop();
      await full.stop();
    }
  } finally {
    figures.push(
      figure(`${busy}: frames a second, scrolling`, 'floor', empty, seen.fps.ours, seen.fps.theirs, '/s'),
      figure(`${busy}: long tasks while scrolling 5 s`, 'floor', empty, seen.long.ours, seen.long.theirs),
      figure(
        `${busy}: frames a second, sorting each second`,
        'floor',
        empty,
        seen.sortFps.ours,
        seen.sortFps.theirs,
        '/s',
      ),
      figure(`${busy}: long tasks while sorting 5 times`, 'floor', empty, seen.sortLong.ours, seen.sortLong.theirs),
      figure(`${busy}: frames a second, ${asking}`, 'floor', empty, seen.askFps.ours, seen.askFps.theirs, '/s'),
      figure(`${busy}: long tasks, ${asking}`, 'floor', empty, seen.askLong.ours, seen.askLong.theirs),
      figure(`${busy}: change to row, p95`, 'floor', 'bare watch', seen.late.ours, seen.late.theirs),
      figure(`${name}: memory of all processes`, 'floor', 'bare window', seen.memory.ours, seen.memory.theirs, 'MB'),
      figure(`${busy}: bytes to the window for a row`, 'floor', 'target', seen.bytes.ours, seen.bytes.theirs, 'B'),
      figure(`${name}: idle, CPU seconds an hour`, 'floor', 'bare window', seen.cpu.ours, seen.cpu.theirs, 's'),
    );
  }
}

/** @param {number[]} values @param {number} part */
function percentile(values, part) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
}
