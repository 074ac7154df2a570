import type { Clock, Dispose } from '../cluster/types';

/** Asks for a turn: `run` is called when it comes, never at once, and calls `done` when the next may have its. Gives what calls it off. */
export type Turn = (run: (done: () => void) => void) => Dispose;

/** So many at a time, in order; one that takes longer than `patienceMs` holds up nobody. */
export function createTurns(clock: Clock, most: number, patienceMs: number): Turn {
  const waiting: (() => void)[] = [];
  let running = 0;
  let soon = false;

  function next(): void {
    if (soon || running >= most || waiting.length === 0) return;
    soon = true;
    clock.after(0, () => {
      soon = false;
      while (running < most && waiting.length > 0) waiting.shift()!();
    });
  }
  return (run) => {
    let over = false;
    let stop: Dispose = () => {};
    function done(): void {
      if (over) return;
      over = true;
      stop();
      running--;
      next();
    }
    function begin(): void {
      running++;
      stop = clock.after(patienceMs, done);
      run(done);
    }
    waiting.push(begin);
    next();
    return () => {
      const at = waiting.indexOf(begin);
      if (at >= 0) waiting.splice(at, 1);
    };
  };
}
