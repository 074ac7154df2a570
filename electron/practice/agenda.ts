import type { Clock, Dispose } from '../cluster/types';

/** What a cluster has to do later, on one timer however much it is. */
export interface Agenda {
  now(): number;
  /** `ms` of the clock. */
  after(ms: number, run: () => void): Dispose;
  dispose(): void;
}

interface Item {
  at: number;
  order: number;
  run: (() => void) | null;
}

export function createAgenda(clock: Clock): Agenda {
  const heap: Item[] = [];
  let order = 0;
  let timer: { at: number; cancel: Dispose } | null = null;
  let disposed = false;

  const before = (a: Item, b: Item) => a.at < b.at || (a.at === b.at && a.order < b.order);
  function push(item: Item): void {
    let i = heap.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i]!, heap[parent]!)) break;
      [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
      i = parent;
    }
  }
  function pop(): Item {
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      for (let i = 0; ;) {
        let least = i;
        for (const child of [2 * i + 1, 2 * i + 2])
          if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
        if (least === i) break;
        [heap[i], heap[least]] = [heap[least]!, heap[i]!];
        i = least;
      }
    }
    return top;
  }
  function arm(): void {
    while (heap[0] && heap[0].run === null) pop();
    const next = heap[0];
    if (!next || disposed) return;
    if (timer && timer.at <= next.at) return;
    timer?.cancel();
    timer = { at: next.at, cancel: clock.after(Math.max(0, next.at - clock.now()), due) };
  }
  function due(): void {
    timer = null;
    const now = clock.now();
    while (!disposed && heap[0] && heap[0].at <= now) pop().run?.();
    arm();
  }

  return {
    now: () => clock.now(),
    after(ms, run) {
      const item: Item = { at: clock.now() + ms, order: order++, run };
      if (disposed) return () => undefined;
      push(item);
      arm();
      return () => (item.run = null);
    },
    dispose() {
      disposed = true;
      timer?.cancel();
      heap.length = 0;
    },
  };
}
