import type { Clock, Dispose } from '../cluster/types';

export interface Batch {
  /** Something changed: `flush` will run soon. */
  mark(): void;
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
  let disposed = false;

  function run(): void {
    cancel?.();
    cancel = null;
    lastAt = clock.now();
    if (flush() && !disposed) cancel ??= clock.after(0, run);
  }
  return {
    mark() {
      if (cancel || disposed) return;
      cancel = clock.after(Math.max(16, lastAt + everyMs() - clock.now()), run);
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
