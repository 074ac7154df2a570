import type { AppError } from '../../shared/errors';
import type { Dispose } from '../cluster/types';
import type { Feed } from './feed';
import { guardStreams } from './guard';
import { askNodes } from './nodes';
import { startScope, type Scope, type WatchContext } from './scope';

export interface WatchingHealth {
  /** All lists are in (or refused for good), bots made by hand included. */
  complete: boolean;
  /** Rows can be shown: the app's own bots are listed. */
  synced: boolean;
  /** The oldest of the watches' last words: rows are proved current up to here. */
  lastWordAt: number | null;
  error: AppError | null;
  retryAt: number | null;
}

export interface Watching {
  readonly contextId: string;
  health(): WatchingHealth;
  /** Names under which these watches' knowledge stands in the table. */
  sources(): Set<string>;
  /** Whether bots of a namespace are looked at, and '' or why they can't be judged. */
  blind(namespace: string): string;
  kick(): void;
  dispose: Dispose;
}

export interface WatchingOptions extends WatchContext {
  /** What to look at; null: the whole cluster. */
  namespaces: string[] | null;
  /** Where to look when the whole cluster is refused. */
  fallback: string[];
  onLostNodes(nodes: ReadonlySet<string>): void;
}

/**
 * Watches one cluster with one context's rights: workloads, the pods of the app's bots and, where there are any, the pods of bots
 * made by hand. That is at most three watches (for each namespace, where the sign-in sees single ones only), which `docs/budget.md` counts.
 */
export function startWatching(options: WatchingOptions): Watching {
  const { contextId } = options;
  let scopes: Scope[] = [];
  let disposed = false;
  const guarded = guardStreams(options.api, options.verify, options.onWrongCluster);
  const context: WatchContext = { ...options, api: guarded, onHealth: heard };

  function watch(namespaces: (string | null)[]): void {
    for (const scope of scopes) scope.dispose();
    scopes = namespaces.map((namespace) => startScope(context, namespace));
  }
  function heard(): void {
    if (disposed) return;
    const refused = scopes.some((scope) => scope.namespace === null && isRefused(scope.workloads));
    if (refused && options.fallback.length > 0) watch(options.fallback);
    options.onHealth();
  }

  const nodes = askNodes(options);
  watch(options.namespaces ?? [null]);
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
      const retries = troubled.map((feed) => feed.health.retryAt).filter((at): at is number => at !== null);
      return {
        synced: isSettled(),
        complete: isSettled() && scopes.every((scope) => scope.complete()),
        lastWordAt: words.length > 0 ? Math.min(...words) : null,
        error: troubled[0]?.health.error ?? null,
        retryAt: retries.length > 0 ? Math.min(...retries) : null,
      };
    },
    sources: () => new Set(scopes.flatMap((scope) => scope.sources())),
    blind(namespace) {
      const here = scopes.find((scope) => scope.namespace === null || scope.namespace === namespace);
      if (!here) return 'No context that is turned on looks at this namespace.';
      if (isRefused(here.workloads))
        return 'Your sign-in may not see the bots of this namespace (list statefulsets.apps).';
      if (isRefused(here.pods)) return 'Your sign-in may not see the pods of this namespace (list pods).';
      return '';
    },
    kick() {
      for (const feed of feeds()) feed.kick();
      nodes.kick();
    },
    dispose() {
      disposed = true;
      nodes.dispose();
      for (const scope of scopes) scope.dispose();
    },
  };
}

const isRefused = (feed: Feed) => feed.health.lasting && feed.health.error?.code === 'FORBIDDEN';
const hasListed = ({ workloads, pods }: Scope) =>
  [workloads, pods].every((feed) => feed.health.synced || isRefused(feed));
