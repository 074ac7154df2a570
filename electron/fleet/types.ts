import type { AppEvent } from '../../shared/events';
import type {
  AccessSummary,
  BotRef,
  BotRow,
  ClusterInfo,
  ContextInfo,
  ContextList,
  KubeconfigProblem,
  ProviderId,
} from '../../shared/rows';
import type { Settings } from '../../shared/settings';
import type { ConnectOptions } from '../cluster';
import type { Way } from '../cluster/transport';
import type { Api, Clock, Connection, Dispose } from '../cluster/types';
import type { ClusterTarget, TargetResult } from '../kubeconfig/types';
import type { FactsDesk } from './botFacts';
import type { StartReflector } from './feed';
import type { PodOfRow } from './podOfRow';
import type { Spare } from './spare';

/** A context as the kubeconfig files tell of it. */
export type ContextEntry = Omit<ContextInfo, 'enabled' | 'displayName' | 'colour' | 'clusterId' | 'status' | 'usage'>;

export interface ContextSource {
  list(): ContextEntry[];
  problems(): KubeconfigProblem[];
  target(id: string): TargetResult;
}

/** What the trader chose for a context. */
export type ContextChoice = Settings['contexts'][string];

export interface FleetSettings {
  get(): Settings;
  patch(patch: Partial<Settings>): Settings;
}

/** As `cluster/` does it. */
export type Connect = (target: ClusterTarget, options: Omit<ConnectOptions, 'transport'>) => Connection;

export interface FleetOptions {
  contexts: ContextSource;
  settings: FleetSettings;
  connect: Connect;
  /** Another list-and-watch than the real one, for tests. */
  reflect?: StartReflector;
  clock: Clock;
  userAgent: string;
  emit(event: AppEvent): void;
}

/** What operations and terminals get of a cluster. Pinned to its identity: `verify` before anything is written or opened. */
export interface ClusterConnection {
  clusterId: string;
  contextId: string;
  /** As the trader sees it. */
  name: string;
  /** Namespace of the context, default for forms. */
  namespace: string;
  /** Namespaces whose bots can be seen; null: all. */
  namespaces: string[] | null;
  access: AccessSummary | null;
  provider: ProviderId;
  /** By how much its clock is ahead of this machine's, ms. */
  skewMs: number;
  api: Api;
  /** Throws `Failure` WRONG_CLUSTER when the far end is no longer this cluster. */
  verify(identity?: string): Promise<void>;
}

/** A bot's pod as the rows know it. */
export interface PodTarget {
  podName: string;
  podUid: string;
  container: string;
  namespace: string;
}

export interface Fleet {
  contextList(): ContextList;
  clusters(): ClusterInfo[];
  rows(): BotRow[];
  /** Rows with the mark of an operation. */
  marked(): BotRow[];
  /** Turns contexts on (connects) or off (disposes of everything they made); kept in the settings. */
  setEnabled(which: string | readonly string[], on: boolean): void;
  /** "Try again" after a lasting failure. */
  retry(id: string): void;
  /**
   * After sleep: trust no open connection. After a network change (`far`: addresses that are reached another way now, or no longer): only
   * none of theirs, so that no shell is cut for a change that does not concern it; whoever is not connected tries again at once.
   */
  kick(far?: readonly string[]): void;
  /** The app did something to a bot there: where it is not watched it is listed anew. */
  look(clusterId: string, namespace: string): void;
  /** What the open connections run over. */
  ways(): Way[];
  /** Files or settings changed: connects what is new, drops what is off, reconnects what is different. */
  refreshContexts(): void;
  /**
   * By the context with most rights in the namespace, where one is named: of several to one cluster each may see and do something else.
   * Throws `Failure`: NOT_FOUND (nothing is connected to it), WRONG_CLUSTER, or the reason why it is not reached.
   */
  connectionOf(clusterId: string, namespace?: string): ClusterConnection;
  /** The pod of a row and its container's limits, for readings that cost; null while there is none. */
  podOfRow(id: string): PodOfRow | null;
  /** The pod of a bot, null while it has none. */
  findPod(bot: BotRef): PodTarget | null;
  /** The pace of what is asked by itself. */
  readonly spare: Spare;
  /** Single bots, for readings that cost. */
  readonly facts: FactsDesk;
  /** Tells everything once: contexts, clusters, rows. */
  subscribe(): void;
  dispose: Dispose;
}
