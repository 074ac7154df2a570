import type { Clock, Dispose } from '../cluster/types';

/** Readings by exec: at most one at a time on a cluster, and so many a minute for the whole fleet, whoever asks for them. */
export const READINGS_A_MINUTE = 30;

export interface Pace {
  /** Whether something may begin on this cluster now. */
  free(lane: string): boolean;
  /** Runs it; `onFree` is called when the next may begin. Never throws. */
  run(lane: string, work: () => Promise<void>): void;
  dispose: Dispose;
}

/**
 * The stated pace, held by construction: a gap after each beginning, never shorter than the pace allows and up to half as long again by chance,
 * so that several machines do not ask in step.
 */
export function createPace(clock: Clock, onFree: () => void, perMinute = READINGS_A_MINUTE): Pace {
  const busy = new Set<string>();
  let nextAt = -Infinity;
  let cancel: Dispose = () => {};
  return {
    free: (lane) => clock.now() >= nextAt && !busy.has(lane),
    run(lane, work) {
      busy.add(lane);
      const gap = (60_000 / perMinute) * (1 + clock.random() / 2);
      nextAt = clock.now() + gap;
      cancel();
      cancel = clock.after(gap, onFree);
      void work()
        .catch(() => undefined)
        .then(() => {
          busy.delete(lane);
          onFree();
        });
    },
    dispose: () => cancel(),
  };
}
