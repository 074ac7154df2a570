import type { Clock, Dispose } from '../cluster/types';
import type { Turn } from './turns';

/** How often it is looked whether it is quiet, ms. */
const LOOK = 200;

/**
 * Turns for what no row waits for: in order, once nothing is `busy` any more, or `patienceMs` after they were asked for. So a fleet that is
 * turned on has its rows first.
 */
export function createLater(clock: Clock, turn: Turn, busy: () => boolean, patienceMs: number): Turn {
  const waiting = new Set<() => void>();
  let looking = false;

  function look(): void {
    looking = false;
    if (!busy()) for (const begin of [...waiting]) begin();
    lookSoon(LOOK);
  }
  function lookSoon(ms: number): void {
    if (looking || waiting.size === 0) return;
    looking = true;
    clock.after(ms, look);
  }
  return (run) => {
    let callOff: Dispose = () => {};
    const begin = () => {
      cancel();
      callOff = turn(run);
    };
    const stopWaiting = clock.after(patienceMs, begin);
    const cancel = () => {
      stopWaiting();
      waiting.delete(begin);
      callOff();
    };
    waiting.add(begin);
    lookSoon(0);
    return cancel;
  };
}
