import type { Clock } from './types';

export interface Backoff {
  /** Milliseconds to wait before the next try. A wait the server asked for is kept, and a little more. */
  next(retryAfterMs?: number): number;
  reset(): void;
}

/** As client-go's reflector: 0.8 s, doubled up to 30 s, a quarter more or less by chance, from the start again after 2 healthy minutes. */
export function createBackoff(clock: Clock, { first = 800, most = 30_000, healthy = 120_000 } = {}): Backoff {
  let step = first;
  let until = -Infinity;
  return {
    next(retryAfterMs) {
      const now = clock.now();
      if (now - until > healthy) step = first;
      // Chance at the longest wait too: many clusters that were lost together are not to be asked in step.
      const own = Math.min(most, step) * (0.75 + clock.random() / 2);
      step = Math.min(most, step * 2);
      const wait = Math.round(retryAfterMs === undefined ? own : Math.max(own, retryAfterMs + clock.random() * 1000));
      until = now + wait;
      return wait;
    },
    reset() {
      step = first;
    },
  };
}

/** A wait that can be cut short. */
export interface Pause {
  /** Resolves after `ms`, or when woken; `null`: only when woken. */
  wait(ms: number | null): Promise<void>;
  wake(): void;
}

export function createPause(clock: Clock): Pause {
  let wake: (() => void) | null = null;
  return {
    wait(ms) {
      return new Promise((resolve) => {
        const stop = ms === null ? () => undefined : clock.after(ms, () => wake?.());
        wake = () => {
          wake = null;
          stop();
          resolve();
        };
      });
    },
    wake: () => wake?.(),
  };
}
