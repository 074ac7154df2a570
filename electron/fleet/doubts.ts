import { toAppError } from '../../shared/errors';
import { createBackoff } from '../cluster';
import type { KubeList, StatefulSet } from '../cluster/objects';
import { pathOf, query, STATEFUL_SETS } from '../cluster/resources';
import type { Dispose } from '../cluster/types';
import { LASTING } from './feed';
import { ASK_AGAIN } from './look';
import { proved } from './proof';
import type { WatchContext } from './scope';
import { slimWorkload } from './slim';

const AT_ONCE = 4;
/** While the connection is down nothing is asked. ms */
const DOWN = 3_000;

/** Single workloads of which no watch tells how they are now. */
export interface Doubts {
  /** `key`: `namespace/name`. Whoever asks while it is being asked for gets a newer answer. */
  ask(key: string): void;
  has(key: string): boolean;
  clear(): void;
  kick(): void;
  dispose: Dispose;
}

/** Asks for single workloads by name, a few at a time, until there is an answer, as the table keeps it; null: there is no such workload. */
export function createDoubts(
  context: WatchContext,
  answer: (key: string, workload: StatefulSet | null) => void,
): Doubts {
  const { api, clock } = context;
  const waiting = new Set<string>();
  const running = new Map<string, AbortController>();
  const backoff = createBackoff(clock);
  let heldUntil = 0;
  let refusals = 0;
  let cancel: Dispose = () => {};

  function next(): void {
    const wait = context.live() ? heldUntil - clock.now() : DOWN;
    if (waiting.size === 0) return;
    if (wait > 0) {
      cancel();
      cancel = clock.after(wait, next);
      return;
    }
    for (const key of waiting) {
      if (running.size >= AT_ONCE) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      const control = new AbortController();
      running.set(key, control);
      void run(key, control);
    }
  }
  async function run(key: string, control: AbortController): Promise<void> {
    const { signal } = control;
    const [namespace = '', name = ''] = key.split('/');
    // A list: who may list and watch may not always get.
    const path = pathOf(STATEFUL_SETS, namespace) + query({ fieldSelector: `metadata.name=${name}` });
    try {
      const { items } = await proved(context, api.raw<KubeList<StatefulSet>>('GET', path, undefined, { signal }));
      if (signal.aborted) return;
      running.delete(key);
      refusals = 0;
      if (!waiting.has(key)) answer(key, items?.[0] ? slimWorkload(items[0]) : null);
    } catch (thrown) {
      if (signal.aborted) return;
      running.delete(key);
      waiting.add(key);
      const error = toAppError(thrown);
      const lasting = LASTING.has(error.code) && ++refusals > 1;
      heldUntil = clock.now() + (lasting ? ASK_AGAIN : backoff.next(error.retryAfterMs));
    }
    next();
  }
  function clear(): void {
    cancel();
    waiting.clear();
    for (const control of running.values()) control.abort();
    running.clear();
  }

  return {
    ask(key) {
      waiting.add(key);
      next();
    },
    has: (key) => waiting.has(key) || running.has(key),
    clear,
    kick() {
      heldUntil = refusals = 0;
      backoff.reset();
      next();
    },
    dispose: clear,
  };
}
