// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { say } from '../../scripts/lib/run.mjs';
import { inParallel } from '../cluster/api.mjs';
import { upMany } from '../cluster/many.mjs';
import { NAMESPACE } from '../cluster/mould.mjs';
import { run as runProgram } from '../cluster/process.mjs';
import { startApp } from './electron.mjs';
import { startFar } from './far.mjs';
import { connectAll, disconnectAll, watchLoop } from './inapp.mjs';
import { underLoad } from './fleetLoad.mjs';
import { keptConnections, LISTS } from './kept.mjs';
import { figure, inTurn, median, timeOf } from './measure.mjs';

/** What docs/performance.md speaks of; less of it to try the bench itself. */
const CLUSTERS = Number(process.env.HD_FLEET_CLUSTERS ?? 50);
const EACH = Number(process.env.HD_FLEET_BOTS ?? 200);
const ROUNDS = 3;
/** The same bots and changes once more on so many control planes: with 50 of them on one machine it is busy with servers, not with the app. */
const FEW = 5;

/**
 * The fleet: 50 real control planes with 10,000 bots, each 60 ms away there and back, beside floors and kubectl.
 * @param {import('./bench.mjs').Ground} ground @returns {Promise<import('./measure.mjs').Figure[]>}
 */
export async function fleet(ground) {
  const files = mkdtempSync(join(tmpdir(), 'hd-bench-fleet-'));
  const fromAfar = async (/** @type {import('../cluster/many.mjs').Many} */ many) => {
    const far = await startFar(many.planes.map(({ server }) => server));
    const kubeconfig = many.kubeconfig(join(files, 'far'), ({ server }) => {
      const at = many.planes.findIndex((one) => one.server === server);
      return /** @type {string} */ (far.servers[at]);
    });
    const figures = await start(ground, many, kubeconfig);
    far.stop();
    return figures;
  };
  /** @type {import('./measure.mjs').Figure[]} */
  const figures = [];
  // What was measured is worth having even where a later part fails.
  const loaded = (/** @type {import('../cluster/many.mjs').Many} */ many) =>
    underLoad(ground, many, many.kubeconfig(join(files, 'near')), figures).catch((error) => console.error(error));
  try {
    await withMany(CLUSTERS, EACH, async (many) => {
      figures.push(...(await fromAfar(many)));
      await loaded(many);
    });
    await withMany(FEW, Math.round((CLUSTERS * EACH) / FEW), loaded);
    return figures;
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

/** @param {number} count @param {number} bots @param {(many: import('../cluster/many.mjs').Many) => Promise<void>} run */
async function withMany(count, bots, run) {
  const many = await upMany({ count, bots, log: say });
  try {
    await run(many);
  } finally {
    await many.down();
  }
}

/**
 * From nothing to every row live.
 * @param {import('./bench.mjs').Ground} ground @param {import('../cluster/many.mjs').Many} many @param {string} kubeconfig
 */
async function start({ runtime, env }, many, kubeconfig) {
  const bots = many.count * many.bots;
  const open = () =>
    startApp({ executable: runtime.executable, args: runtime.appArgs, env: { ...env, KUBECONFIG: kubeconfig } });
  const { app, page, stop } = await open();
  // Beside it with nothing to do: its loop waits for nothing but the machine, which the other keeps busy.
  const resting = await open();
  const floor = keptLists(kubeconfig);
  const loops = { busy: /** @type {number[]} */ ([]), idle: /** @type {number[]} */ ([]) };
  const kubectl = (/** @type {string} */ name) =>
    runProgram(join(many.bin, 'kubectl'), [
      '--kubeconfig',
      kubeconfig,
      '--context',
      name,
      'get',
      'pods',
      '-n',
      NAMESPACE,
    ]);
  try {
    const { times, first } = await inTurn({
      rounds: ROUNDS,
      async ours() {
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        const [busy, idle] = [await watchLoop(app), await watchLoop(resting.app)];
        const ms = await connectAll(page, bots);
        loops.busy.push(await busy());
        loops.idle.push(await idle());
        await disconnectAll(page);
        return ms;
      },
      others: {
        json: () => timeOf(() => floor.fetchAll('application/json')),
        table: () => timeOf(() => floor.fetchAll('application/json;as=Table;v=v1;g=meta.k8s.io')),
        kubectl: () => timeOf(() => inParallel(many.planes, ({ name }) => kubectl(name), 8)),
      },
    });
    const best = (times.json ?? []).map((ms, i) => Math.min(ms, times.table?.[i] ?? ms));
    const name = `start: ${many.count} contexts at 60 ms until ${bots.toLocaleString('en')} rows are live`;
    const [lists, kubectls] = ['the same lists over kept connections', `${many.count} × kubectl get pods, 8 at a time`];
    // As it is after the app was launched, before any of its code was ever run; beside what stands above.
    const cold = [first.ours ?? Number.NaN];
    return [
      figure(name, 'floor', lists, times.ours ?? [], best),
      figure(name, 'peer', kubectls, times.ours ?? [], times.kubectl ?? []),
      figure(`first ${name}`, 'floor', lists, cold, [median(best)]),
      figure(`first ${name}`, 'peer', kubectls, cold, [median(times.kubectl ?? [])]),
      figure(
        'main process meanwhile: event loop delay, p99',
        'floor',
        'of another one that rests beside it',
        loops.busy.slice(1),
        loops.idle.slice(1),
      ),
    ];
  } finally {
    await floor.close();
    await resting.stop();
    await stop();
  }
}

/** The lists that the app asks for, fetched and parsed, nothing else. @param {string} kubeconfig */
function keptLists(kubeconfig) {
  const kept = keptConnections(kubeconfig);
  return {
    /** @param {string} accept */
    fetchAll: (accept) =>
      Promise.all(
        kept.flatMap(({ server, dispatcher }) =>
          LISTS.map(async (path) => {
            const answer = await request(`${server}${path}`, { dispatcher, headers: { accept } });
            const { items, rows } = /** @type {any} */ (await answer.body.json());
            if ((items ?? rows).length < EACH) throw new Error(`${path}: ${(items ?? rows).length} objects`);
          }),
        ),
      ),
    close: () => Promise.all(kept.map(({ dispatcher }) => dispatcher.close())),
  };
}
