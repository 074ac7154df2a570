import type { AppError } from '../../shared/errors';
import type { ClusterInfo, ContextInfo, ContextList } from '../../shared/rows';

/** Why the grid shows no rows; decides what the trader is told to do. */
export type Emptiness =
  | { why: 'loading' }
  | { why: 'noContext' }
  | { why: 'noneOn'; count: number }
  | { why: 'connecting' }
  | { why: 'noneConnected'; failed: { id: string; name: string; error: AppError | null }[] }
  | { why: 'noBots'; names: string[] }
  | { why: 'noMatch' };

interface Facts {
  contexts: ContextList | null;
  clusters: readonly ClusterInfo[];
  /** All rows, before any filter. */
  total: number;
  shown: number;
}

/** null while there are rows to show. */
export function emptiness({ contexts, clusters, total, shown }: Facts): Emptiness | null {
  if (shown > 0) return null;
  if (total > 0) return { why: 'noMatch' };
  if (!contexts) return { why: 'loading' };
  const real = contexts.contexts.filter((context) => context.source.kind !== 'practice');
  const practising = contexts.contexts.some((context) => context.enabled && !real.includes(context));
  if (real.length === 0 && !practising) return { why: 'noContext' };
  const on = contexts.contexts.filter((context) => context.enabled);
  if (on.length === 0) return { why: 'noneOn', count: real.filter((context) => !context.problem).length };
  const live = clusters.filter((cluster) => cluster.status.phase === 'live');
  if (live.length > 0) return { why: 'noBots', names: live.map((cluster) => cluster.name) };
  const failed = on.filter(isFailed);
  if (failed.length < on.length) return { why: 'connecting' };
  return {
    why: 'noneConnected',
    failed: failed.map(({ id, displayName, name, problem, status }) => ({
      id,
      name: displayName || name,
      error: problem ?? status.error,
    })),
  };
}

function isFailed(context: ContextInfo): boolean {
  return context.problem !== null || context.status.phase === 'failed' || context.status.phase === 'stale';
}
