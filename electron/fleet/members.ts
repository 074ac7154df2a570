import type { AppError } from '../../shared/errors';
import type { ConnectionStatus, ProviderId } from '../../shared/rows';
import type { Clock, Connection, Dispose } from '../cluster/types';
import type { ClusterTarget } from '../kubeconfig/types';
import { firm } from './firm';
import type { Turn } from './turns';
import type { Connect } from './types';

/** One context that is turned on. */
export interface Slot {
  readonly contextId: string;
  readonly target: ClusterTarget;
  /** Connected, or waiting for its turn: null. */
  readonly connection: Connection | null;
  /** The cluster it leads to, once known. */
  readonly identity: string | null;
  readonly fallback: string[];
  status(): ConnectionStatus;
}

export interface SlotOptions {
  contextId: string;
  target: ClusterTarget;
  fallback: string[];
  /** Calls when it may connect; `done` lets the next one. */
  turn: Turn;
  /** Turns for what no row waits for. */
  later: Turn;
  /** When a look that nothing hurries may go out. */
  unhurried(wanted: () => boolean): Promise<void>;
  connect: Connect;
  clock: Clock;
  userAgent: string;
  provider: ProviderId;
  /** It answered for the first time. */
  onIdentity(slot: Slot): void;
  /** It answered as another cluster than before. */
  onElsewhere(slot: Slot, error: AppError): void;
  onChange(slot: Slot): void;
  /** It was heard, and that is all. */
  onWord(): void;
}

export interface OpenSlot extends Slot {
  /** Drops the connection and makes a new one. */
  reconnect(delayMs: number): void;
  retry(): void;
  dispose: Dispose;
}

export const OFF: ConnectionStatus = {
  phase: 'off',
  since: 0,
  lastWordAt: null,
  error: null,
  retryAt: null,
  serverVersion: '',
  slow: false,
};

/** Keeps one context connected from its turn on and tells which cluster it turns out to be. */
export function openSlot(options: SlotOptions): OpenSlot {
  const { contextId, target, fallback, connect, clock, userAgent, later, unhurried, provider } = options;
  const { onIdentity, onChange } = options;
  let connection: Connection | null = null;
  let identity: string | null = null;
  let disposed = false;
  let cancel: Dispose = () => {};
  let done: () => void = () => {};
  let told = '';
  const since = clock.now();

  function open(): void {
    if (disposed) return;
    const onStatus = (from: Connection) => {
      if (!disposed && from === connection) hear(from);
    };
    connection = connect(target, { clock, userAgent, namespaces: fallback, provider, later, unhurried, onStatus });
    onChange(slot);
  }
  function hear(from: Connection): void {
    if (from.status.phase !== 'connecting') done();
    if (from.identity && from.identity !== identity) {
      identity = from.identity;
      onIdentity(slot);
    }
    if (identity && from.status.error?.code === 'WRONG_CLUSTER') options.onElsewhere(slot, from.status.error);
    else {
      const now = firm(from.status, from.access, from.provider);
      if (now === told) return options.onWord();
      told = now;
      onChange(slot);
    }
  }
  function schedule(delayMs: number): void {
    cancel();
    if (delayMs <= 0) open();
    else cancel = clock.after(delayMs, open);
  }

  const slot: OpenSlot = {
    contextId,
    target,
    fallback,
    get connection() {
      return connection;
    },
    get identity() {
      return identity;
    },
    status: () => connection?.status ?? { ...OFF, phase: 'connecting', since },
    reconnect(delayMs) {
      connection?.dispose();
      connection = null;
      identity = null;
      told = '';
      schedule(delayMs);
    },
    retry() {
      if (connection) connection.retry();
      else schedule(0);
    },
    dispose() {
      disposed = true;
      cancel();
      done();
      connection?.dispose();
      connection = null;
    },
  };
  cancel = options.turn((over) => {
    done = over;
    open();
  });
  return slot;
}

export const failed = (error: AppError, at: number): ConnectionStatus => ({
  ...OFF,
  phase: 'failed',
  since: at,
  error,
});
