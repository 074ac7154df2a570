import { Failure, toAppError } from '../../shared/errors';
import { createBackoff, createPause } from './backoff';
import { statusFailure } from './errors';
import { createLogPosition } from './log-position';
import { readRun, type ContainerRun } from './log-run';
import { pathOf, PODS, query } from './resources';
import type { LogOptions, LogState, LogStream } from './stream-types';
import type { Api } from './types';
import { readAll } from './watch';

/** A quiet log says nothing about its connection, and a new one costs nothing: lines are neither lost nor doubled. */
const QUIET_MS = 120_000;
const LASTING = new Set([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'INVALID',
  'CERTIFICATE',
  'PLUGIN_MISSING',
  'PLUGIN_NOT_ALLOWED',
  'PLUGIN_FAILED',
  'CANCELLED',
]);

/** How kubelet and API server say that a container has no log yet. */
const NOT_YET = /is waiting to start.*$|container .* is not available$|pod .* does not have a host assigned$/;

type Read = { end: 'complete' | 'quiet' } | { end: 'waiting'; reason: string };

/**
 * A container's log that outlives its connections: after a cut it goes on behind the last line delivered, also over a
 * restart of the container, of which the rest of the ended run is fetched first.
 */
export function openLog(api: Api, options: LogOptions): LogStream {
  const { clock, follow, previous = false } = options;
  const position = createLogPosition(options.timestamps ?? false);
  const backoff = createBackoff(clock, { first: 500, most: 10_000, healthy: 30_000 });
  const pause = createPause(clock);
  const control = new AbortController();
  const close = () => {
    control.abort();
    pause.wake();
  };
  if (options.signal?.aborted) close();
  options.signal?.addEventListener('abort', close, { once: true });
  let ended: LogStream['ended'] = null;
  let run: ContainerRun | null = null;
  /** Time of the server at the first opening: where `tailLines: 0` goes on from. */
  let openedAt: string | null = null;
  let fromStart = false;
  let said = '';
  let unavailable = 0;

  function say(state: LogState): void {
    const text = JSON.stringify(state);
    if (text === said || control.signal.aborted) return;
    said = text;
    options.onState?.(state);
  }
  function path(ofPrevious: boolean, goOn: boolean): string {
    const since = position.since() ?? (options.tailLines === 0 ? openedAt : null) ?? options.sinceTime;
    return (
      pathOf(PODS, options.namespace, options.pod, 'log') +
      query({
        container: options.container,
        timestamps: true,
        follow: goOn ? true : null,
        previous: ofPrevious ? true : null,
        sinceTime: fromStart ? null : since,
        tailLines:
          fromStart || position.since() !== null || (options.tailLines === 0 && openedAt) ? null : options.tailLines,
      })
    );
  }

  async function* read(ofPrevious: boolean, goOn: boolean): AsyncGenerator<Uint8Array, Read> {
    const stream = await api.transport.stream({ method: 'GET', path: path(ofPrevious, goOn), signal: control.signal });
    if (stream.status !== 200) {
      const failure = statusFailure(stream.status, stream.headers, await readAll(stream));
      const reason = NOT_YET.exec(failure.error.cause ?? '')?.[0];
      if (reason !== undefined) return { end: 'waiting', reason: run?.waiting || reason };
      throw legible(failure, ofPrevious);
    }
    const date = Date.parse(stream.headers['date'] ?? '');
    openedAt ??= Number.isNaN(date) ? null : new Date(date).toISOString();
    say({ phase: 'open' });
    let quiet = false;
    const listen = () =>
      clock.after(QUIET_MS, () => {
        quiet = true;
        stream.cancel();
      });
    let stop = goOn ? listen() : () => undefined;
    try {
      for await (const bytes of stream.body) {
        stop();
        const out = position.push(bytes);
        if (out.length > 0) backoff.reset();
        if (position.since() !== null) fromStart = false;
        // Reading may take its time; that is no silence of the server.
        if (out.length > 0) yield out;
        if (goOn) stop = listen();
      }
    } finally {
      stop();
      stream.cancel();
    }
    return { end: quiet ? 'quiet' : 'complete' };
  }

  /** Before every (re)connection: is it still the same pod, and the same run? Gives what of the old run is still to be read. */
  async function look(): Promise<'same' | 'new' | 'gone'> {
    const now = await readRun(api, options, control.signal);
    if (now === null || run === null || run.containerId === '') {
      run = now ?? run;
      return 'same';
    }
    if (now.podUid !== run.podUid) return 'gone';
    const same = now.containerId === run.containerId;
    run = now;
    return same ? 'same' : 'new';
  }

  /** Between two runs the ended one is the newest, and its log the plain one: the node may have removed the one before. */
  function endedIsNewest(): boolean {
    return run !== null && run.containerId !== '' && !run.running;
  }

  async function* chunks(): AsyncGenerator<Uint8Array> {
    say({ phase: 'connecting' });
    let clean = true;
    let opened = false;
    for (;;) {
      if (control.signal.aborted) return;
      let wait: number | null = null;
      try {
        const what = follow || previous || opened ? await look() : 'same';
        if (what === 'gone') return void finish('The pod was replaced by a new one.');
        if (what === 'new' && opened) {
          position.resume();
          // Cut before the old run had told all: its last words come first.
          if (!clean) yield* rest();
          position.restart();
          fromStart = true;
          clean = true;
        }
        const began = clock.now();
        const result = yield* read(previous && !endedIsNewest(), follow && !previous);
        if (result.end !== 'waiting') opened = true;
        if (result.end === 'waiting') {
          if (!follow)
            throw new Failure({
              code: 'NOT_FOUND',
              message: 'It has not started yet, so there is no log.',
              cause: result.reason,
            });
          say({ phase: 'waiting', reason: result.reason });
          wait = backoff.next();
        } else if (result.end === 'quiet') {
          position.resume();
        } else {
          const last = position.finish();
          const missing = isUnavailable(last);
          if (last.length > 0 && !missing) yield last;
          if (!follow || previous) {
            if (!missing) return void finish('');
            // The pod's status runs a moment behind the node, which keeps one ended run.
            if (++unavailable > 3) throw removed();
            await pause.wait(backoff.next());
            continue;
          }
          position.resume();
          if (!(await goesOn(clock.now() - began))) return;
        }
      } catch (error) {
        if (control.signal.aborted) return;
        const failure = toAppError(error);
        if (opened && failure.code === 'NOT_FOUND') return void finish('The pod is gone.');
        if (LASTING.has(failure.code) || failure.code === 'INTERNAL') throw error;
        position.resume();
        clean = false;
        opened = opened || position.since() !== null;
        wait = backoff.next(failure.retryAfterMs);
        say({ phase: 'lost', error: failure, retryAt: clock.now() + wait });
      }
      if (wait !== null) await pause.wait(wait);
    }
  }

  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield* read(true, false);
      const last = position.finish();
      if (last.length > 0 && !isUnavailable(last)) yield last;
    } catch (error) {
      // The node may have removed the ended run meanwhile; only a lost connection is worth another try.
      if (!LASTING.has(toAppError(error).code)) throw error;
    }
  }

  /** A follow that ended in order: by rotation, by the end of the run, or of the pod. False: nothing more can come. */
  async function goesOn(lastedMs: number): Promise<boolean> {
    while (!control.signal.aborted) {
      const now = await readRun(api, options, control.signal);
      if (now !== null && run && now.podUid !== run.podUid) return finish('The pod was replaced by a new one.');
      // The next look finds the new run, or the same one after a rotation of its file.
      if (now === null || now.containerId !== run?.containerId || now.running) {
        await pause.wait(now === null || lastedMs < 1_000 ? backoff.next() : 200);
        return true;
      }
      if (now.final) {
        run = now;
        return finish('The pod has ended.');
      }
      say({ phase: 'waiting', reason: now.waiting });
      await pause.wait(backoff.next());
    }
    return false;
  }

  function finish(message: string): false {
    ended = { code: run?.code ?? null, message };
    return false;
  }

  return {
    chunks: chunks(),
    get ended() {
      return ended;
    },
    close,
  };
}

/** What the kubelet writes into the answer, as its last line, where it has no log of a run (pkg/kubelet/kuberuntime). */
function isUnavailable(line: Uint8Array): boolean {
  return (
    line.length < 500 &&
    /^(unable to retrieve container logs for|failed to try resolving symlinks in path) /.test(
      Buffer.from(line).toString('latin1'),
    )
  );
}
function removed(): Failure {
  return new Failure({ code: 'NOT_FOUND', message: 'The node no longer has the log of that run.' });
}

function legible(failure: Failure, ofPrevious: boolean): Failure {
  const { cause = '' } = failure.error;
  if (ofPrevious && /previous terminated container .* not found/.test(cause)) {
    return new Failure({
      ...failure.error,
      code: 'NOT_FOUND',
      message: 'There is no earlier run to show the log of.',
      hint: undefined,
    });
  }
  return failure;
}
