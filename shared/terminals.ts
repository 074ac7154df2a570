import type { AppError } from './errors';

export type TerminalKind = 'log' | 'screen' | 'shell';

export interface SessionInfo {
  id: string;
  kind: TerminalKind;
  clusterId: string;
  namespace: string;
  bot: string;
  pod: string;
  container: string;
}

export type SessionState =
  | { phase: 'connecting' }
  | { phase: 'open' }
  /** Connection lost; logs come back by themselves, shells on Enter. */
  | { phase: 'lost'; error: AppError; retryAt: number | null }
  /** Program or pod ended; `code` of the program where known. */
  | { phase: 'ended'; code: number | null; message: string };

/** Renderer → main over the session's own port. `ack` counts bytes that xterm has parsed. */
export type SessionUp =
  | { t: 'ack'; bytes: number }
  | { t: 'input'; data: string }
  | { t: 'resize'; cols: number; rows: number }
  | { t: 'reconnect' };

/** Main → renderer. `data` never ends inside a UTF-8 character. */
export type SessionDown = { t: 'data'; data: Uint8Array } | { t: 'state'; state: SessionState };
