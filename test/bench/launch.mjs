// @ts-check
import { startApp } from './electron.mjs';
import { figure, inTurn } from './measure.mjs';

/**
 * Launch to usable window, beside a bare Electron window.
 * @param {import('./bench.mjs').Ground} ground @returns {Promise<import('./measure.mjs').Figure[]>}
 */
export async function launch({ runtime, bare, env }) {
  const timed = (/** @type {{ executable: string, appArgs: string[] }} */ which) => async () => {
    const started = await startApp({
      executable: which.executable,
      args: which.appArgs,
      env: { ...env, KUBECONFIG: '/nowhere' },
    });
    await started.stop();
    return started.ms;
  };
  const { times } = await inTurn({ rounds: 5, ours: timed(runtime), others: { bare: timed(bare) } });
  return [figure('launch to usable window', 'floor', 'bare Electron window', times.ours ?? [], times.bare ?? [])];
}
