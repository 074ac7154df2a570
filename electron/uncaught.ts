import type { AppError } from '../shared/errors';

/** What to say of an error that nothing in the main process caught; null: nothing was lost by it. */
export function uncaught(error: unknown): AppError | null {
  if (isStrayRead(error)) return null;
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    code: 'INTERNAL',
    message: 'An error inside Hummingdeck was caught by nothing. What it was at may not be done.',
    hint: 'All else goes on. Look at what you asked for last; if anything stands still, quit and start again: bots are not touched by that. Please report it with the words below.',
    cause: stack ?? String(error),
  };
}

/**
 * Node's complaint about bytes that came for a connection that was dropped a moment ago: it takes their number for an error's (seen with
 * Node 18; `onStreamRead` in `lib/internal/stream_base_commons.js`). The connection is gone as was wanted, so nothing is lost by it.
 */
function isStrayRead(error: unknown): boolean {
  const { code, stack } = Object(error) as { code?: unknown; stack?: unknown };
  return error instanceof RangeError && code === 'ERR_OUT_OF_RANGE' && /\bonStreamRead\b/.test(String(stack));
}
