import { toAppError, type AppError } from '../../shared/errors';
import { LABEL } from '../bot/format';
import { recognise } from '../bot/recognise';
import type { KubeObject, StatefulSet } from '../cluster/objects';
import type { Dispose } from '../cluster/types';
import { handWatches, podsLackLabel } from './byhand';
import { startFeed, type Feed } from './feed';
import { guardStreams } from './guard';
import { startPair, type Pair, type WatchContext } from './pair';
import { NODES, STATEFUL_SETS } from '../cluster/resources';

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

/** Between two looks for bots made by hand, and before a failed look is tried again, ms. */
const LOOK_EVERY = 300_000;
const LOOK_AGAIN = 30_000;
/** Bots whose pods the label does not find are looked for soon; several that come at once, once. */
const LOOK_SOON = 500;
interface Node extends KubeObject {
  status?: { conditions?: { type: string; status: string }[] };
}

/** Watches one cluster with one context's rights: the app's bots by label, others by their own selectors. */
export function startWatching(options: WatchingOptions): Watching {
  const { api, clock, contextId, table } = options;
  let own: Pair[] = [];
  let byHand = new Map<string, Pair>();
  let looked = false;
  let looking = false;
  let disposed = false;
  let cancelLook: Dispose = () => {};
  let lookAgain = false;
  /** Labelled bots, by uid, whose pods are not labelled. */
  const alone = new Set<string>();
  const guarded = guardStreams(api, options.verify, options.onWrongCluster);
  const context: WatchContext = { ...options, api: guarded, onHealth: heard };

  function watchLabelled(namespaces: (string | null)[]): void {
    own = namespaces.map((namespace) => {
      const selection = { namespace, labelSelector: LABEL.bot };
      return startPair({ ...context, onWorkload: notice }, selection, selection);
    });
  }

  function heard(): void {
    if (disposed) return;
    const refused = own.find(
      (pair) => pair.namespace === null && isRefused(pair.workloads) && options.fallback.length > 0,
    );
    if (refused) {
      refused.dispose();
      watchLabelled(options.fallback);
    }
    if (!looked && !looking && own.length > 0 && own.every(isSettled)) void look();
    options.onHealth();
  }

  /** The label finds no pods of theirs: adopted while they ran, or labelled by hand. Once seen, watched as bots made by hand are. */
  function labelledAlone(): StatefulSet[] {
    const found = [...table.workloads.values()].filter((workload) => {
      const { uid, name, namespace = '' } = workload.metadata;
      const lacks = podsLackLabel(workload, table.row(namespace, name)?.hasPod === true);
      if (lacks) alone.add(uid);
      return lacks || alone.has(uid);
    });
    return found;
  }
  function notice({ metadata, spec }: StatefulSet): void {
    if (spec.template.metadata?.labels?.[LABEL.bot] !== undefined || alone.has(metadata.uid)) return;
    alone.add(metadata.uid);
    lookAgain = true;
    if (looked && !looking) lookIn(LOOK_SOON);
  }

  function lookIn(ms: number): void {
    cancelLook();
    cancelLook = clock.after(ms, () => void look());
  }

  /** A paged look over what carries no label of the app; what is a Hummingbot is watched from then on. */
  async function look(): Promise<void> {
    looking = true;
    lookAgain = false;
    cancelLook();
    let wait = LOOK_EVERY;
    try {
      const found: StatefulSet[] = [];
      for (const { namespace } of own.filter((pair) => !isRefused(pair.workloads))) {
        const query = { labelSelector: `!${LABEL.bot}`, limit: 250 };
        const { items } = await api.list<StatefulSet>(STATEFUL_SETS, namespace, query);
        found.push(...items.filter((item) => recognise(item) !== null));
      }
      if (disposed) return;
      watchFound([...found, ...labelledAlone()]);
      looked = true;
    } catch (thrown) {
      if (disposed) return;
      looked ||= toAppError(thrown).code === 'FORBIDDEN';
      wait = LOOK_AGAIN;
    } finally {
      looking = false;
    }
    lookIn(lookAgain ? LOOK_SOON : wait);
    options.onHealth();
  }

  function watchFound(found: StatefulSet[]): void {
    const before = byHand;
    byHand = new Map();
    for (const watch of handWatches(found)) {
      const id = JSON.stringify(watch);
      byHand.set(id, before.get(id) ?? startPair(context, watch.workloads, watch.pods));
      before.delete(id);
    }
    for (const gone of before.values()) gone.dispose();
  }

  const nodes = watchNodes({ ...options, api: guarded });
  watchLabelled(options.namespaces ?? [null]);
  const pairs = () => [...own, ...byHand.values()];
  const feeds = () => pairs().flatMap((pair) => pair.feeds);

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
        synced: own.length > 0 && own.every(isSettled),
        complete: looked && pairs().every(isSettled),
        lastWordAt: words.length > 0 ? Math.min(...words) : null,
        error: troubled[0]?.health.error ?? null,
        retryAt: retries.length > 0 ? Math.min(...retries) : null,
      };
    },
    sources: () => new Set(pairs().map((pair) => pair.source)),
    blind(namespace) {
      const here = own.find((pair) => pair.namespace === null || pair.namespace === namespace);
      if (!here) return 'No context that is turned on looks at this namespace.';
      if (isRefused(here.workloads))
        return 'Your sign-in may not see the bots of this namespace (list statefulsets.apps).';
      if (isRefused(here.pods)) return 'Your sign-in may not see the pods of this namespace (list pods).';
      return '';
    },
    kick() {
      for (const feed of [...feeds(), nodes]) feed.kick();
      if (looked && !looking) void look();
    },
    dispose() {
      disposed = true;
      cancelLook();
      for (const one of [...pairs(), nodes]) one.dispose();
    },
  };
}

/** Nodes that do not answer; a sign-in that may not see nodes simply does without. */
function watchNodes(options: WatchingOptions): Feed {
  const lost = new Set<string>();
  const judge = (node: Node) => {
    const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
    if (ready?.status === 'Unknown') lost.add(node.metadata.name);
    else lost.delete(node.metadata.name);
  };
  const tell = () => options.onLostNodes(new Set(lost));
  return startFeed<Node>({
    ...options,
    resource: NODES,
    selection: { namespace: null },
    replace(items) {
      lost.clear();
      items.forEach(judge);
      tell();
    },
    upsert: (node) => (judge(node), tell()),
    remove: (node) => (lost.delete(node.metadata.name), tell()),
    onHealth: () => {},
  });
}

const isRefused = (feed: Feed) => feed.health.lasting && feed.health.error?.code === 'FORBIDDEN';
const isSettled = (pair: Pair) => pair.feeds.every((feed) => feed.health.synced || isRefused(feed));
