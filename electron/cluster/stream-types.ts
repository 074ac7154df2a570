import type { AppError } from '../../shared/errors';
import type { Clock } from './types';

export interface ContainerRef {
  namespace: string;
  pod: string;
  container: string;
}

export type LogState =
  | { phase: 'connecting' }
  /** The container has not started (again) yet; `reason` in the server's words. */
  | { phase: 'waiting'; reason: string }
  | { phase: 'open' }
  /** Connection lost; comes back by itself. */
  | { phase: 'lost'; error: AppError; retryAt: number };

export interface LogOptions extends ContainerRef {
  clock: Clock;
  /** Goes on with what the container writes, over lost connections and restarts of the container. */
  follow: boolean;
  /** The newest run that has ended, instead of the running one; not followed. */
  previous?: boolean;
  /** Lines to begin with; all when missing. */
  tailLines?: number;
  /** RFC 3339. */
  sinceTime?: string;
  /** Each line begins with its time as the node wrote it. */
  timestamps?: boolean;
  signal?: AbortSignal;
  onState?(state: LogState): void;
}
export interface LogStream {
  /**
   * Whole lines as UTF-8, never ending inside a character; reading applies back-pressure. Ends when the log can't go on
   * (`ended` says why); throws `Failure` where there is none to be had: FORBIDDEN, NOT_FOUND (pod, or no previous run), …
   */
  chunks: AsyncIterable<Uint8Array>;
  readonly ended: { code: number | null; message: string } | null;
  close(): void;
}

/** An attached or started program. Handlers may be set later: what came is kept for them, at most what one pause lets through. */
export interface Program {
  /** `data` never ends inside a UTF-8 character. With a terminal everything is `stdout`. */
  onData(handler: (data: Uint8Array, from: 'stdout' | 'stderr') => void): void;
  /**
   * Once. `code`: the program's exit code where the server told it. `error`: the connection was cut or the server could not
   * start it; null for a regular end.
   */
  onEnd(handler: (end: { code: number | null; error: AppError | null }) => void): void;
  write(data: Uint8Array): void;
  /** Ends the program's input; false where the server (before 1.30) can't. */
  endInput(): boolean;
  resize(cols: number, rows: number): void;
  /** Makes a full-screen program paint anew: size, size + 1, size. */
  redraw(cols: number, rows: number): void;
  /** Stops and goes on reading from the server: the program waits when its pipe is full. */
  pause(): void;
  resume(): void;
  /** Detaches; an attached program goes on. */
  close(): void;
}

export interface ExecOptions extends ContainerRef {
  clock: Clock;
  command: string[];
  tty: boolean;
  stdin: boolean;
  cols?: number;
  rows?: number;
  signal?: AbortSignal;
}
export interface AttachOptions extends ContainerRef {
  clock: Clock;
  /** As the container has them (`spec.containers[].tty`, `.stdin`). */
  tty: boolean;
  stdin: boolean;
  cols?: number;
  rows?: number;
  signal?: AbortSignal;
}

export interface ExecOnceOptions {
  clock: Clock;
  stdin?: string;
  /** For all of it; default 20 s. */
  timeoutMs?: number;
  /** Of stdout and stderr together; default 4 MiB. More is a failure. */
  maxBytes?: number;
  signal?: AbortSignal;
}
export interface ExecResult {
  stdout: string;
  stderr: string;
  /** Exit code; null where the server did not tell. */
  code: number | null;
}
