import type { AppError, ErrorCode } from '../../shared/errors';
import type { ClusterInfo, ConnectionPhase, ContextList } from '../../shared/rows';

/** One cluster that is on, or a context that never led to one: what can be lost. */
export interface Line {
  /** The cluster's, or `context:` and the context's. */
  id: string;
  name: string;
  practice: boolean;
  phase: ConnectionPhase;
  error: AppError | null;
  /** By how much its clock is ahead, ms. */
  skewMs: number;
}

/** The trader is asked, or has done it: no news. */
const NO_NEWS: ReadonlySet<ErrorCode> = new Set(['PLUGIN_NOT_ALLOWED', 'CANCELLED']);

export function linesOf(clusters: readonly ClusterInfo[], list: ContextList | null): Line[] {
  const known = new Set(clusters.map(({ id }) => id));
  const lines = clusters.map(({ id, name, practice, status }): Line => {
    return { id, name, practice, phase: status.phase, error: status.error, skewMs: status.skewMs ?? 0 };
  });
  for (const context of list?.contexts ?? []) {
    if (!context.enabled || context.problem || (context.clusterId !== null && known.has(context.clusterId))) continue;
    const { phase, error } = context.status;
    const name = context.displayName || context.name;
    const practice = context.source.kind === 'practice';
    lines.push({ id: `context:${context.id}`, name, practice, phase, error, skewMs: 0 });
  }
  return lines;
}

export const isLost = ({ phase, error }: Line): boolean =>
  (phase === 'stale' || phase === 'failed') && !(error && NO_NEWS.has(error.code));
