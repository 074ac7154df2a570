import { toAppError, type AppError } from '../../shared/errors';
import type { AccessSummary, ConnectionStatus } from '../../shared/rows';
import { WATCHED_NAMESPACES } from '../../shared/watched';
import type { KubeObject } from '../cluster/objects';
import type { Clock, Connection, Dispose } from '../cluster/types';
import { createBatch } from './batch';
import type { StartReflector } from './feed';
import { firm } from './firm';
import { assign, bestFor, combinedAccess, type Assignment } from './identity';
import { askNodes } from './nodes';
import { askRefusals } from './refusals';
import type { Spare } from './spare';
import { createTable, type ClusterTable } from './table';
import type { Turn } from './turns';
import { startWatching, type Watching } from './watching';

/** A context that leads to a cluster. */
export interface Member {
  contextId: string;
  connection: Connection;
  /** What it knows the cluster by: its uid, or, without the right to read that, its address. */
  identity: string;
  /** Where to look when the whole cluster is refused. */
  fallback: string[];
  /** Place in the trader's order. */
  order: number;
  /** When it told its identity. ms since 1970 */
  joinedAt: number;
}

/** One cluster, by identity: its table and the contexts that lead to it. */
export interface Group {
  readonly id: string;
  readonly table: ClusterTable;
  /** Every context that ever fed it. */
  readonly origins: ReadonlySet<string>;
  /** All of its lists were in once. */
  readonly listed: boolean;
  join(member: Member): void;
  /** The context is off, gone or elsewhere; with a reason the rows stay as they were last. */
  leave(contextId: string, reason: AppError | null): void;
  /** A member's status, access or rights changed. */
  update(): void;
  members(): Member[];
  /** Parts of the cluster that are asked for by themselves: one, or so many namespaces. */
  scopes(): number;
  best(namespace?: string): Member | undefined;
  /** What the contexts that lead to it may do together. */
  access(): AccessSummary | null;
  /** Throws `Failure` WRONG_CLUSTER unless a member's server is this cluster, asked now. */
  verify(member: Member): Promise<void>;
  status(): ConnectionStatus;
  /** How a context is doing, by its connection's status and its own watches. */
  statusOf(contextId: string, own: ConnectionStatus): ConnectionStatus;
  kick(contextId?: string): void;
  /** The app did something to a bot of the namespace: where it is not watched it is listed anew. */
  look(namespace: string): void;
  dispose: Dispose;
}

export interface GroupOptions {
  id: string;
  clock: Clock;
  reflect: StartReflector;
  /** How long watches are asked for. */
  watchSeconds(): number;
  /** When what is not watched is listed again. */
  listSeconds(): number;
  /** When a look that takes so many requests is due again. */
  lookSeconds(requests: number): number;
  spare: Spare;
  later: Turn;
  /** Rows will differ. */
  onRows(): void;
  /** Status may differ. */
  onStatus(): void;
  /** The time of a last word differs, and nothing else. */
  onWord(): void;
  /** A member answered as another cluster. */
  onWrongCluster(contextId: string, error: AppError): void;
}

/** So long after a context told its cluster's identity its first lists need no proof of their own, and its watches none at once, ms. */
const PROVEN_FOR = 2_000;
const TICK = 10_000;
/** So long the time of a last word may wait, ms. */
const WORD = 5_000;

export function createGroup(options: GroupOptions): Group {
  const { id, clock, onStatus } = options;
  const members = new Map<string, Member>();
  const origins = new Set<string>();
  const table = createTable({
    clusterId: id,
    clock,
    serverNow: () => clock.now() + (best()?.connection.status.skewMs ?? 0),
    onDirty() {
      options.onRows();
      refusals.stir();
    },
  });
  const refusals = askRefusals({ table, clock, spare: options.spare, apiFor });
  /** Once for the cluster, over who watches: their watches prove that it is still the same one. */
  const nodes = askNodes({ table, clock, spare: options.spare, signIns });
  function signIns() {
    const watching = new Set(running().map(({ contextId }) => contextId));
    return views()
      .filter(({ contextId, phase }) => phase === 'live' && watching.has(contextId))
      .map(({ contextId, member }) => ({ contextId, api: member.connection.api }));
  }
  function apiFor(namespace: string) {
    const connection = best(namespace)?.connection;
    return connection?.status.phase === 'live' ? connection.api : null;
  }
  let watchings = new Map<string, { assignment: Assignment; watching: Watching }>();
  let pruned = '';
  /** A context was turned off or leads elsewhere: what it alone knew goes. Rights that were lost are no such reason. */
  let left = false;
  let refused = '';
  let everSynced = false;
  let lastWordAt: number | null = null;
  let reason: AppError | null = null;
  /** What the watches' health was when it was last told. */
  let toldHealth = '';
  let told: { phase: string; since: number } = { phase: 'connecting', since: clock.now() };
  let cancelTick = clock.after(TICK, tick);
  /** Every byte of every watch is a word; what follows from them is worked out ten times a second at most, and of a mere word when others are. */
  const health = createBatch({ clock, flush: heard });
  let cancelWord: (() => void) | null = null;
  function word(): void {
    cancelWord ??= clock.after(WORD, () => {
      cancelWord = null;
      heard();
    });
  }

  function tick(): void {
    table.tick();
    cancelTick = clock.after(TICK, tick);
  }
  const views = () =>
    [...members.values()]
      .sort((a, b) => a.order - b.order)
      .map((member) => ({
        member,
        contextId: member.contextId,
        phase: member.connection.status.phase,
        access: member.connection.access,
      }));
  const best = (namespace?: string) => bestFor(views(), namespace)?.member;

  function replan(): void {
    const current = [...watchings.values()].map(({ assignment }) => assignment);
    const next = new Map<string, { assignment: Assignment; watching: Watching }>();
    let watched = WATCHED_NAMESPACES;
    for (const assignment of assign(views(), current)) {
      const key = JSON.stringify([assignment, watched]);
      next.set(key, watchings.get(key) ?? { assignment, watching: begin(assignment, watched) });
      watched = Math.max(0, watched - (assignment.namespaces?.length ?? 0));
    }
    const before = watchings;
    watchings = next;
    let changed = false;
    for (const [key, { watching }] of before) {
      if (next.get(key)?.watching === watching) continue;
      watching.dispose();
      changed = true;
    }
    if (!changed && next.size === before.size) return;
    pruned = '';
    if (next.size > 0) table.setBlind(blind);
    heard();
  }

  /** Who knows the address alone can't tell when another cluster stands there; one who reads the uid is asked as well. */
  async function verify(member: Member): Promise<void> {
    const witness = [...members.values()].find((one) => one.identity === id && one.connection.status.phase === 'live');
    const asked = member.identity === id || !witness ? [member] : [member, witness];
    await Promise.all(
      asked.map(async (one) => {
        try {
          await one.connection.verify(one.identity);
        } catch (thrown) {
          const error = toAppError(thrown);
          if (one === witness && error.code === 'WRONG_CLUSTER') options.onWrongCluster(one.contextId, error);
          throw thrown;
        }
      }),
    );
  }

  function begin(assignment: Assignment, watched: number): Watching {
    const member = members.get(assignment.contextId)!;
    const { connection, fallback, joinedAt } = member;
    return startWatching({
      contextId: assignment.contextId,
      api: connection.api,
      clock,
      start: options.reflect,
      table,
      watchSeconds: options.watchSeconds,
      lookSeconds: options.lookSeconds,
      listSeconds: options.listSeconds,
      watched,
      spare: options.spare,
      later: options.later,
      live: () => connection.status.phase === 'live',
      verify: () => verify(member),
      proven: () => clock.now() - joinedAt < PROVEN_FOR,
      namespaces: assignment.namespaces,
      fallback,
      onHealth: health.mark,
      onWord: word,
      isLookedAt: (namespace) => isLookedAt(namespace),
      onRights: () => connection.retry(),
      onWrongCluster: (error) => options.onWrongCluster(assignment.contextId, error),
    });
  }

  const running = () => [...watchings.values()].map(({ watching }) => watching);
  function blind(namespace: string): string {
    const reasons = running().map((watching) => watching.blind(namespace));
    return reasons.includes('') ? '' : (reasons[0] ?? '');
  }

  const isLookedAt = (namespace: string) => running().some((watching) => watching.looksAt(namespace));

  /** What other contexts, or watches that ended, knew before is only forgotten once those who watch now have seen everything. */
  function heard(): void {
    const healths = running().map((watching) => watching.health());
    const all = running().length > 0;
    everSynced ||= all && healths.every((health) => health.synced);
    const sources = new Set(running().flatMap((watching) => [...watching.sources()]));
    const now = [...sources].join('\n');
    if (all && pruned !== now && healths.every((health) => health.complete)) {
      pruned = now;
      const unseen = ({ metadata }: KubeObject) => !left && !isLookedAt(metadata.namespace ?? '');
      table.workloads.keepSources(sources, unseen);
      table.pods.keepSources(sources, unseen);
      left = false;
      table.setBlind(blind);
    }
    const refusals = running()
      .map((watching) => watching.refused())
      .join();
    if (refusals !== refused) {
      refused = refusals;
      table.setBlind(blind);
    }
    const words = healths.map((health) => health.lastWordAt);
    if (all && words.every((word): word is number => word !== null))
      lastWordAt = Math.max(lastWordAt ?? 0, Math.min(...words));
    const known = firm(now, refusals, healths);
    if (known === toldHealth) return options.onWord();
    toldHealth = known;
    onStatus();
  }

  function status(): ConnectionStatus {
    const connection = running()[0] && members.get(running()[0]!.contextId)?.connection.status;
    const healths = running().map((watching) => watching.health());
    const troubled = healths.find((health) => health.error);
    const looks = healths.flatMap((health) => health.lookedAt ?? []);
    const synced = healths.length > 0 && healths.every((health) => health.synced);
    const down = connection && connection.phase !== 'live' && connection.phase !== 'connecting' ? connection : null;
    const error = down?.error ?? troubled?.error ?? (members.size === 0 ? reason : null);
    const lost = error !== null || members.size === 0 || down !== null;
    const phase = synced && !lost ? 'live' : everSynced ? 'stale' : lost ? 'failed' : 'connecting';
    if (phase !== told.phase) told = { phase, since: clock.now() };
    return {
      phase,
      since: told.since,
      lastWordAt,
      behindMs: Math.max(0, ...healths.map((health) => health.behindMs)),
      lookedAt: looks.length > 0 ? Math.min(...looks) : null,
      error,
      retryAt: down?.retryAt ?? troubled?.retryAt ?? null,
      serverVersion: connection?.serverVersion ?? '',
      slow: connection?.slow ?? false,
      skewMs: connection?.skewMs ?? 0,
    };
  }

  return {
    id,
    table,
    origins,
    get listed() {
      return everSynced;
    },
    join(member) {
      members.set(member.contextId, member);
      origins.add(member.contextId);
      reason = null;
      replan();
      onStatus();
    },
    leave(contextId, why) {
      if (!members.has(contextId)) return;
      // What its watches told and nobody heard yet counts: rows that were shown are stale, not failed.
      health.flush();
      members.delete(contextId);
      left = true;
      if (members.size === 0) reason = why;
      replan();
      onStatus();
    },
    update() {
      replan();
      onStatus();
    },
    scopes() {
      const watched = running().reduce((sum, watching) => sum + watching.scopes(), 0);
      // About to be watched: as many as it may turn out to be.
      return watched || Math.max(1, ...[...members.values()].map(({ fallback }) => fallback.length));
    },
    members: () => views().map((view) => view.member),
    best,
    access: () => combinedAccess(views()),
    verify,
    status,
    statusOf(contextId, own) {
      const watching = running().find((one) => one.contextId === contextId);
      const { error = null, retryAt = null } = watching?.health() ?? {};
      const now: ConnectionStatus = own.phase === 'live' && error ? { ...own, phase: 'stale', error, retryAt } : own;
      // A trader goes by how old the rows are, and what a connection hears beside the watches makes none newer. While another context
      // keeps them live none is old, and a lost context tells of its own silence.
      return now.phase === 'stale' && status().phase !== 'live' ? { ...now, lastWordAt } : now;
    },
    kick(contextId) {
      for (const watching of running()) if (!contextId || watching.contextId === contextId) watching.kick();
      nodes.kick();
    },
    look(namespace) {
      for (const watching of running()) watching.look(namespace);
    },
    dispose() {
      cancelTick();
      cancelWord?.();
      health.dispose();
      refusals.dispose();
      nodes.dispose();
      for (const watching of running()) watching.dispose();
      watchings = new Map();
      members.clear();
    },
  };
}
