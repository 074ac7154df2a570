import type { AppError } from '../../shared/errors';
import type { Dispose } from '../cluster/types';
import { guardStreams } from './guard';
import { followRights, isRefused } from './rights';
import { startScope, type Scope, type WatchContext } from './scope';
import { beat } from './watchSeconds';

export interface WatchingHealth {
  /** All lists are in (or refused for good), bots made by hand included. */
  complete: boolean;
  /** Rows can be shown: the app's own bots are listed. */
  synced: boolean;
  /** The oldest of the watches' last words: rows are proved current up to here. */
  lastWordAt: number | null;
  /** What waits longest to be read waits so long, ms. */
  behindMs: number;
  /** Where not everything is watched: the oldest look. */
  lookedAt: number | null;
  error: AppError | null;
  retryAt: number | null;
}

export interface Watching {
  readonly contextId: string;
  health(): WatchingHealth;
  /** Names under which these watches' knowledge stands in the table. */
  sources(): Set<string>;
  looksAt(namespace: string): boolean;
  /** How many namespaces, or 1 for all of them: each is asked for by itself. */
  scopes(): number;
  /** Watches that are refused: what `blind` says hangs on them. */
  refused(): string;
  /** Whether bots of a namespace are looked at, and '' or why they can't be judged. */
  blind(namespace: string): string;
  kick(): void;
  /** The app did something to a bot of the namespace. */
  look(namespace: string): void;
  dispose: Dispose;
}

export interface WatchingOptions extends WatchContext {
  /** What to look at; null: the whole cluster. */
  namespaces: string[] | null;
  /** Where to look when the whole cluster is refused. */
  fallback: string[];
  /** Of single namespaces so many are watched; the others are listed now and then. */
  watched: number;
  /** How often, in seconds. */
  listSeconds(): number;
  /** Whether any context looks at it. */
  isLookedAt(namespace: string): boolean;
  /** What its sign-in may do has changed. */
  onRights(): void;
}

/**
 * Watches one cluster with one context's rights: workloads, the pods of the app's bots and, where there are any, the pods of bots
 * made by hand. That is at most three watches at any time, as `docs/budget.md` tells. Where the sign-in sees single namespaces only it is
 * three for each of the first `watched`; what lies in the others is listed now and then (`listSeconds`).
 */
export function startWatching(options: WatchingOptions): Watching {
  const { contextId } = options;
  let scopes: Scope[] = [];
  let disposed = false;
  const guarded = guardStreams(options);
  const context: WatchContext = { ...options, api: guarded, onHealth: heard };

  function watch(namespaces: (string | null)[]): void {
    for (const scope of scopes) scope.dispose();
    scopes = namespaces.map((namespace, index) => {
      const listed = namespace !== null && index >= options.watched;
      const everySeconds = listed ? beat(options.clock, options.listSeconds) : undefined;
      return startScope({ ...context, everySeconds }, namespace);
    });
  }
  function heard(): void {
    if (disposed) return;
    const refused = scopes.find((scope) => scope.namespace === null && isRefused(scope.workloads));
    if (refused && options.fallback.length > 0) {
      if (refused.workloads.health.synced) options.onRights();
      watch(options.fallback);
    }
    rights.heard();
    options.onHealth();
  }

  const told = () => scopes.flatMap(({ workloads, pods }) => [workloads, pods]);
  const rights = followRights({
    api: options.api,
    clock: options.clock,
    live: options.live,
    spare: options.spare,
    feeds: told,
    onChange: options.onRights,
    elsewhere: () =>
      scopes.some((scope) => scope.namespace === null)
        ? []
        : [null, ...options.fallback.filter((namespace) => !options.isLookedAt(namespace))],
  });
  watch(options.namespaces ?? [null]);
  const lookingAt = (namespace: string) =>
    scopes.find((scope) => scope.namespace === null || scope.namespace === namespace);
  const feeds = () => scopes.flatMap((scope) => scope.feeds());
  const isSettled = () => scopes.length > 0 && scopes.every(hasListed);

  return {
    contextId,
    health() {
      const all = feeds();
      const troubled = all.filter(
        (feed) => feed.health.error && !(isRefused(feed) && all.some((one) => !isRefused(one))),
      );
      // A watch that has brought nothing yet has no rows that could be old.
      const words = all.flatMap(({ health }) => (health.synced && health.lastWordAt ? [health.lastWordAt] : []));
      const looks = scopes.flatMap((scope) => scope.lookedAt() ?? []);
      const retries = troubled.map((feed) => feed.health.retryAt).filter((at): at is number => at !== null);
      return {
        synced: isSettled(),
        complete: isSettled() && scopes.every((scope) => scope.complete()),
        lastWordAt: words.length > 0 ? Math.min(...words) : null,
        behindMs: Math.max(0, ...all.map(({ health }) => health.behindMs)),
        lookedAt: looks.length > 0 ? Math.min(...looks) : null,
        error: troubled[0]?.health.error ?? null,
        retryAt: retries.length > 0 ? Math.min(...retries) : null,
      };
    },
    sources: () => new Set(scopes.flatMap((scope) => scope.sources())),
    looksAt: (namespace) => lookingAt(namespace) !== undefined,
    scopes: () => scopes.length,
    refused: () =>
      scopes.flatMap((scope) => [scope.namespace, isRefused(scope.workloads), isRefused(scope.pods)]).join(),
    blind(namespace) {
      const here = lookingAt(namespace);
      if (!here) return 'No sign-in that is on may see this namespace now; this is the last word on it.';
      if (isRefused(here.workloads))
        return 'Your sign-in may not see the bots of this namespace (list statefulsets.apps).';
      if (isRefused(here.pods)) return 'Your sign-in may not see the pods of this namespace (list pods).';
      return '';
    },
    kick() {
      for (const scope of scopes) scope.kick();
    },
    look: (namespace) => lookingAt(namespace)?.look(),
    dispose() {
      disposed = true;
      rights.dispose();
      for (const scope of scopes) scope.dispose();
    },
  };
}

const hasListed = ({ workloads, pods }: Scope) =>
  [workloads, pods].every((feed) => feed.health.synced || isRefused(feed));
