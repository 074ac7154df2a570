/** So long work that comes in small parts may go on before all else has its turn, ms. */
const SLICE = 8;

let ends = 0;
let next: Promise<void> | null = null;

/**
 * Resolves when there is time: at once within a slice that has begun, else after what waits for its turn. Many watches bring much at once,
 * and without this the main process would hear of nothing else until all is read; what is not taken stays with the server meanwhile.
 */
export async function whenTime(): Promise<void> {
  while (!isTime()) {
    next ??= new Promise((resolve) =>
      setImmediate(() => {
        next = null;
        ends = performance.now() + SLICE;
        resolve();
      }),
    );
    await next;
  }
}

export const isTime = (): boolean => performance.now() < ends;
