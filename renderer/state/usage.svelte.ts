import type { MetricsNews, Usage } from '../../shared/metrics';

/** Points kept of each bot, for its charts. */
const POINTS = 30;

// As with the rows: a plain map and a counter.
const known = new Map<string, Usage[]>();
let version = $state(0);
let clusters = $state.raw<Record<string, string>>({});

/** What bots use, as far as it was measured while they were in view. */
export const usage = {
  /** The last measure; it has its own time. */
  of: (id: string): Usage | undefined => (void version, known.get(id)?.at(-1)),
  /** Measures so far, oldest first. */
  history: (id: string): readonly Usage[] => (void version, known.get(id) ?? []),
  /** The same without following changes. */
  peek: (id: string): Usage | undefined => known.get(id)?.at(-1),
  /** Why a cluster gives none, as a sentence; '' where it does or was not asked. */
  why: (clusterId: string): string => clusters[clusterId] ?? '',
  take(news: MetricsNews) {
    for (const [id, next] of Object.entries(news.usage)) {
      const points = known.get(id) ?? [];
      if (points.at(-1)?.at === next.at) continue;
      known.set(id, [...points.slice(1 - POINTS), next]);
    }
    clusters = { ...clusters, ...news.clusters };
    version++;
  },
};
