import { Failure } from '../../shared/errors';
import { statusFailure } from '../cluster/errors';
import type { Channel, ChannelRequest, Transport, TransportRequest, TransportStream } from '../cluster/transport';
import { answer, answerWatch, refused, type Answer, type Request } from './http';
import { openProgram } from './exec/open';
import { answerLog } from './log';
import { Refusal } from './status';
import { createStream, type Sink } from './stream';
import type { World } from './world';

/** Milliseconds an answer may take, where the caller says nothing; as the real transport. */
const ANSWER_MS = 30_000;

/** One way to the cluster; several may be open at once. */
export function openTransport(world: World, onClose: () => void): Transport & { cut(): void } {
  const counters = { requests: 0, openStreams: 0, bytesIn: 0 };
  const open = new Set<(error: Error) => void>();
  let closed = false;

  /** Waits as long as the line takes; fails as a real line would. */
  function arrive(request: { signal?: AbortSignal; timeoutMs?: number }, changing: boolean): Promise<void> {
    counters.requests++;
    const { signal, timeoutMs = ANSWER_MS } = request;
    if (closed || signal?.aborted) return Promise.reject(cancelled());
    if (world.line.down) return Promise.reject(unreachable(world));
    const { delay } = world.line;
    if (delay <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const wait = Math.min(delay, timeoutMs);
      const settle = (run: () => void) => {
        stop();
        open.delete(fail);
        signal?.removeEventListener('abort', abort);
        run();
      };
      const fail = (error: Error) => settle(() => reject(error));
      const abort = () => fail(cancelled());
      const stop = world.clock.after(wait, () =>
        settle(() =>
          delay > timeoutMs
            ? reject(late(world, timeoutMs, changing))
            : world.line.down
              ? reject(unreachable(world))
              : resolve(),
        ),
      );
      open.add(fail);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
  const dated = (given: Answer): Answer => ({
    ...given,
    headers: { date: new Date(world.clock.now()).toUTCString(), ...given.headers },
  });
  const plain = (request: TransportRequest): Request => {
    const headers = Object.fromEntries(
      Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    );
    if (request.body !== undefined) headers['content-type'] ??= 'application/json';
    return { method: request.method, path: request.path, headers, body: request.body };
  };

  function streamed(request: TransportRequest, serve: (sink: Sink) => Answer | null): TransportStream {
    const { sink, body, cancel } = createStream((bytes) => (counters.bytesIn += bytes));
    counters.openStreams++;
    const cut = (error: Error) => sink.cut(error);
    const abort = () => sink.cut(cancelled());
    open.add(cut);
    request.signal?.addEventListener('abort', abort, { once: true });
    sink.onClose(() => {
      counters.openStreams--;
      open.delete(cut);
      request.signal?.removeEventListener('abort', abort);
    });
    const refusal = serve(sink);
    if (refusal) {
      sink.push(refusal.body);
      sink.end();
    }
    const { status, headers } = dated(
      refusal ?? { status: 200, headers: { 'content-type': 'application/json' }, body: '' },
    );
    return { status, headers, body, cancel };
  }

  return {
    async request(request) {
      const asked = plain(request);
      await arrive(request, request.method !== 'GET');
      const given = isLog(asked) ? await wholeLog(world, asked) : answer(world, asked);
      counters.bytesIn += given.body.length;
      return dated(given);
    },
    async stream(request) {
      const asked = plain(request);
      await arrive(request, false);
      return streamed(request, (sink) =>
        isLog(asked) ? answerLog(world, asked, sink) : answerWatch(world, asked, sink),
      );
    },
    async channel(request: ChannelRequest): Promise<Channel> {
      await arrive(request, false);
      try {
        const program = openProgram(world, request, counters);
        open.add(program.cut);
        program.onEnd(() => open.delete(program.cut));
        return program.channel;
      } catch (thrown) {
        if (!(thrown instanceof Refusal)) throw thrown;
        const { status, headers, body } = refused(thrown);
        throw statusFailure(status, headers, body);
      }
    },
    reset() {
      for (const cut of [...open]) cut(dropped(world));
    },
    cut() {
      for (const cut of [...open]) cut(dropped(world));
    },
    close() {
      closed = true;
      for (const cut of [...open]) cut(cancelled());
      onClose();
    },
    // It has no network below it.
    ways: () => [],
    counters,
  };
}

const isLog = ({ path }: Request) => /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+\/log(\?|$)/.test(path);

async function wholeLog(world: World, request: Request): Promise<Answer> {
  const { sink, body } = createStream(() => undefined);
  const refusal = answerLog(world, request, sink);
  if (refusal) return refusal;
  const parts: Uint8Array[] = [];
  for await (const bytes of body) parts.push(bytes);
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: Buffer.concat(parts).toString('utf8') };
}

const cancelled = () => new Failure({ code: 'CANCELLED', message: 'Cancelled.' });
const unreachable = ({ name }: World) =>
  new Failure({
    code: 'UNREACHABLE',
    message: `${name} does not answer: the practice cluster is switched to out of reach.`,
    hint: 'Give it back in the practice cluster’s “Faults and speed”: under Clusters, or by Ctrl-K.',
    cause: 'practice: connect ECONNREFUSED',
  });
const dropped = ({ name }: World) =>
  new Failure({
    code: 'UNREACHABLE',
    message: `The connection to ${name} was cut.`,
    hint: 'Hummingdeck makes a new one by itself.',
    cause: 'practice: read ECONNRESET',
  });
const late = ({ name }: World, ms: number, changing: boolean) =>
  new Failure({
    code: 'TIMEOUT',
    message: `${name} did not answer in ${Math.round(ms / 1000)} s.${changing ? ' Whether the change was made is not known.' : ''}`,
    hint: changing
      ? 'Look at what the cluster shows now before you try again.'
      : 'The cluster may be overloaded or the connection poor; try again.',
  });
