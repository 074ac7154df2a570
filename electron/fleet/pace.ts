import { READINGS_A_MINUTE } from '../../shared/readings';
import type { Clock, Dispose } from '../cluster/types';

/** On a cluster one at a time; beside one that has not ended after `SLOW` ms one more, so that a bot that does not answer holds up no other. */
const AT_ONCE = 2;
const SLOW = 5_000;

export interface Pace {
  /** Whether something may begin on this cluster now. */
  free(lane: string): boolean;
  /** Runs it; `onFree` is called when the next may begin. Never throws. */
  run(lane: string, work: () => Promise<void>): void;
  dispose: Dispose;
}

/**
 * The stated pace, held by construction: a gap after each beginning, never shorter than the pace allows and up to half as long again by chance,
 * so that several machines do not ask in step. Its end is told by its timer alone: a timer may come a moment before the clock says so.
 */
export function createPace(clock: Clock, onFree: () => void, perMinute = READINGS_A_MINUTE): Pace {
  const lanes = new Map<string, Set<{ slow: boolean }>>();
  const timers = new Set<Dispose>();
  let gap = false;

  function later(ms: number, run: () => void): Dispose {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      run();
      onFree();
    });
    timers.add(cancel);
    return () => (timers.delete(cancel), cancel());
  }

  return {
    free(lane) {
      const under = [...(lanes.get(lane) ?? [])];
      return !gap && under.length < AT_ONCE && under.every(({ slow }) => slow);
    },
    run(lane, work) {
      const mine = { slow: false };
      const under = lanes.get(lane) ?? new Set();
      lanes.set(lane, under.add(mine));
      gap = true;
      later((60_000 / perMinute) * (1 + clock.random() / 2), () => (gap = false));
      const cancel = later(SLOW, () => (mine.slow = true));
      void work()
        .catch(() => undefined)
        .then(() => {
          cancel();
          under.delete(mine);
          if (under.size === 0) lanes.delete(lane);
          onFree();
        });
    },
    dispose() {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
