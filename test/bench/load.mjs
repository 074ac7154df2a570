// @ts-check
import { stampNow } from './barewatch.mjs';

/** Between two batches, ms. */
const EVERY = 100;

/**
 * Changes bots all over the fleet, half by their workload and half by their pod, until stopped. The first ten bots of the first cluster
 * are probes: their pair says when it was written.
 * @param {import('../cluster/many.mjs').Many} many @param {number} aSecond
 */
export function startLoad(many, aSecond) {
  let stopped = false;
  let changes = 0;
  async function run() {
    for (let at = performance.now(), turn = 0; !stopped; turn++) {
      const batch = Array.from({ length: (aSecond * EVERY) / 1000 - 1 }, () => {
        const cluster = Math.floor(Math.random() * many.count);
        const bot = Math.floor(Math.random() * many.bots);
        const probe = cluster === 0 && bot < 10;
        const pair = `${'ABCDEFGH'[Math.floor(Math.random() * 8)]}${'BCDFGHJK'[turn % 8]}${turn % 10}-USDT`;
        return { cluster, bot, to: probe || Math.random() < 0.5 ? Math.floor(Math.random() * 100) : pair };
      });
      await many.change([...batch, { cluster: 0, bot: turn % Math.min(10, many.bots), to: stampNow() }]);
      changes += batch.length + 1;
      // No more than asked for, also after a batch that took its time.
      at = Math.max(at + EVERY, performance.now() - EVERY);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));
    }
  }
  const running = run();
  return {
    changes: () => changes,
    async stop() {
      stopped = true;
      await running;
    },
  };
}
