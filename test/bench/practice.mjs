// @ts-check
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { root } from '../../scripts/lib/run.mjs';
import { startApp } from './electron.mjs';
import { figure } from './measure.mjs';
import { memoryOf } from './memory.mjs';
import { emptyList, scroll } from './scroll.mjs';

const CLUSTERS = 50;
const EACH = 200;
const BOTS = CLUSTERS * EACH;
const ROUNDS = 3;
/** Until a window has settled, ms. */
const SETTLES = 5_000;

/** @typedef {Record<'shown' | 'laidOut' | 'memory' | 'emptyMemory' | 'fps' | 'bareFps' | 'slow' | 'bareSlow', number[]>} Seen */

/**
 * The app with 50 practice clusters and 10,000 bots, beside its own empty window and a bare one.
 * @param {import('./bench.mjs').Ground} ground @returns {Promise<import('./measure.mjs').Figure[]>}
 */
export async function practice({ runtime, bare, env }) {
  /** @type {Seen} */
  const seen = { shown: [], laidOut: [], memory: [], emptyMemory: [], fps: [], bareFps: [], slow: [], bareSlow: [] };
  /** @type {number[]} */
  const longTasks = [];
  const open = (/** @type {import('../../scripts/lib/runtime.mjs').Runtime} */ which) =>
    startApp({ executable: which.executable, args: which.appArgs, env: { ...env, KUBECONFIG: '/nowhere' } });
  const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLES));
  const pidOf = (/** @type {import('./electron.mjs').Started} */ { app }) => app.process().pid ?? 0;

  for (let round = 0; round < ROUNDS; round++) {
    const nothing = await open(bare);
    await emptyList(nothing.page, BOTS);
    await settle();
    const floor = await scroll(nothing.page, '#list');
    await nothing.stop();

    const empty = await open(runtime);
    await settle();
    seen.emptyMemory.push(memoryOf(pidOf(empty)));
    await empty.stop();

    const full = await open(runtime);
    seen.shown.push(await turnOn(full.page));
    await settle();
    seen.memory.push(memoryOf(pidOf(full)));
    const ours = await scroll(full.page, '[role="grid"]');
    await full.stop();

    seen.laidOut.push(await layOutAlone());
    seen.fps.push(ours.fps);
    seen.bareFps.push(floor.fps);
    seen.slow.push(ours.slow);
    seen.bareSlow.push(floor.slow);
    longTasks.push(ours.long);
  }
  console.log(
    `tasks longer than 50 ms while scrolling for 5 s: ${longTasks.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`,
  );
  const name = `${CLUSTERS} practice clusters, ${BOTS.toLocaleString('en')} bots`;
  const alone = 'the same laid out and listed without a window';
  return [
    figure(`${name}: memory of all processes`, 'floor', 'the app with nothing on', seen.memory, seen.emptyMemory, 'MB'),
    figure(`${name}: frames a second, scrolling`, 'floor', 'empty list in a bare window', seen.fps, seen.bareFps, '/s'),
    figure(`${name}: slowest frame of 20`, 'floor', 'empty list in a bare window', seen.slow, seen.bareSlow),
    figure(`${name}: turned on to all rows shown`, 'floor', alone, seen.shown, seen.laidOut),
  ];
}

/** Turns them all on and waits until the grid holds every bot. @param {import('playwright-core').Page} page @returns {Promise<number>} ms */
function turnOn(page) {
  return page.evaluate(
    async ({ clusters, each, bots }) => {
      const call = async (/** @type {string} */ name, /** @type {object} */ input) =>
        (await /** @type {any} */ (window).hummingdeck.invoke(name, input)).value;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const rows = () => Number(document.querySelector('[role="grid"]')?.getAttribute('aria-rowcount') ?? 1) - 1;
      await call('contexts.arrangePractice', { clusters, bots: each });
      const { contexts } = await call('contexts.list', {});
      const ids = contexts
        .filter((/** @type {any} */ one) => one.source.kind === 'practice')
        .map((/** @type {any} */ one) => one.id);
      const began = performance.now();
      await call('contexts.setAllEnabled', { ids, enabled: true });
      while (rows() < bots) await frame();
      await frame();
      return performance.now() - began;
    },
    { clusters: CLUSTERS, each: EACH, bots: BOTS },
  );
}

/** The clusters' own thread, asked for the lists the app asks for, by nobody but this. @returns {Promise<number>} ms */
async function layOutAlone() {
  const began = performance.now();
  const worker = new Worker(join(root, 'out/main/practice.cjs'));
  const lists = ['/apis/apps/v1/statefulsets', '/api/v1/pods'].map(
    (path) => `${path}?labelSelector=hummingdeck.io%2Fbot`,
  );
  const all = Array.from({ length: CLUSTERS }, async (_, index) => {
    const { port1, port2 } = new MessageChannel();
    const plan = {
      id: `practice#${index + 1}`,
      name: `practice-${index + 1}`,
      provider: 'linode',
      seed: `${index}`,
      bots: EACH,
    };
    worker.postMessage({ t: 'open', plan, port: port2 }, [port2]);
    const answers = lists.map(
      (path, id) =>
        new Promise((resolve, reject) => {
          port1.on('message', (message) => {
            if (message.id !== id) return;
            if (message.result.ok) resolve(JSON.parse(message.result.value.body).items);
            else reject(new Error(message.result.error.message));
          });
          port1.postMessage({ t: 'ask', id, what: 'request', request: { method: 'GET', path } });
        }),
    );
    const [bots] = /** @type {unknown[][]} */ (await Promise.all(answers));
    if (bots?.length !== EACH) throw new Error(`${plan.name}: ${bots?.length} bots`);
    port1.close();
  });
  await Promise.all(all);
  await worker.terminate();
  return performance.now() - began;
}
