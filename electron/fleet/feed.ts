import { toAppError, type AppError, type ErrorCode } from '../../shared/errors';
import { createBackoff } from '../cluster';
import type { KubeObject } from '../cluster/objects';
import type { Api, Clock, Dispose, Kept, Reflector, ReflectorOptions, Resource } from '../cluster/types';

/** What one watch looks at. `namespace` null: all. */
export interface Selection {
  namespace: string | null;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface FeedHealth {
  /** The list arrived and was taken over. */
  synced: boolean;
  lastWordAt: number | null;
  /** By how much that was older than the moment it was read, in whole steps of `BEHIND`, ms. */
  behindMs: number;
  error: AppError | null;
  /** Stopped until someone tries again. */
  lasting: boolean;
  retryAt: number | null;
}

export interface Feed {
  readonly health: FeedHealth;
  kick(): void;
  dispose: Dispose;
}

export type StartReflector = <T extends KubeObject>(options: ReflectorOptions<T>) => Reflector;

export interface FeedOptions<T extends KubeObject> {
  api: Api;
  clock: Clock;
  watchSeconds?(): number;
  everySeconds?(): number;
  start: StartReflector;
  resource: Resource;
  selection: Selection;
  /** What of an object the table keeps. */
  kept: Kept<T>;
  /** Proves that the far end is still the cluster these objects belong to; throws `Failure` WRONG_CLUSTER. */
  verify(): Promise<void>;
  /** It has just told who it is: the very first list needs no further proof. */
  proven(): boolean;
  replace(items: T[]): void;
  upsert(item: T): void;
  remove(item: T): void;
  onHealth(): void;
  /** The time of the last word differs, and nothing else. */
  onWord(): void;
  onWrongCluster(error: AppError): void;
}

/** How long a whole list waits before its cluster's identity is asked for again, longer each time, ms. */
const ASK_AGAIN = 3_000;
/** What is read later than this after it came is told to be late, ms. */
const BEHIND = 5_000;
/** Asking again cures none of these: the list waits until someone tries again. */
export const LASTING: ReadonlySet<ErrorCode> = new Set(['UNAUTHORIZED', 'FORBIDDEN', 'CERTIFICATE']);

/** Of a feed that has brought nothing yet. */
export const newHealth = (): FeedHealth => ({
  ...{ synced: false, lastWordAt: null, behindMs: 0 },
  ...{ error: null, lasting: false, retryAt: null },
});

/**
 * One watch into the table. A whole list may come from somewhere else than the last one (a context that was pointed to
 * another cluster, an address taken over), so it is only taken in after the cluster has proved to be the same;
 * what comes meanwhile waits in order.
 */
export function startFeed<T extends KubeObject>(options: FeedOptions<T>): Feed {
  const { api, clock, start, resource, selection, verify, onHealth, onWrongCluster } = options;
  const health = newHealth();
  let waiting: (() => void)[] | null = null;
  let round = 0;
  let disposed = false;
  let cancelAsk: Dispose = () => {};
  const backoff = createBackoff(clock, { first: ASK_AGAIN });
  /** Of the watch, and of the question who the far end is. */
  const trouble: { watch: AppError | null; proof: AppError | null } = { watch: null, proof: null };
  function judge(change: Partial<typeof trouble>): void {
    Object.assign(trouble, change);
    health.error = trouble.watch ?? trouble.proof;
    onHealth();
  }

  function take(items: T[]): void {
    options.replace(items);
    const later = waiting ?? [];
    waiting = null;
    for (const run of later) run();
    health.synced = true;
    judge({ proof: null });
  }
  function admit(items: T[], mine: number): void {
    if (!health.synced && options.proven()) return take(items);
    verify().then(
      () => {
        if (!disposed && mine === round) take(items);
      },
      (thrown: unknown) => {
        if (disposed || mine !== round) return;
        const error = toAppError(thrown);
        if (error.code === 'WRONG_CLUSTER') return onWrongCluster(error);
        judge({ proof: error });
        if (!LASTING.has(error.code))
          cancelAsk = clock.after(backoff.next(error.retryAfterMs), () => admit(items, mine));
      },
    );
  }
  function inOrder(run: () => void): void {
    if (waiting) waiting.push(run);
    else if (!disposed) run();
  }

  const reflector = start<T>({
    api,
    resource,
    ...selection,
    clock,
    watchSeconds: options.watchSeconds,
    everySeconds: options.everySeconds,
    kept: options.kept,
    onReplace(items) {
      if (disposed) return;
      cancelAsk();
      waiting = [];
      admit(items, ++round);
    },
    onUpsert: (item) => inOrder(() => options.upsert(item)),
    onRemove: (item) => inOrder(() => options.remove(item)),
    onWord(at) {
      const behindMs = Math.floor(Math.max(0, clock.now() - at) / BEHIND) * BEHIND;
      const first = health.lastWordAt === null;
      const news = first || behindMs !== health.behindMs;
      Object.assign(health, { lastWordAt: at, behindMs });
      (news ? onHealth : options.onWord)();
    },
    onTrouble(error, lasting, retryAt) {
      if (disposed) return;
      Object.assign(health, { lasting, retryAt });
      judge({ watch: error });
    },
  });

  return {
    health,
    kick: () => reflector.kick(),
    dispose() {
      disposed = true;
      cancelAsk();
      reflector.dispose();
    },
  };
}
