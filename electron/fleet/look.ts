import { toAppError } from '../../shared/errors';
import { LABEL } from '../bot/format';
import { recognise } from '../bot/recognise';
import { createBackoff, PAGE } from '../cluster';
import type { StatefulSet } from '../cluster/objects';
import { STATEFUL_SETS } from '../cluster/resources';
import { LASTING, newHealth, type Feed } from './feed';
import { proved } from './proof';
import type { WatchContext } from './scope';
import { slimWorkload } from './slim';

/** A lasting refusal is met again this rarely: rights are given by people. ms */
export const ASK_AGAIN = 600_000;
/** While the connection is down nothing is asked; when it is up again, so soon. ms */
const DOWN = 5_000;

export interface Found {
  /** Bots made by hand, as the table keeps them. */
  bots: StatefulSet[];
  /** How many workloads are none. */
  foreign: number;
}

export interface Look extends Feed {
  /** When the last one that found all began, null before. ms since 1970 */
  readonly foundAt: number | null;
  /** One is under way. */
  readonly running: boolean;
  /** The last one failed: it comes again by itself. */
  readonly failing: boolean;
  /** What one takes, by the last one. */
  readonly requests: number;
  /** Looks at once, and then every few minutes. */
  now(): void;
  /** Until `now`. */
  pause(): void;
}

export interface LookOptions {
  context: WatchContext;
  /** null: the whole cluster. */
  namespace: string | null;
  /** A list is asked for: what is learnt from now on is newer. */
  onBegin(): void;
  onFound(found: Found): void;
}

/**
 * Looks now and then through all workloads that lack the app's label, page after page, and keeps the bots among them: other people's
 * workloads come once a look and are gone with their page. The first one waits for its turn (`later`). Its health is that of a feed that never has
 * a last word.
 */
export function startLook({ context, namespace, onBegin, onFound }: LookOptions): Look {
  const { api, clock } = context;
  const health = newHealth();
  const backoff = createBackoff(clock, { first: 2_000, most: 60_000 });
  let running: AbortController | null = null;
  let failures = 0;
  let foundAt: number | null = null;
  let requests = 2;
  let cancel = context.later((done) => void run().finally(done));

  function due(ms: number): void {
    cancel();
    cancel = clock.after(ms, () => void run());
  }
  async function run(): Promise<void> {
    cancel();
    running?.abort();
    running = null;
    if (!context.live()) return due(DOWN);
    await look((running = new AbortController()));
  }
  async function look(control: AbortController): Promise<void> {
    const ask = { labelSelector: `!${LABEL.bot}` };
    const keep = (item: StatefulSet) => (recognise(item) === null ? null : slimWorkload(item));
    onBegin();
    const began = clock.now();
    try {
      const listed = api.list(STATEFUL_SETS, namespace, ask, { keep, signal: control.signal });
      const { items: all } = await proved(context, listed);
      if (control.signal.aborted) return;
      const bots = all.filter((item): item is StatefulSet => item !== null);
      requests = Math.max(1, Math.ceil(all.length / PAGE)) + 1;
      due(1000 * context.lookSeconds(requests));
      failures = 0;
      foundAt = began;
      Object.assign(health, { synced: true, error: null, lasting: false, retryAt: null });
      running = null;
      onFound({ bots, foreign: all.length - bots.length });
    } catch (thrown) {
      if (!control.signal.aborted) failed(thrown);
    }
    if (running === control) running = null;
    context.onHealth();
  }
  function failed(thrown: unknown): void {
    const error = toAppError(thrown);
    // Refused once: an API server that has just started does that.
    const lasting = ++failures > 1 && LASTING.has(error.code);
    const wait = lasting ? ASK_AGAIN : backoff.next(error.retryAfterMs);
    due(wait);
    if (failures > 1) Object.assign(health, { error, lasting, retryAt: clock.now() + wait });
  }
  function stop(): void {
    cancel();
    running?.abort();
    running = null;
  }

  function now(): void {
    failures = 0;
    due(0);
  }
  function pause(): void {
    stop();
    Object.assign(health, { error: null, lasting: false, retryAt: null });
  }
  return {
    health,
    get foundAt() {
      return foundAt;
    },
    get running() {
      return running !== null;
    },
    get failing() {
      return failures > 0;
    },
    get requests() {
      return requests;
    },
    ...{ now, kick: now, pause, dispose: stop },
  };
}
