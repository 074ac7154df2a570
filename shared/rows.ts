import type { DiskReading } from './disk';
import type { AppError } from './errors';

/** A workload on one cluster. `clusterId` is the cluster's identity, never a context's name. `uid` pins the object itself. */
export interface BotRef {
  clusterId: string;
  kind: 'StatefulSet';
  namespace: string;
  name: string;
  uid: string;
}

/** What the app says a bot is doing, by what it knows from the API server alone. */
export type BotState =
  | 'running'
  | 'starting'
  | 'stopping'
  | 'stopped'
  | 'trouble'
  /** Node does not answer: "probably still trading". */
  | 'unknown';

/** Who is doing what to a workload right now, read from its annotations. Times in ms since 1970. */
export interface OperationMark {
  id: string;
  kind: OperationKind;
  /** `user@machine`, for people. */
  holder: string;
  /** Which installation of the app it is; '' in marks that do not say. */
  by: string;
  step: string;
  expiresAt: number;
}
export type OperationKind = 'deploy' | 'stop' | 'start' | 'restart' | 'delete' | 'edit';

/** One row of the grid: flat, small, everything it needs. Times in ms since 1970; text from a cluster is already stripped of control characters. */
export interface BotRow {
  /** `${clusterId}/${kind}/${namespace}/${name}` */
  id: string;
  clusterId: string;
  kind: 'StatefulSet';
  namespace: string;
  name: string;
  uid: string;
  pair: string;
  exchange: string;
  strategy: string;
  run: 'engine' | 'classic' | 'unknown';
  /** Carries the app's label; false for bots made by hand (read-only until adopted). */
  managed: boolean;
  paper: boolean;
  state: BotState;
  /** One plain sentence: why it is in trouble, what is unknown, what it waits for. Empty when running well. */
  reason: string;
  /** kubectl's READY, e.g. `1/1`. */
  ready: string;
  /** kubectl's STATUS; for a workload without a pod `Stopped`, `Refused`, `Waiting`. */
  status: string;
  restarts: number;
  lastRestartAt: number | null;
  /** Creation of the pod, or of the workload where there is no pod. */
  createdAt: number;
  hasPod: boolean;
  podName: string;
  podUid: string;
  container: string;
  /** Wanted replicas. */
  replicas: number;
  node: string;
  /** Tag or short digest. */
  image: string;
  configName: string;
  /** Saved and waiting for the trader's restart, or ''. */
  pendingConfig: string;
  /** How its container's last run ended, as a sentence; '' when it never did, or nothing tells. */
  lastEnd: string;
  /** It ended for want of memory. */
  outOfMemory: boolean;
  operation: OperationMark | null;
  /** What is known of its trading; null: never read. Kept, with its age, when the bot no longer answers. */
  trading: TradingReading | null;
  /** Why its trading could not be read when that was last tried, as a sentence; '' when it could, or was not tried. */
  notRead: string;
  /** Its own reporter: `on`; `next`: from its next start on; `last`: until its next start; '': none. */
  reporter: '' | 'on' | 'next' | 'last';
}

/** What a bot's own reporter or a reading by exec told of its trading. Amounts in the pair's quote asset. */
export interface TradingReading {
  /** When it was told, ms since 1970 by the cluster's clock. */
  at: number;
  by: 'reporter' | 'exec';
  state: 'trading' | 'idle' | 'starting' | 'unknown';
  /** One plain sentence: what it trades, or why it does not. */
  sentence: string;
  /** Open orders as the bot last knew. */
  openOrders: number | null;
  /** Profit or loss since its record of trades began, fees taken off. */
  profit: number | null;
  /** What was traded since then. */
  volume: number | null;
  /** Asset that profit and volume are in, e.g. `USDT`. */
  quote: string;
  /** Where it keeps its data; missing: not told (older reporters do not). */
  disk?: DiskReading;
}

export type ProviderId =
  | 'linode'
  | 'digitalocean'
  | 'vultr'
  | 'aws'
  | 'gcp'
  | 'azure'
  | 'ovh'
  | 'scaleway'
  | 'civo'
  | 'exoscale'
  | 'contabo'
  | 'k3s'
  | 'kind'
  | 'minikube'
  | 'docker'
  | 'unknown';

export type ConnectionPhase = 'off' | 'connecting' | 'live' | 'stale' | 'failed';

/** How a context or cluster is doing. Times in ms since 1970. */
export interface ConnectionStatus {
  phase: ConnectionPhase;
  since: number;
  /** Last byte heard that proves the rows are current; of a context whose cluster is live, the last one that it heard. */
  lastWordAt: number | null;
  /**
   * By how much, at most, rows are older than what the cluster has told already, because more comes than this machine reads; in steps of 5 s,
   * missing or 0: they are not.
   */
  behindMs?: number;
  /** Where not all bots are watched (made by hand among many workloads, in namespaces beyond the first three): when they were last looked at. */
  lookedAt?: number | null;
  error: AppError | null;
  /** When the next try happens by itself; null: not by itself. */
  retryAt: number | null;
  serverVersion: string;
  /** Answers, but slowly. */
  slow: boolean;
  /** By how much the server's clock is ahead of this machine's, ms; missing or 0: they agree, as far as is known. Ages go by the server's. */
  skewMs?: number;
}

/** What the credentials may do, in the trader's terms. */
export interface AccessSummary {
  /** Namespaces whose bots can be seen; `null`: all. */
  namespaces: string[] | null;
  /** Rights that are missing, e.g. `create statefulsets.apps in trading`; empty: nothing missing. */
  missing: MissingRight[];
}
export interface MissingRight {
  verb: string;
  /** e.g. `statefulsets.apps`, `pods/exec`. */
  resource: string;
  namespace: string | null;
  /** What the trader can't do without it, e.g. `deploy`, `stop`, `shell`. */
  blocks: string;
}

/** A connected cluster as the renderer sees it. */
export interface ClusterInfo {
  /** Identity: uid of kube-system, else hash of server and CA. */
  id: string;
  contextIds: string[];
  name: string;
  /** 0…9, index of the palette. */
  colour: number;
  provider: ProviderId;
  status: ConnectionStatus;
  access: AccessSummary | null;
  /** Namespace the context names, default for forms. */
  namespace: string;
  practice: boolean;
}

export interface ContextInfo {
  /** Stable over restarts: `default#NAME` for kubectl's own merged files, `PATH#NAME` for a file added in the app. */
  id: string;
  name: string;
  source: {
    kind: 'default' | 'added' | 'practice';
    path: string;
    /** What kubectl must be given to know this context as the app does, in order of precedence; none for a practice cluster. */
    files: string[];
  };
  server: string;
  user: string;
  namespace: string;
  provider: ProviderId;
  auth: 'certificate' | 'token' | 'exec' | 'basic' | 'none';
  /** Whole command line of a sign-in plugin, as shown for consent; '' without one. */
  execCommand: string;
  enabled: boolean;
  displayName: string;
  colour: number;
  /** Broken entry: shown with its reason, can't be turned on. */
  problem: AppError | null;
  /** Known after the first connect. */
  clusterId: string | null;
  status: ConnectionStatus;
  /** What its connection asked lately; null: off, or on for too short a time to say. */
  usage: ContextUsage | null;
}

/** Counted by the connection itself; bytes are those that came, packed as they were. docs/budget.md says what they may be. */
export interface ContextUsage {
  requestsMinute: number;
  requestsHour: number;
  bytesHour: number;
  /** Open now: watches, logs, terminals. */
  streams: number;
  connections: number;
}

/** A file that could not be read or holds nothing usable. */
export interface KubeconfigProblem {
  path: string;
  error: AppError;
}

export interface ContextList {
  contexts: ContextInfo[];
  problems: KubeconfigProblem[];
  addedFiles: string[];
}
