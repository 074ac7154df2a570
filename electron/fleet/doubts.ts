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
/** The question, and who the far end is. */
const EACH = 2;
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

export interface DoubtsOptions {
  context: WatchContext;
  /** As the table keeps it; null: there is no such workload. */
  answer(key: string, workload: StatefulSet | null): void;
  /** What a look at all of them takes; null: none can be had now. One that is under way is not to begin anew. */
  lookRequests(): number | null;
  /** A look tells of them all, for less. */
  look(): void;
}

/**
 * Asks for single workloads by name, a few at a time, until there is an answer. Out of the fleet's pace for what is asked by itself, ahead of it
 * while they are few, as a row waits; where more wait for their turn than a look at all would take they get that.
 */
export function createDoubts({ context, answer, lookRequests, look }: DoubtsOptions): Doubts {
  const { api, clock, spare } = context;
  const waiting = new Set<string>();
  const running = new Map<string, AbortController>();
  const backoff = createBackoff(clock);
  let heldUntil = 0;
  let refusals = 0;
  let hasTurn = false;
  let cancel: Dispose = () => {};

  const free = () => (running.size < AT_ONCE ? [...waiting].find((key) => !running.has(key)) : undefined);
  function next(): void {
    if (hasTurn || free() === undefined) return;
    const wait = context.live() ? heldUntil - clock.now() : DOWN;
    cancel();
    if (wait > 0) {
      cancel = clock.after(wait, next);
      return;
    }
    hasTurn = true;
    void spare.soon('workloads').then(() => {
      hasTurn = false;
      begin();
      next();
    });
  }
  function begin(): void {
    const key = free();
    // Things may have changed while it waited for its turn.
    if (key === undefined || !context.live() || heldUntil > clock.now()) return;
    const requests = lookRequests();
    if (requests !== null && waiting.size * EACH > requests) {
      // Who is asked again while it is being asked for still gets a newer answer.
      for (const each of waiting) if (!running.has(each)) waiting.delete(each);
      for (let more = 1; more < requests; more++) spare.spend();
      return look();
    }
    waiting.delete(key);
    spare.spend();
    const control = new AbortController();
    running.set(key, control);
    void run(key, control);
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
