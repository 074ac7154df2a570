import type { AccessSummary, ConnectionStatus, ProviderId } from '../../shared/rows';
import type { KubeObject } from './objects';
import type { Message } from './protobuf';
import type { Transport } from './transport';

/** Ends what a call started; calling it twice is harmless. */
export type Dispose = () => void;

/** Time and chance as arguments, so that tests own them. */
export interface Clock {
  now(): number;
  /** Gives the canceller. */
  after(ms: number, run: () => void): Dispose;
  random(): number;
}

/** What differs between kinds: where they live. */
export interface Resource {
  /** `/api/v1` or `/apis/apps/v1` */
  base: string;
  plural: string;
}

/** Typed calls on one cluster. All throw `Failure`; a server's refusal carries its status and words. */
export interface Api {
  readonly transport: Transport;
  /** Its watches may begin with the whole list (WatchList: on from 1.34 and in 1.32). Set when the server's version is known. */
  streamsLists: boolean;
  get<T extends KubeObject>(
    resource: Resource,
    namespace: string | null,
    name: string,
    options?: CallOptions,
  ): Promise<T>;
  /** Page after page; an expired continue token starts over, once. `namespace` null: all namespaces. */
  list<T extends KubeObject, K = T>(
    resource: Resource,
    namespace: string | null,
    query?: ListQuery,
    options?: ListOptions<T, K>,
  ): Promise<{ items: K[]; resourceVersion: string; more: boolean }>;
  create<T extends KubeObject>(
    resource: Resource,
    namespace: string | null,
    object: object,
    options?: WriteOptions,
  ): Promise<T>;
  /** Server-side apply as manager `hummingdeck`; a 409 names managers and fields in the failure's cause. */
  apply<T extends KubeObject>(
    resource: Resource,
    namespace: string | null,
    object: object & { metadata: { name: string } },
    options?: WriteOptions,
  ): Promise<T>;
  /** JSON merge patch; put `metadata.resourceVersion` (and uid) into the patch to guard it. */
  merge<T extends KubeObject>(
    resource: Resource,
    namespace: string | null,
    name: string,
    patch: object,
    options?: WriteOptions & { subresource?: string },
  ): Promise<T>;
  remove(resource: Resource, namespace: string | null, name: string, options?: RemoveOptions): Promise<void>;
  /** Any other call, JSON in and out (access reviews, version, tables). */
  raw<T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object,
    options?: CallOptions & { headers?: Record<string, string> },
  ): Promise<T>;
}
export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}
export interface WriteOptions extends CallOptions {
  dryRun?: boolean;
  force?: boolean;
  /** Filled with the server's Warning headers. */
  warnings?: string[];
}
export interface RemoveOptions extends WriteOptions {
  uid?: string;
  resourceVersion?: string;
  propagation?: 'Foreground' | 'Background' | 'Orphan';
  gracePeriodSeconds?: number;
}
export interface ListOptions<T extends KubeObject, K> extends CallOptions, Partial<Kept<T, K>> {
  /** Where there are so many and `more` of them, the rest is not asked for. */
  most?: number;
}
export interface ListQuery {
  labelSelector?: string;
  fieldSelector?: string;
  limit?: number;
}

/** What of objects is kept; the rest is dropped as soon as it is read, so that a list is never whole in memory. */
export interface Kept<T extends KubeObject, K = T> {
  keep(full: T): K;
  /** How the same is read from Protocol Buffers, where the server speaks them. */
  proto?: Message;
}

/** A live copy of one list, as deltas. */
export interface ReflectorOptions<T extends KubeObject> {
  api: Api;
  resource: Resource;
  namespace: string | null;
  labelSelector?: string;
  fieldSelector?: string;
  clock: Clock;
  /** For how long the next watch is asked for; without it 5 to 10 minutes. */
  watchSeconds?(): number;
  /** With it nothing is watched: the list comes again each time so much later. */
  everySeconds?(): number;
  /** Without it objects are kept whole. */
  kept?: Kept<T>;
  /** A complete new truth: everything not in it is gone. */
  onReplace(items: T[]): void;
  onUpsert(item: T): void;
  onRemove(item: T): void;
  /** The copy is current up to then: any byte proves it (event, bookmark, list). Earlier than now where more came that is not read yet. */
  onWord(at: number): void;
  /** Connected and complete (null) or failing with a reason; `lasting` stops it until `retry`. */
  onTrouble(error: import('../../shared/errors').AppError | null, lasting: boolean, retryAt: number | null): void;
}
export interface Reflector {
  /** After sleep or "try again": drop the connection, verify now. */
  kick(): void;
  dispose(): void;
}

/**
 * One connected context. Emits its status; identity is known once it first answered.
 * It does not watch anything by itself.
 */
export interface Connection {
  readonly contextId: string;
  readonly api: Api;
  /** uid of kube-system, else `ca:HASH` of server and CA; null until known. */
  readonly identity: string | null;
  readonly status: ConnectionStatus;
  readonly access: AccessSummary | null;
  readonly provider: ProviderId;
  /** Throws `Failure` WRONG_CLUSTER when the context now points to another cluster than `identity`. */
  verify(identity: string): Promise<void>;
  retry(): void;
  dispose(): void;
}
