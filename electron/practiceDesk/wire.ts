import type { MessagePort } from 'node:worker_threads';
import type { AppError, Result } from '../../shared/errors';
import type { ChannelRequest, TransportRequest, TransportResponse } from '../cluster';
import type { CallName } from './calls';
import type { Plan } from './contexts';

/** What main and the practice worker say to each other; all of it survives a structured clone. */
export type ToWorker =
  /** A way to a cluster, which is laid out with the first one. */
  | { t: 'open'; plan: Plan; port: MessagePort }
  | { t: 'call'; id: number; contextId: string; name: CallName; input: unknown }
  /** The cluster is no longer wanted. */
  | { t: 'end'; contextId: string };
export interface FromWorker {
  t: 'called';
  id: number;
  result: Result<unknown>;
}

export type Asked =
  | { what: 'request' | 'stream'; request: Omit<TransportRequest, 'signal'> }
  | { what: 'channel'; request: Omit<ChannelRequest, 'signal'> };
export type Answered = TransportResponse | Omit<TransportResponse, 'body'> | { protocol: string };

/** One transport has one port; `id` is one call over it, for as long as what it opened is open. */
export type Up =
  | ({ t: 'ask'; id: number } & Asked)
  /** A stream's next bytes: sent only when asked for, so that who does not read is not flooded. */
  | { t: 'pull'; id: number }
  | { t: 'frame'; id: number; channel: number; data: Uint8Array }
  | { t: 'pause' | 'resume'; id: number }
  /** Over, on this side: an aborted call, a cancelled stream, a closed channel. */
  | { t: 'drop'; id: number }
  | { t: 'reset' };
export type Down =
  | { t: 'answer'; id: number; result: Result<Answered> }
  | { t: 'bytes'; id: number; data: Uint8Array }
  | { t: 'frame'; id: number; channel: number; data: Uint8Array }
  | { t: 'end'; id: number; error?: AppError }
  /** There is nothing (any more) at this end. */
  | { t: 'over'; error: AppError };

/** Sends bytes away with what they lie in: a view of a shared buffer would take all of that along. */
export function postBytes(port: MessagePort, message: Extract<Up | Down, { data: Uint8Array }>): void {
  const data = Uint8Array.from(message.data);
  port.postMessage({ ...message, data }, [data.buffer]);
}
