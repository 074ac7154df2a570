import { Failure } from '../../shared/errors';
import type { ClusterTarget, Credentials } from '../kubeconfig/types';
import { ANSWER_MS, cancelled, late, readBody, streamBody, type Sent } from './answers';
import { openChannel, type OpenChannel } from './channel';
import { identityHeaders, readHeaders, type HeaderPairs } from './headers';
import { createLimit } from './limit';
import { networkFailure } from './network-errors';
import { createPools } from './pools';
import type { Transport, TransportRequest, TransportResponse } from './transport';
import type { Clock } from './types';
import { isProtobuf, readStatus } from './wire';

export interface HttpTransportOptions {
  /** e.g. `hummingdeck/0.1.0`. */
  userAgent: string;
  clock: Clock;
}

/** An answer's connection is free only after this: who asks on at once would open another one. */
const aMoment = () => new Promise((resolve) => setImmediate(resolve));
/** Short calls at a time, so that a burst queues here and not at the server. */
const CALLS = 32;

/**
 * The real far end: one server of one context over kept HTTP/1.1 connections. A 401 refreshes the credentials once for all
 * callers and tries once more. A reading that finds its kept connection dead, or loses it by `reset` (the network changed), is
 * tried once more on a new one; a change never.
 */
export function createHttpTransport(target: ClusterTarget, { userAgent, clock }: HttpTransportOptions): Transport {
  const base = new URL(target.server).pathname.replace(/\/$/, '');
  const counters = { requests: 0, openStreams: 0, bytesIn: 0, connections: 0 };
  const pools = createPools(target, clock, counters);
  const calls = createLimit(CALLS);
  const channels = new Set<OpenChannel>();
  const signedIn = createSignIn(target, () => closed);
  /** Why connections were dropped by `reset`: a reading that met one of them is asked again on a new connection. */
  const resets = new WeakSet<object>();
  let closed = false;

  async function send(request: TransportRequest, credentials: Credentials, kind: 'calls' | 'streams'): Promise<Sent> {
    const changing = request.method !== 'GET';
    for (let attempt = 1; ; attempt++) {
      const chosen = pools.of(credentials);
      const { place } = chosen.dialer;
      const control = new AbortController();
      let why: 'caller' | 'time' | null = null;
      const end = (reason: 'caller' | 'time') => {
        why ??= reason;
        control.abort();
      };
      const onAbort = () => end('caller');
      const wait = request.timeoutMs ?? ANSWER_MS;
      const stopTimer = clock.after(wait, () => end('time'));
      request.signal?.addEventListener('abort', onAbort, { once: true });
      let leave = () => {};
      const release = () => {
        request.signal?.removeEventListener('abort', onAbort);
        leave();
      };
      counters.requests++;
      try {
        if (kind === 'calls') leave = await calls.enter(control.signal);
        const { signal } = control;
        const asked = chosen.pool.request({
          method: request.method,
          path: base + request.path,
          headers: headersOf(request, credentials, kind === 'calls').flat(),
          body: request.body ?? null,
          signal,
        });
        const answer = await untilAborted(asked, signal);
        return { answer, place, release, abort: () => control.abort(), byCaller: () => why === 'caller' };
      } catch (error) {
        release();
        if (why === 'caller' || closed) throw cancelled(changing);
        if (why === 'time') throw late(place.host, wait, changing);
        const again = !changing && attempt === 1 && !(error instanceof Failure);
        if (!again) throw networkFailure(error, place, 'answer', changing);
      } finally {
        stopTimer();
      }
    }
  }

  function headersOf(request: TransportRequest, credentials: Credentials, whole: boolean): HeaderPairs {
    const pairs: HeaderPairs = [
      ['user-agent', userAgent],
      ['accept', 'application/json'],
    ];
    // A watch or a log is not compressed: its lines would wait in the compressor's buffer.
    if (whole && request.method === 'GET') pairs.push(['accept-encoding', 'gzip']);
    if (request.body !== undefined) pairs.push(['content-type', 'application/json']);
    const given = Object.entries(request.headers ?? {}).map(([name, value]): [string, string] => [
      name.toLowerCase(),
      value,
    ]);
    const replaced = new Set(given.map(([name]) => name));
    return [...pairs.filter(([name]) => !replaced.has(name)), ...given, ...identityHeaders(target, credentials)];
  }

  return {
    counters,
    ways: () => pools.ways(),
    async request(request) {
      const changing = request.method !== 'GET';
      const once = async (credentials: Credentials) => {
        const sent = await send(request, credentials, 'calls');
        try {
          const headers = readHeaders(sent.answer.headers);
          const bytes = await readBody(
            sent,
            headers,
            clock,
            request.timeoutMs ?? ANSWER_MS,
            (n) => (counters.bytesIn += n),
          );
          const status = sent.answer.statusCode;
          return { status, headers, ...read(bytes, status, headers) };
        } catch (error) {
          if (closed || sent.byCaller()) throw cancelled(changing);
          throw networkFailure(error, sent.place, 'answer', changing);
        } finally {
          await aMoment();
          sent.release();
        }
      };
      const attempt = (credentials: Credentials) =>
        once(credentials).catch((thrown: unknown) => {
          if (changing || closed || !(thrown instanceof Failure) || !resets.has(thrown)) throw thrown;
          return once(credentials);
        });
      return signedIn(request.signal, attempt, (answer) => answer.status === 401);
    },
    async stream(request) {
      const attempt = async (credentials: Credentials) => {
        const sent = await send(request, credentials, 'streams');
        return streamBody(sent, readHeaders(sent.answer.headers), counters, () => closed);
      };
      return signedIn(
        request.signal,
        attempt,
        (answer) => answer.status === 401,
        (answer) => answer.cancel(),
      );
    },
    async channel(request) {
      const attempt = async (credentials: Credentials): Promise<OpenChannel | Failure> => {
        counters.requests++;
        const { dialer } = pools.of(credentials);
        const headers: HeaderPairs = [['user-agent', userAgent], ...identityHeaders(target, credentials)];
        try {
          return await openChannel({ ...request, server: target.server, base, dialer, headers, clock, counters });
        } catch (error) {
          if (error instanceof Failure && error.error.status === 401) return error;
          throw error;
        }
      };
      const opened = await signedIn(request.signal, attempt, (result) => result instanceof Failure);
      if (opened instanceof Failure) throw opened;
      channels.add(opened);
      opened.onEnd(() => channels.delete(opened));
      if (closed) opened.cut(cancelled());
      return opened.channel;
    },
    reset() {
      const reason = new Failure({
        code: 'UNREACHABLE',
        message: 'The connection was dropped to make a new one, because the network changed or the server went silent.',
      });
      resets.add(reason);
      dropAll(reason);
    },
    close() {
      if (closed) return;
      closed = true;
      dropAll(cancelled());
    },
  };

  function dropAll(reason: Failure): void {
    pools.drop(reason);
    for (const channel of [...channels]) channel.cut(reason);
  }
}

/** The pool hears of an abort only once it has a connection, and a far end that has gone silent gives none: nobody waits for that. */
function untilAborted(asked: Promise<Sent['answer']>, signal: AbortSignal): Promise<Sent['answer']> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    asked
      .then((answer) => {
        answer.body.on('error', () => undefined);
        resolve(answer);
      }, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function read(
  bytes: Buffer,
  status: number,
  headers: Record<string, string>,
): Pick<TransportResponse, 'body' | 'bytes'> {
  if (!isProtobuf(headers)) return { body: bytes.toString('utf8') };
  return status < 300 ? { body: '', bytes } : { body: readStatus(bytes) };
}

/** Runs calls with the current credentials and, after a 401, once more with fresh ones: one refresh for all who wait. */
function createSignIn(target: ClusterTarget, closed: () => boolean) {
  const refreshing = new WeakMap<Credentials, Promise<Credentials | null>>();
  return async function signedIn<T>(
    signal: AbortSignal | undefined,
    attempt: (credentials: Credentials) => Promise<T>,
    refused: (answer: T) => boolean,
    discard: (answer: T) => void = () => undefined,
  ): Promise<T> {
    const guard = () => {
      if (closed() || signal?.aborted) throw cancelled();
    };
    guard();
    const used = await target.credentials.get();
    guard();
    const answer = await attempt(used);
    if (!refused(answer)) return answer;
    let run = refreshing.get(used);
    if (!run) {
      run = target.credentials.refresh(used);
      refreshing.set(used, run);
      // A refresh that failed may be asked for again later; one that succeeded serves everyone who used the old ones.
      run.catch(() => refreshing.delete(used));
    }
    const fresh = await run;
    if (!fresh) return answer;
    discard(answer);
    guard();
    return attempt(fresh);
  };
}
