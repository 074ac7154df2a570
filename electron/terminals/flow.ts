import type { Clock, Dispose } from '../cluster/types';
import { completeLength, concat } from './utf8';

export interface FlowOptions {
  clock: Clock;
  /** Sends bytes on; they count as unacknowledged until `ack`. */
  post(data: Uint8Array): void;
  /** Stop and go of the source. */
  pause(): void;
  resume(): void;
  /** Bytes waiting or unacknowledged from which the source is paused. */
  high?: number;
  /** Below this the source goes on. */
  low?: number;
  /** Largest post, bytes. */
  chunk?: number;
  /** Milliseconds that bytes are gathered before they are posted. */
  delayMs?: number;
}

export interface Flow {
  push(data: Uint8Array): void;
  ack(bytes: number): void;
  /** Posts what waits as far as the window allows; the end of a stream is given with `final`, which also sends half a character. */
  flush(final?: boolean): void;
  /** Whether the source is held back. */
  readonly paused: boolean;
  /** Runs once, when everything pushed so far has been posted. */
  drained(run: () => void): void;
  readonly waiting: number;
  readonly unacknowledged: number;
  dispose: Dispose;
}

/**
 * Bytes from a source to a slower reader: gathered for some milliseconds, cut at characters, never more than `high`
 * unacknowledged. Figures as in VS Code's terminal: pause at 100,000, go on at 5,000.
 */
export function createFlow(options: FlowOptions): Flow {
  const { clock, post, pause, resume, high = 100_000, low = 5_000, chunk = 32_768, delayMs = 8 } = options;
  let parts: Uint8Array[] = [];
  let waiting = 0;
  let unacknowledged = 0;
  let paused = false;
  let flushing = false;
  let final = false;
  let disposed = false;
  let cancelTimer: Dispose | null = null;
  let whenDrained: (() => void)[] = [];

  function schedule(): void {
    if (!cancelTimer && !disposed) cancelTimer = clock.after(delayMs, flushNow);
  }

  function flushNow(): void {
    cancelTimer?.();
    cancelTimer = null;
    // An acknowledgement that comes while bytes are being posted only moves the window of the loop that runs.
    if (disposed || flushing) return;
    flushing = true;
    if (waiting > 0 && unacknowledged < high) send();
    flushing = false;
    pace();
    if (waiting === 0) {
      const runs = whenDrained;
      whenDrained = [];
      for (const run of runs) run();
    }
  }

  function send(): void {
    const whole = concat(parts);
    parts = [];
    let at = 0;
    while (at < whole.length && unacknowledged < high && !disposed) {
      const wanted = Math.min(at + chunk, whole.length);
      const end = wanted === whole.length && final ? wanted : completeLength(whole, wanted);
      if (end <= at) break;
      const piece = whole.slice(at, end);
      at = end;
      waiting -= piece.length;
      unacknowledged += piece.length;
      post(piece);
    }
    if (at < whole.length && !disposed) parts.unshift(whole.subarray(at));
  }

  function pace(): void {
    const total = waiting + unacknowledged;
    if (!paused && total >= high) {
      paused = true;
      pause();
    } else if (paused && total < low) {
      paused = false;
      resume();
    }
  }

  return {
    push(data) {
      if (disposed || data.length === 0) return;
      parts.push(data);
      waiting += data.length;
      pace();
      if (waiting >= chunk) flushNow();
      else schedule();
    },
    ack(bytes) {
      if (disposed || !(bytes > 0)) return;
      unacknowledged = Math.max(0, unacknowledged - bytes);
      if (waiting > 0 && unacknowledged < high) flushNow();
      else pace();
    },
    flush(isFinal = false) {
      final ||= isFinal;
      flushNow();
    },
    drained(run) {
      if (waiting === 0) run();
      else whenDrained.push(run);
    },
    get waiting() {
      return waiting;
    },
    get paused() {
      return paused;
    },
    get unacknowledged() {
      return unacknowledged;
    },
    dispose() {
      disposed = true;
      cancelTimer?.();
      cancelTimer = null;
      parts = [];
      waiting = 0;
      whenDrained = [];
    },
  };
}
