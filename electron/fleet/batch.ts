import type { Clock, Dispose } from '../cluster/types';

export interface Batch {
  /** Something changed: `flush` will run soon. */
  mark(): void;
  /** What waits need not wait longer than it would from now on. */
  hasten(): void;
  /** Now, if anything waits. */
  flush(): void;
  dispose: Dispose;
}

/**
 * Gathers changes: the first after a quiet time is told within a frame (16 ms), a stream of them every `everyMs`, so
 * that a single change feels immediate and a storm costs ten messages a second.
 */
export function createBatch(options: {
  clock: Clock;
  everyMs?(): number;
  /** True: there is more than may be told in one go; the rest follows at once, after whatever else waits. */
  flush(): boolean | void;
}): Batch {
  const { clock, everyMs = () => 100, flush } = options;
  let cancel: Dispose | null = null;
  let lastAt = -Infinity;
  let dueAt = 0;
  let disposed = false;

  function run(): void {
    cancel?.();
    cancel = null;
    lastAt = clock.now();
    if (flush() && !disposed && !cancel) wait(0);
  }
  function wait(ms: number): void {
    cancel?.();
    dueAt = clock.now() + ms;
    cancel = clock.after(ms, run);
  }
  const owed = () => Math.max(16, lastAt + everyMs() - clock.now());
  return {
    mark() {
      if (!cancel && !disposed) wait(owed());
    },
    hasten() {
      if (!cancel) return;
      const ms = owed();
      if (clock.now() + ms < dueAt) wait(ms);
    },
    flush() {
      if (cancel && !disposed) run();
    },
    dispose() {
      disposed = true;
      cancel?.();
      cancel = null;
    },
  };
}
