import type { Clock } from './types';

/** Waits of a second and more end on a common beat, ms: fifty clusters that look round now and then wake the processor together, not one by one. */
const beatOf = (ms: number): number => (ms < 5_000 ? 250 : 1_000);

/** The real one. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const now = Date.now();
    // Node cuts off fractions: what waits for a moment would wake before it.
    const wait = ms < 1_000 ? Math.ceil(ms) : Math.ceil((now + ms) / beatOf(ms)) * beatOf(ms) - now;
    const timer = setTimeout(run, wait);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
