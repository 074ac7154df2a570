import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Failure, type AppError, type Result } from '../../shared/errors';
import type { Transport } from '../cluster';
import type { ContextEntry } from '../fleet';
import type { TargetResult } from '../kubeconfig/types';
import type { CallInput, CallName, CallOutput } from './calls';
import { entryOf, planOf, practiceIds, targetOf, type Plan, type Wanted } from './contexts';
import { transportOver, type NearTransport } from './near';
import type { FromWorker, ToWorker } from './wire';

/** The thread the practice clusters live in. */
export interface PracticeWorker {
  post(message: ToWorker, transfer: MessagePort[]): void;
  onMessage(handler: (message: FromWorker) => void): void;
  /** It ended by itself, with what is known of why. */
  onGone(handler: (why: string) => void): void;
  end(): void;
}
export interface PracticeDesk {
  entries(): ContextEntry[];
  /** null: not a practice context. */
  target(contextId: string): TargetResult | null;
  /** A way to it; undefined: not a practice context. Its cluster begins with the first one used. */
  transport(contextId: string): Transport | undefined;
  /** Asks its cluster; rejects with `Failure`: NOT_FOUND (it is not on), UNREACHABLE (its thread ended). */
  call<N extends CallName>(contextId: string, name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** Ends every cluster but these, and its bots with it; without any the thread ends too. */
  keepOnly(contextIds: readonly string[]): void;
  dispose(): void;
}

/** The practice clusters among the contexts: they live in a thread that is started with the first of them. */
export function createPracticeDesk(options: {
  wanted: () => Wanted;
  seed: string;
  start: () => PracticeWorker;
}): PracticeDesk {
  const { wanted, seed } = options;
  let worker: PracticeWorker | null = null;
  /** Contexts whose clusters it has. */
  const begun = new Set<string>();
  const ways = new Set<NearTransport>();
  const asked = new Map<number, (result: Result<unknown>) => void>();
  let last = 0;
  const planned = (contextId: string) => planOf(contextId, wanted(), seed);

  function running(): PracticeWorker {
    if (worker) return worker;
    const started = options.start();
    started.onMessage(({ id, result }) => {
      asked.get(id)?.(result);
      asked.delete(id);
    });
    started.onGone((why) => worker === started && stopped(crashed(why)));
    return (worker = started);
  }
  function stopped(error: AppError): void {
    worker = null;
    begun.clear();
    for (const way of [...ways]) way.lost(error);
    ways.clear();
    for (const answer of asked.values()) answer({ ok: false, error });
    asked.clear();
  }
  function stop(): void {
    worker?.end();
    stopped(turnedOff);
  }
  function openWay(plan: Plan, counters: Transport['counters']): NearTransport {
    const { port1, port2 } = new MessageChannel();
    const way = transportOver(port1, counters);
    for (const other of ways) if (other.over) ways.delete(other);
    ways.add(way);
    begun.add(plan.id);
    running().post({ t: 'open', plan, port: port2 }, [port2]);
    return way;
  }

  return {
    entries: () => practiceIds(wanted().clusters).map((id) => entryOf(planned(id)!)),
    target(contextId) {
      const plan = planned(contextId);
      return plan && targetOf(plan);
    },
    transport(contextId) {
      const plan = planned(contextId);
      return plan ? opening((counters) => openWay(plan, counters)) : undefined;
    },
    call: (contextId, name, input) =>
      new Promise((resolve, reject) => {
        if (!worker || !begun.has(contextId)) return reject(new Failure(notOn));
        const id = ++last;
        asked.set(id, (result) => (result.ok ? resolve(result.value as never) : reject(new Failure(result.error))));
        worker.post({ t: 'call', id, contextId, name, input }, []);
      }),
    keepOnly(contextIds) {
      if (contextIds.length === 0) return stop();
      for (const contextId of [...begun])
        if (!contextIds.includes(contextId) && begun.delete(contextId)) worker?.post({ t: 'end', contextId }, []);
    },
    dispose: stop,
  };
}

/** Opened when first used, and anew when what was at the other end is gone. */
function opening(open: (counters: Transport['counters']) => NearTransport): Transport {
  const counters = { requests: 0, openStreams: 0, bytesIn: 0 };
  let way: NearTransport | null = null;
  let closed = false;
  function there(): NearTransport {
    if (closed) throw new Failure(turnedOff);
    if (!way || way.over) way = open(counters);
    return way;
  }
  return {
    counters,
    request: async (request) => there().request(request),
    stream: async (request) => there().stream(request),
    channel: async (request) => there().channel(request),
    reset: () => way?.reset(),
    ways: () => [],
    close() {
      closed = true;
      way?.close();
    },
  };
}

const notOn: AppError = { code: 'NOT_FOUND', message: 'This practice cluster is not turned on.' };
const turnedOff: AppError = { code: 'CANCELLED', message: 'The practice cluster was turned off.' };
const crashed = (cause: string): AppError => ({
  code: 'UNREACHABLE',
  message: 'The practice clusters stopped unexpectedly. Their bots are gone; they begin anew.',
  hint: 'Real clusters and their bots are not touched by this.',
  cause,
});
