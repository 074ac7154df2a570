import type { Dispose } from './types';

/** So many at a time, the others in order. */
export interface Limit {
  /** Resolves when it is one's turn, with what gives the turn to the next. Rejects when the signal aborts before. */
  enter(signal: AbortSignal): Promise<Dispose>;
}

export function createLimit(most: number): Limit {
  let inside = 0;
  const waiting = new Set<() => void>();

  function leaver(): Dispose {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside--;
      for (const next of waiting) return next();
    };
  }
  return {
    enter(signal) {
      return new Promise((resolve, reject) => {
        const refuse = () => {
          waiting.delete(begin);
          reject(signal.reason as Error);
        };
        const begin = () => {
          waiting.delete(begin);
          signal.removeEventListener('abort', refuse);
          inside++;
          resolve(leaver());
        };
        if (signal.aborted) return refuse();
        if (inside < most) return begin();
        waiting.add(begin);
        signal.addEventListener('abort', refuse, { once: true });
      });
    },
  };
}
