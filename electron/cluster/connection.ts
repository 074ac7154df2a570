import { Failure, toAppError, type AppError, type ErrorCode } from '../../shared/errors';
import type { AccessSummary, ConnectionStatus, ProviderId } from '../../shared/rows';
import type { ClusterTarget } from '../kubeconfig/types';
import { readAccess } from './access';
import { createApi } from './api';
import { createBackoff, createPause } from './backoff';
import { holdOff } from './hold-off';
import { createHttpTransport } from './http-transport';
import { readIdentity, verifyIdentity } from './identity';
import { observe } from './observe';
import { measureSkew } from './skew';
import { readProvider } from './provider';
import type { Transport } from './transport';
import type { Api, Clock, Connection, Dispose } from './types';
import { readVersion } from './version';

export interface ConnectOptions {
  clock: Clock;
  userAgent: string;
  /** Every change; `lastWordAt` alone at most every 5 s. */
  onStatus(connection: Connection): void;
  /** Another far end (practice, tests). */
  transport?: Transport;
  /** Namespaces to look at where a cluster-wide list is refused, besides the context's. */
  namespaces?: string[];
  /** What the kubeconfig lets guess. */
  provider?: ProviderId;
  /** Calls when it is time for what no row waits for; at once where left out. */
  later?(run: (done: () => void) => void): Dispose;
  /** Resolves when a look that nothing hurries may go out (two requests), or is not `wanted` any more; at once where left out. */
  unhurried?(wanted: () => boolean): Promise<void>;
}

/** Trying again by itself cures none of these, and gets users banned: they wait for `retry`. */
const LASTING: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'CERTIFICATE',
  'PLUGIN_MISSING',
  'PLUGIN_NOT_ALLOWED',
  'PLUGIN_FAILED',
  'WRONG_CLUSTER',
  'UNSUPPORTED',
  'INVALID',
]);
/** Minor version of Kubernetes from which lists may be streamed; 1.33 has them off again, and says so. */
const STREAMS_LISTS = 32;
const SLOW_MS = 3_000;
/** One that was slow is looked at again after about so long, then after twice as long each time: the word is not to stay when it is no longer true. */
const SLOW_AGAIN_MS = 15_000;
const SLOW_AGAIN_MOST_MS = 600_000;
/** Without any word for so long a connection is asked whether it still lives; watches that live bring one a minute, and then nothing is asked. */
const IDLE_MS = 75_000;
/** The same where no watch is open; it waits for its turn besides. */
const UNWATCHED_MS = 45_000;
const TELL_MS = 5_000;
/** What it has to answer in while it seems to live; within 90 s of its last word a dead one is told. More for one that was heard lately. */
const ALIVE_MS = 10_000;
const MOST_PATIENT_MS = 30_000;
/** The same when the trader, a waking machine or a changed network asks: in 5 s it is known how it is. */
const ASKED_MS = 4_500;

/**
 * Connects one context and keeps knowing how it does: by what its calls meet, and by a small request of its own where they
 * met trouble or nothing was heard for a minute.
 */
export function connect(target: ClusterTarget, options: ConnectOptions): Connection {
  const { clock, userAgent, onStatus } = options;
  const line = options.transport ?? createHttpTransport(target, { userAgent, clock });
  const { transport: far, lift } = holdOff(measureSkew(line, clock, skewed), clock);
  const transport = observe(far, { heard, failed });
  const api: Api = createApi(transport, { clock });
  /** Its own calls go past the observer: what they meet is judged here. */
  const probeApi: Api = createApi(far, { clock });
  const backoff = createBackoff(clock);
  const pause = createPause(clock);
  const slowly = createBackoff(clock, { first: SLOW_AGAIN_MS, most: SLOW_AGAIN_MOST_MS });
  let identity: string | null = null;
  let access: AccessSummary | null = null;
  let provider: ProviderId = options.provider ?? 'unknown';
  let cancelProvider: Dispose = () => {};
  let disposed = false;
  let retrying = false;
  let doubted = false;
  let failures = 0;
  let judgedAt = -Infinity;
  let lookAgainAt = Infinity;
  let toldAt = -Infinity;
  let turn: 'none' | 'waited for' | 'had' = 'none';
  let verifying: { identity: string; run: Promise<void> } | null = null;
  let status: ConnectionStatus = {
    phase: 'connecting',
    since: clock.now(),
    lastWordAt: null,
    error: null,
    retryAt: null,
    serverVersion: '',
    slow: false,
  };

  const connection: Connection = {
    contextId: target.contextId,
    api,
    get identity() {
      return identity;
    },
    get status() {
      return status;
    },
    get access() {
      return access;
    },
    get provider() {
      return provider;
    },
    verify(expected) {
      if (verifying?.identity === expected) return verifying.run;
      const run = verifyIdentity(api, target, expected).finally(() => {
        if (verifying?.run === run) verifying = null;
      });
      verifying = { identity: expected, run };
      return run;
    },
    retry() {
      if (disposed) return;
      retrying = true;
      backoff.reset();
      lift();
      if (status.phase !== 'live') {
        far.reset();
        tell(identity === null ? { phase: 'connecting', error: null, retryAt: null } : { retryAt: clock.now() });
      }
      pause.wake();
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      cancelProvider();
      pause.wake();
      far.close();
    },
  };

  const quietFor = () => clock.now() - (status.lastWordAt ?? 0);
  /** How long a live one is not asked by itself, ms. */
  const restFor = () => Math.min(idle() - quietFor(), lookAgainAt - clock.now());
  const idle = () => (options.unhurried && !watched() ? UNWATCHED_MS : IDLE_MS);
  const watched = () => transport.counters.openStreams > 0;
  /** Who may see nothing has nothing to be asked for, until the trader says that this has changed. */
  const blind = () => access?.namespaces?.length === 0;
  const wanted = () => !disposed && status.phase === 'live' && !blind() && restFor() <= 0;
  /** Rows hang on a watch that fell silent. One without any, as beside another context to its cluster, and one that was slow, have their turn. */
  function isDue(): boolean {
    if (restFor() > 0) return false;
    const silent = quietFor() >= IDLE_MS && watched();
    if (silent || turn === 'had' || !options.unhurried) return true;
    if (turn === 'none')
      void options.unhurried(wanted).then(() => {
        // Heard meanwhile: it is not kept for later.
        turn = wanted() ? 'had' : 'none';
        if (status.phase === 'live' && !blind()) pause.wake();
      });
    turn = 'waited for';
    return false;
  }
  /** What one that seems to live has to answer in, so that a dead one is told within 90 s of its last word. */
  const patience = () => Math.max(ALIVE_MS, Math.min(idle() + ALIVE_MS - quietFor(), MOST_PATIENT_MS));
  /** Until it is to be asked, or until a watch of one that waits for its turn has been silent for too long. */
  function sleepFor(): number {
    if (restFor() > 0) return restFor();
    return quietFor() < IDLE_MS ? IDLE_MS - quietFor() : IDLE_MS;
  }

  function tell(change: Partial<ConnectionStatus>): void {
    if (disposed) return;
    const since = change.phase && change.phase !== status.phase ? clock.now() : status.since;
    status = { ...status, ...change, since };
    toldAt = clock.now();
    onStatus(connection);
  }
  function heard(): void {
    status = { ...status, lastWordAt: clock.now() };
    if (status.phase === 'stale') {
      if (clock.now() - judgedAt > 1_000) pause.wake();
    } else if (status.phase === 'live' && clock.now() - toldAt >= TELL_MS) tell({});
  }
  /** A second more or less is the header's coarseness. */
  function skewed(skewMs: number): void {
    if (Math.abs(skewMs - (status.skewMs ?? 0)) <= 2_000) return;
    if (status.phase === 'live') tell({ skewMs });
    else status = { ...status, skewMs };
  }
  function failed(): void {
    if (status.phase !== 'live') return;
    doubted = true;
    pause.wake();
  }

  /** One look at the server. Throws what is wrong. */
  async function look(asked: boolean): Promise<void> {
    const began = clock.now();
    const hurry = status.phase !== 'live' ? undefined : asked ? ASKED_MS : doubted ? ALIVE_MS : patience();
    const stopSlow = clock.after(SLOW_MS, () => !status.slow && status.phase === 'connecting' && tell({ slow: true }));
    const left = () => hurry && Math.max(1, hurry - (clock.now() - began));
    const ask = async () => {
      // One after the other where nothing is lost by it: each connection more costs a handshake, and the next one less than the first.
      const version = await readVersion(probeApi, left());
      const who = readIdentity(probeApi, target, left());
      if (identity !== null && (!asked || hurry)) return { version, found: await who };
      const [found, rights] = await Promise.all([who, readRights(version)]);
      return { version, found, access: rights };
    };
    const told = await ask().finally(stopSlow);
    const { version, found } = told;
    const slow = clock.now() - began > SLOW_MS;
    if (!slow) slowly.reset();
    lookAgainAt = slow ? clock.now() + slowly.next() : Infinity;
    if (disposed) return;
    if (identity !== null && found !== identity) await verifyIdentity(probeApi, target, identity);
    if (told.access !== undefined) learn(told.access);
    api.streamsLists = version.minor >= STREAMS_LISTS;
    identity ??= found;
    failures = 0;
    doubted = false;
    const text = version.text || status.serverVersion;
    const changed = status.phase !== 'live' || status.slow !== slow || status.serverVersion !== text || asked;
    status = { ...status, lastWordAt: clock.now() };
    if (changed) tell({ phase: 'live', error: null, retryAt: null, serverVersion: text, slow });
    if (!asked || told.access !== undefined) return;
    // It is verified: many reviews may take longer than anybody in a hurry waits.
    const rights = await readRights(version);
    if (disposed) return;
    learn(rights);
    tell({});
  }

  async function readRights({ minor, hidden }: { minor: number; hidden: boolean }): Promise<AccessSummary | null> {
    try {
      return await readAccess(probeApi, [target.namespace, ...(options.namespaces ?? [])], minor);
    } catch (thrown) {
      return withoutAccess(thrown, hidden);
    }
  }
  function learn(found: AccessSummary | null): void {
    access = found;
    askProvider();
  }

  /** What the nodes say of it is nice to know: nothing waits for it. */
  function askProvider(): void {
    const { provider: hint = 'unknown', later = atOnce } = options;
    cancelProvider();
    cancelProvider = later((done) => void readProvider(probeApi, hint).then(known).finally(done));
  }
  function known(found: ProviderId): void {
    if (found === provider) return;
    provider = found;
    tell({});
  }

  /** Who is signed in may always ask for his rights (`system:basic-user`); a name and password, say, may count for nothing. */
  function withoutAccess(thrown: unknown, hidden: boolean): AccessSummary | null {
    const { code, cause = '' } = toAppError(thrown);
    // Refused whatever it asks: a banned sign-in, and asking on makes it worse.
    if (code === 'FORBIDDEN' && hidden && !cause.includes('"system:anonymous"')) throw thrown;
    if (code !== 'FORBIDDEN' || target.credentials.kind === 'none' || !cause.includes('"system:anonymous"'))
      return access;
    throw new Failure({
      code: 'UNAUTHORIZED',
      message: 'The cluster does not know this sign-in and takes it for no one.',
      hint: 'Kubernetes has dropped names and passwords: get a fresh kubeconfig from the provider.',
      cause,
    });
  }

  /** How long to wait after a failure; null: until `retry`. */
  function judge(error: AppError, asked: boolean): number | null {
    failures++;
    judgedAt = clock.now();
    const lasting = LASTING.has(error.code);
    const wait = lasting ? null : backoff.next(error.retryAfterMs);
    // Kept sockets may be dead without a word; once could be chance, and a reset costs every open shell.
    if ((failures === 2 || asked) && error.status === undefined) far.reset();
    const retryAt = wait === null ? null : clock.now() + wait;
    tell({ phase: identity !== null && !lasting ? 'stale' : 'failed', error, retryAt });
    return wait;
  }

  async function run(): Promise<void> {
    while (!disposed) {
      const asked = retrying;
      retrying = false;
      let wait: number | null;
      try {
        await look(asked);
        wait = retrying || doubted ? 0 : blind() ? null : Math.max(1_000, restFor());
      } catch (error) {
        if (disposed) return;
        wait = retrying ? 0 : judge(toAppError(error), asked);
      }
      if (disposed) return;
      if (turn === 'had') turn = 'none';
      // A retry may come out of `onStatus` itself: then there is no wait.
      if (wait !== 0 && !retrying) await pause.wait(wait);
      // Others were heard meanwhile: nothing to ask.
      while (!disposed && status.phase === 'live' && !doubted && !retrying && !isDue()) await pause.wait(sleepFor());
    }
  }
  // The caller has the connection in hand before it hears of it.
  void Promise.resolve().then(run);
  return connection;
}

const atOnce = (run: (done: () => void) => void): Dispose => (run(() => undefined), () => undefined);
