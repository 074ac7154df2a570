import { whoDoesWhat, type Me } from '../../shared/marks';
import type { BotRow, ClusterInfo, OperationMark } from '../../shared/rows';

export type ActionId =
  'read' | 'log' | 'screen' | 'shell' | 'edit' | 'details' | 'start' | 'stop' | 'restart' | 'delete';

/** Those that make sense for one bot at a time. */
const SINGLE: readonly ActionId[] = ['screen', 'shell', 'edit', 'details'];
/** Starting and restarting change the workload as stopping does, so they need the same right. */
const NEEDS: Partial<Record<ActionId, string>> = { start: 'stop', restart: 'stop' };
/** Most tabs one press may open. */
const MOST_LOGS = 8;

export interface Ruling {
  enabled: boolean;
  /** Why not, as a sentence; '' when enabled. */
  why: string;
  /** The rows it would act on: those of the selection that allow it. */
  rows: BotRow[];
  /** Rows left out, each with its reason. */
  leftOut: { row: BotRow; why: string }[];
}

/** Before the settings are known every mark is someone's. */
const NOBODY: Me = { holder: '', installation: '' };

/**
 * Whether an action may be offered for these rows, by what the rows and their clusters say.
 * @param now ms since 1970, to tell whether an operation's mark has run out
 * @param me who this installation is, to tell its own marks from a namesake's
 */
export function rule(
  id: ActionId,
  rows: readonly BotRow[],
  clusterOf: (id: string) => ClusterInfo | undefined,
  now: number,
  me: Me = NOBODY,
): Ruling {
  const wrong = wrongCount(id, rows.length);
  if (wrong) return { enabled: false, why: wrong, rows: [], leftOut: [] };
  const judged = rows.map((row) => ({ row, why: refusal(id, row, clusterOf(row.clusterId), now, me) }));
  const allowed = judged.filter((one) => one.why === '').map((one) => one.row);
  const leftOut = judged.filter((one) => one.why !== '');
  return {
    enabled: allowed.length > 0,
    why: allowed.length > 0 ? '' : (leftOut[0]?.why ?? ''),
    rows: allowed,
    leftOut,
  };
}

/** What `rule` says of it without looking at more rows than it must: thousands may be picked, and each action is drawn anew as they change. */
export function offer(
  id: ActionId,
  rows: readonly BotRow[],
  clusterOf: (id: string) => ClusterInfo | undefined,
  now: number,
  me: Me = NOBODY,
): Pick<Ruling, 'enabled' | 'why'> {
  const wrong = wrongCount(id, rows.length);
  if (wrong) return { enabled: false, why: wrong };
  const refused = (row: BotRow) => refusal(id, row, clusterOf(row.clusterId), now, me);
  const enabled = rows.some((row) => refused(row) === '');
  return { enabled, why: enabled ? '' : refused(rows[0]!) };
}

function wrongCount(id: ActionId, count: number): string {
  if (count === 0) return 'Select a bot first.';
  if (count > 1 && SINGLE.includes(id)) return 'Select one bot only.';
  if (id === 'log' && count > MOST_LOGS) return `Select ${MOST_LOGS} bots at most: each log opens a tab.`;
  return '';
}

/** Why this row does not allow the action; '' when it does. */
export function refusal(
  id: ActionId,
  row: BotRow,
  cluster: ClusterInfo | undefined,
  now: number,
  me: Me = NOBODY,
): string {
  if (id === 'details') return '';
  const name = cluster?.name ?? 'The cluster';
  if (!cluster) return 'Its cluster is no longer connected.';
  if (cluster.status.phase !== 'live') return `${name} does not answer right now; what is shown is its last word.`;
  const missing = cluster.access?.missing.find(
    (right) => right.blocks === (NEEDS[id] ?? id) && (right.namespace === null || right.namespace === row.namespace),
  );
  if (missing)
    return `Your sign-in to ${name} lacks a right for this: ${missing.verb} ${missing.resource} in ${row.namespace}.`;
  if (id === 'edit') return '';
  if (id === 'log' || id === 'screen' || id === 'shell') return terminalRefusal(id, row);
  // Tried even where a right is missing: it is how a refusal is got over.
  if (id === 'read') return row.hasPod ? '' : 'It has no pod, so there is nothing to read.';
  return changeRefusal(id, row, now, me);
}

function terminalRefusal(id: ActionId, row: BotRow): string {
  if (!row.hasPod) return row.replicas === 0 ? 'The bot is stopped.' : 'The bot has no pod yet.';
  if (id === 'screen' && row.run === 'engine') return 'This bot has no screen of its own; its log tells what it does.';
  return '';
}

/** Why the bot's reporter can't be turned on or off; '' when it can. It changes the workload, as stopping does. */
export const reporterRefusal = (row: BotRow, cluster: ClusterInfo | undefined, now: number, me?: Me): string =>
  refusal('stop', { ...row, replicas: 1 }, cluster, now, me);

/** A mark is renewed long before it runs out; one of hours ahead comes from a clock that is wrong. ms */
const LONGEST_MARK = 300_000;
/**
 * Whether an operation's mark can still mean that someone works on the bot. Main looks closer before it acts; the offer must neither go
 * by a dead mark nor be held back for ever by a wrong clock.
 */
export const standing = ({ expiresAt }: OperationMark, now: number): boolean =>
  expiresAt > now && expiresAt - now <= LONGEST_MARK;

function changeRefusal(id: ActionId, row: BotRow, now: number, me: Me): string {
  if (!row.managed) return 'Made by hand: read-only here until it is adopted.';
  if (row.operation && standing(row.operation, now)) return `${whoDoesWhat(row.operation, row.name, me)}.`;
  if (id === 'start' && row.replicas > 0) return 'It is started already.';
  if (id === 'stop' && row.replicas === 0 && !row.hasPod) return 'It is stopped already.';
  if (id === 'restart' && row.replicas === 0) return 'It is stopped: start it instead.';
  return '';
}
