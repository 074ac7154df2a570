import { Failure, toAppError, type AppError, type ErrorCode } from '../../shared/errors';
import { PAGE } from './api';
import { createBackoff, createPause } from './backoff';
import { createInitial, INITIAL_EVENTS, type Initial } from './initial';
import { createKnown, isNewer } from './known';
import type { KubeObject } from './objects';
import { pathOf, query } from './resources';
import type { Kept, Reflector, ReflectorOptions } from './types';
import { watchOnce, type WatchEvent, type WatchHandlers } from './watch';

/** Trouble that trying again by itself makes worse (bans, dialogs) and never cures. */
const LASTING: ReadonlySet<ErrorCode> = new Set([
  'CERTIFICATE',
  'PLUGIN_MISSING',
  'PLUGIN_NOT_ALLOWED',
  'PLUGIN_FAILED',
  'UNSUPPORTED',
]);
/** Lasting when said twice in a row: an API server that has just started refuses for a moment. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['UNAUTHORIZED', 'FORBIDDEN']);
/** Streaming lists in a row that broke off before lists come in pages, and for how long they do then: a proxy or a server is mended some time. */
const MOST_BROKEN = 2;
const PAGES_MS = 600_000;
/** A watch that lived this long was a working one. */
const WORKED_MS = 1_000;
/** Whoever looked away (sleep, silence) is to know soon how it is: so long a server then has to begin its answer. */
const HURRY_MS = 4_500;

/**
 * A live copy of one list, kept as client-go's reflector keeps it: a list and a watch from there. One of more than a page comes by a watch that
 * begins with it where the server offers that, as it never holds the whole of it then; a page costs it half of that, and an eighth of the
 * bytes. Goes on after a normal end, lists anew when the server has forgotten the place (410), waits and tries again otherwise.
 */
export function startReflector<T extends KubeObject>(options: ReflectorOptions<T>): Reflector {
  const { api, resource, namespace, clock, everySeconds } = options;
  const selectors = { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector };
  let kept: Kept<T> = options.kept ?? { keep: (full) => full };
  const backoff = createBackoff(clock);
  const pause = createPause(clock);
  const known = createKnown();
  /** Where to go on; null: list first. */
  let version: string | null = null;
  /** Of a watch that begins with the list, until that is whole. */
  let initial: Initial<T> | null = null;
  /** Streaming lists that broke off or were refused: then in pages until `pagesUntil`, which any server and proxy can. */
  let broken = 0;
  let pagesUntil = -Infinity;
  /** It was more than a page when it was last known. */
  let long = false;
  let control = new AbortController();
  let disposed = false;
  let kicked = false;
  /** Nothing that was heard before counts: the next answer is waited for no longer than this. */
  let hurry: number | undefined;
  /** Of the running or last watch. */
  let watch = { openedAt: 0, events: 0 };
  let inARow = { refusals: 0, cuts: 0, lists: 0, unreadable: 0 };
  let troubled: boolean | null = null;

  function report(error: AppError | null, lasting = false, wait: number | null = null): void {
    if (error === null && troubled === false) return;
    troubled = error !== null;
    options.onTrouble(error, lasting, wait === null ? null : clock.now() + wait);
  }

  /** A kick may come out of `onTrouble` itself: then there is no wait. */
  async function rest(ms: number | null): Promise<void> {
    if (!kicked && !disposed) await pause.wait(ms);
  }

  /** `streams`: what is more than a page is left to the watch. */
  async function list(streams: boolean): Promise<void> {
    initial = null;
    const { signal } = control;
    const most = streams ? 1 : Infinity;
    const { more, ...whole } = await api.list<T>(resource, namespace, selectors, {
      ...{ signal, timeoutMs: hurry, most },
      ...kept,
    });
    // Between parsing it and taking it in others have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (disposed || signal.aborted) throw new Failure({ code: 'CANCELLED', message: 'Cancelled.' });
    if (more) long = true;
    else takeOver(whole);
  }

  function takeOver({ items, resourceVersion }: { items: T[]; resourceVersion: string }): void {
    inARow.lists++;
    version = resourceVersion;
    long = items.length > PAGE;
    known.replace(items);
    options.onReplace(items);
    options.onWord(clock.now());
  }

  async function follow(): Promise<void> {
    watch = { openedAt: Infinity, events: 0 };
    initial = version === null ? createInitial<T>() : null;
    const from = initial ? INITIAL_EVENTS : { resourceVersion: version };
    // Servers end a watch by themselves so that load spreads; client-go asks for 5 to 10 minutes.
    const timeoutSeconds = options.watchSeconds?.() ?? Math.round(300 + clock.random() * 300);
    const path =
      pathOf(resource, namespace) +
      query({ ...selectors, watch: 1, allowWatchBookmarks: true, ...from, timeoutSeconds });
    const handlers: WatchHandlers = {
      onOpen() {
        watch.openedAt = clock.now();
        hurry = undefined;
        inARow.refusals = 0;
        if (!initial) current();
      },
      onRead: (waitedMs) => !disposed && !initial && options.onWord(clock.now() - waitedMs),
      onEvent(event) {
        if (disposed) return;
        if (initial) gather(initial, event);
        else take(event);
      },
    };
    const request = { path, signal: control.signal, timeoutMs: hurry, kept };
    await watchOnce(api.transport, request, clock, handlers);
    if (initial) throw brokenOff();
    if (worked()) Object.assign(inARow, { cuts: 0, lists: 0, unreadable: 0 });
    else await idle();
  }

  /** In a watch's stead: what was listed stands for so long. */
  async function again(everySeconds: () => number): Promise<void> {
    hurry = undefined;
    inARow = { refusals: 0, cuts: 0, lists: 0, unreadable: 0 };
    current();
    await rest(1000 * everySeconds());
    version = null;
  }

  function current(): void {
    report(null);
    options.onWord(clock.now());
  }

  function gather(list: Initial<T>, event: Exclude<WatchEvent, { type: 'ERROR' }>): void {
    const whole = list.take(event);
    if (!whole) return;
    initial = null;
    broken = 0;
    takeOver(whole);
    current();
  }

  function take({ type, object }: Exclude<WatchEvent, { type: 'ERROR' }>): void {
    if (type !== 'BOOKMARK') {
      if (type === 'DELETED') {
        if (known.remove(object)) options.onRemove(object as T);
      } else {
        const verdict = known.upsert(object);
        if (verdict === 'confused') throw outOfStep();
        if (verdict === 'yes') options.onUpsert(object as T);
      }
    }
    if (version === null || isNewer(object.metadata.resourceVersion, version))
      version = object.metadata.resourceVersion;
    watch.events++;
    inARow = { refusals: 0, cuts: 0, lists: 0, unreadable: 0 };
  }

  const worked = () => !initial && (watch.events > 0 || clock.now() - watch.openedAt >= WORKED_MS);

  /** A server or proxy that ends every watch at once must not be hammered. */
  async function idle(): Promise<void> {
    inARow.cuts++;
    const wait = backoff.next();
    if (inARow.cuts > 2) {
      report(
        {
          code: 'UNREACHABLE',
          message: 'The cluster ends the live connection at once, again and again.',
          hint: 'A proxy on the way may be the cause.',
        },
        false,
        wait,
      );
    }
    await rest(wait);
  }

  /** What to do about a failure; returns when it is time to go on. */
  async function handle(thrown: unknown): Promise<void> {
    const error = toAppError(thrown);
    if (initial) {
      // Refused: another way is there, and nothing to tell. Cut: as any other failure, but not for ever.
      const refused = error.status === 400 || error.status === 422;
      // Asked to wait it says nothing of how it lists.
      if (refused || (error.status !== 429 && ++broken >= MOST_BROKEN)) pagesUntil = clock.now() + PAGES_MS;
      initial = null;
      if (refused) return;
    }
    hurry = undefined;
    if (isLost(error)) version = null;
    const stale = error.code === 'GONE' || /too large resource version/i.test(error.cause ?? '');
    if (stale) {
      version = null;
      // Once at once and without a word; a server that forgets again and again gets time.
      if (inARow.lists++ > 1) await rest(backoff.next(error.retryAfterMs));
      return;
    }
    if (LASTING.has(error.code) || (REFUSALS.has(error.code) && ++inARow.refusals > 1)) {
      report(error, true);
      await rest(null);
      return;
    }
    if (error.code === 'UNREACHABLE' && worked() && inARow.cuts++ === 0) {
      // A working connection that was cut: most are back at once, and then there is nothing to tell.
      hurry = HURRY_MS;
      watch = { openedAt: Infinity, events: 0 };
      return;
    }
    const wait = backoff.next(error.retryAfterMs);
    report(error, false, wait);
    await rest(wait);
  }

  /**
   * The place to go on from is no good: an object whose deletion the server can't tell would stay for ever. As in client-go, what an open watch
   * tells as an error leads to a new list, but for 429; a fault of the server's own (500), or an unreadable line, when it comes twice.
   */
  function isLost({ code, status }: AppError): boolean {
    const event = watch.openedAt < Infinity && status !== undefined && status !== 429;
    if (code === 'INVALID' || (event && status !== 500)) return true;
    const unreadable = code === 'SERVER' && status === undefined;
    if (!(event || unreadable) || ++inARow.unreadable < 2) return false;
    // Something on the way may take Protocol Buffers for text.
    if (unreadable) kept = { keep: kept.keep };
    return true;
  }

  async function run(): Promise<void> {
    while (!disposed) {
      control = new AbortController();
      try {
        const streams = api.streamsLists && !everySeconds && clock.now() >= pagesUntil;
        if (version === null && !(streams && long)) await list(streams);
        if (!disposed) await (everySeconds ? again(everySeconds) : follow());
      } catch (error) {
        if (disposed) return;
        if (!kicked) await handle(error);
      }
      if (kicked) {
        kicked = false;
        hurry = HURRY_MS;
        backoff.reset();
        inARow = { refusals: 0, cuts: 0, lists: 0, unreadable: 0 };
      }
    }
  }
  void run();

  return {
    kick() {
      if (disposed) return;
      kicked = true;
      control.abort();
      pause.wake();
    },
    dispose() {
      disposed = true;
      control.abort();
      pause.wake();
    },
  };
}

/** The server ended a list that it had begun to stream. */
function brokenOff(): Failure {
  return new Failure({ code: 'UNREACHABLE', message: 'The cluster broke off while it told what there is.' });
}

/** The server told of an object whose name another one holds: only a new list is the truth. */
function outOfStep(): Failure {
  return new Failure({ code: 'GONE', message: 'The live copy was out of step.' });
}
