import type { Clock, Dispose } from '../cluster/types';

/** The pace of all that the app asks by itself beside watches and looks. */
export interface Spare {
  /** Resolves when one more request may go out; kinds (`metrics`, `events`, …) have their turns one after the other. One not `wanted` any more costs nothing. */
  turn(kind: string, wanted?: () => boolean): Promise<void>;
  /** The same, but at once while little has been asked ahead: for what a row waits for. Paid back by turns that nobody else gets. */
  soon(kind: string): Promise<void>;
  /** A request more than the turn was for: the next turn comes so much later. */
  spend(): void;
  dispose: Dispose;
}

/** More than is ever owed, ms: the clock was set back. */
const TOO_FAR = 900_000;
/** So many may be asked ahead, in the whole fleet. */
const AHEAD = 4;

/** Never two requests closer than `perSecond()` allows, whoever asks, and none saved up for later. */
export function createSpare(clock: Clock, perSecond: () => number): Spare {
  const waiting = new Map<string, { run: () => void; wanted: () => boolean }[]>();
  let nextAt = -Infinity;
  let cancel: Dispose | null = null;
  let disposed = false;
  let ahead = 0;
  let paying = false;

  function next(): void {
    if (cancel || disposed || waiting.size === 0) return;
    cancel = clock.after(owed(), () => {
      cancel = null;
      // More was spent meanwhile.
      if (owed() > 0) return next();
      const [kind, queue] = waiting.entries().next().value!;
      waiting.delete(kind);
      const { run, wanted } = queue.shift()!;
      // Behind the other kinds.
      if (queue.length > 0) waiting.set(kind, queue);
      if (wanted()) spend();
      run();
      next();
    });
  }
  function owed(): number {
    if (nextAt - clock.now() > TOO_FAR) nextAt = clock.now();
    return Math.max(0, nextAt - clock.now());
  }
  function spend(): void {
    nextAt = Math.max(nextAt, clock.now()) + 1000 / perSecond();
  }
  function turn(kind: string, wanted = () => true): Promise<void> {
    return new Promise((run) => {
      waiting.set(kind, [...(waiting.get(kind) ?? []), { run, wanted }]);
      next();
    });
  }
  /** In turn with the others, so that these are never held up for good. */
  async function payBack(): Promise<void> {
    paying = true;
    while (ahead > 0) {
      await turn('paid back');
      ahead--;
    }
    paying = false;
  }

  return {
    turn,
    soon(kind) {
      if (ahead >= AHEAD || waiting.has(kind)) return turn(kind);
      ahead++;
      if (!paying) void payBack();
      return Promise.resolve();
    },
    spend,
    dispose() {
      disposed = true;
      cancel?.();
      waiting.clear();
    },
  };
}
