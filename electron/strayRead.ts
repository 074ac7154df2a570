/**
 * Node's complaint about bytes that came for a connection that was dropped a moment ago: it takes their number for an error's (seen with
 * Node 18; `onStreamRead` in `lib/internal/stream_base_commons.js`). The connection is gone as was wanted, so nothing is lost by it.
 */
export function isStrayRead(error: unknown): boolean {
  const { code, stack } = error as { code?: unknown; stack?: unknown };
  return error instanceof RangeError && code === 'ERR_OUT_OF_RANGE' && /\bonStreamRead\b/.test(String(stack));
}
