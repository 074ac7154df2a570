import type { Clock } from './types';

/** The real one. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    // Node cuts off fractions: what waits for a moment would wake before it.
    const timer = setTimeout(run, Math.ceil(ms));
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
