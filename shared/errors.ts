/** What can go wrong, as codes both sides know. `message` is a whole sentence for the trader. */
export type ErrorCode =
  | 'UNREACHABLE'
  | 'CERTIFICATE'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'EXISTS'
  | 'CONFLICT'
  | 'INVALID'
  | 'TIMEOUT'
  | 'GONE'
  | 'TOO_MANY_REQUESTS'
  | 'PLUGIN_MISSING'
  | 'PLUGIN_NOT_ALLOWED'
  | 'PLUGIN_FAILED'
  | 'WRONG_CLUSTER'
  | 'BUSY'
  | 'CANCELLED'
  | 'UNSUPPORTED'
  | 'SERVER'
  | 'INTERNAL';

export interface AppError {
  code: ErrorCode;
  /** A sentence for the trader. */
  message: string;
  /** What to do about it. */
  hint?: string;
  /** The server's, plugin's or system's own words. */
  cause?: string;
  /** HTTP status where a server answered. */
  status?: number;
  /** Milliseconds the server asked us to wait. */
  retryAfterMs?: number;
}

/** The one throwable of the app: an `AppError` that can travel up a call stack. */
export class Failure extends Error {
  readonly error: AppError;
  constructor(error: AppError, options?: { cause?: unknown }) {
    super(error.message, options);
    this.name = 'Failure';
    this.error = error;
  }
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: AppError };

/** Anything thrown, as an `AppError`; what is not a `Failure` becomes `INTERNAL` with its own words as cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof Failure) return thrown.error;
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'INTERNAL',
    message: 'Something went wrong inside Hummingdeck.',
    hint: 'Try again; if it stays, report it with the words below.',
    cause,
  };
}
