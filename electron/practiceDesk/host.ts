import type { MessagePort } from 'node:worker_threads';
import { Failure, toAppError, type Result } from '../../shared/errors';
import type { Clock, Transport } from '../cluster';
import { passwordVerification } from '../hummingbot/keystore';
import { STARTER_PASSWORD, starterBots, type PracticeCluster } from '../practice';
import { barePractice, layOut } from '../practiceStart';
import { calls, type CallName } from './calls';
import type { Plan } from './contexts';
import { serveTransport } from './far';
import type { FromWorker, ToWorker } from './wire';

interface Place {
  bots: number;
  cluster: PracticeCluster;
  /** Its bots are there. */
  ready: Promise<void>;
  ended: boolean;
}

/** What says who it is and what it lets one do: answered while the bots are still being laid out. */
const AT_ONCE = /^\/(version$|apis\/authorization|api\/v1\/(nodes|namespaces\/kube-system)(\?|$))/;

/** The practice clusters themselves, behind `port`. They are laid out one after another, so that the first is there soon. */
export function hostPractice(port: Pick<MessagePort, 'on' | 'postMessage'>, clock: Clock): void {
  const places = new Map<string, Place>();
  const unlocked = new Map<string, boolean | Promise<boolean>>();
  let verification: Promise<string> | null = null;
  let before: Promise<unknown> = Promise.resolve();

  function placeOf({ id, name, provider, seed, bots }: Plan): Place {
    const found = places.get(id);
    if (found?.bots === bots) return found;
    end(id);
    const more = Math.max(0, bots - starterBots(seed).length);
    const options = { name, provider, seed, clock, unlocked, more };
    const cluster = barePractice(options);
    const furnish = async () => {
      const stored = await (verification ??= passwordVerification(STARTER_PASSWORD));
      if (!place.ended) await layOut(cluster, options, stored);
    };
    const place: Place = { bots, cluster, ended: false, ready: before.then(furnish) };
    before = place.ready.catch(() => undefined);
    places.set(id, place);
    return place;
  }
  function end(contextId: string): void {
    const place = places.get(contextId);
    if (!place) return;
    places.delete(contextId);
    place.ended = true;
    place.cluster.dispose();
  }
  function open(plan: Plan, way: MessagePort): void {
    try {
      const { cluster, ready } = placeOf(plan);
      serveTransport(way, whenReady(cluster.transport(), ready));
    } catch (thrown) {
      way.postMessage({ t: 'over', error: toAppError(thrown) });
    }
  }

  async function call(contextId: string, name: CallName, input: unknown): Promise<unknown> {
    const place = places.get(contextId);
    if (!place) throw new Failure({ code: 'CANCELLED', message: 'The practice cluster was turned off.' });
    await place.ready;
    return (calls[name] as (cluster: PracticeCluster, input: unknown) => unknown)(place.cluster, input);
  }
  const answer = (id: number, result: Result<unknown>) =>
    port.postMessage({ t: 'called', id, result } satisfies FromWorker);

  port.on('message', (message: ToWorker) => {
    if (message.t === 'open') open(message.plan, message.port);
    else if (message.t === 'end') end(message.contextId);
    else
      call(message.contextId, message.name, message.input).then(
        (value) => answer(message.id, { ok: true, value }),
        (thrown: unknown) => answer(message.id, { ok: false, error: toAppError(thrown) }),
      );
  });
}

function whenReady(far: Transport, ready: Promise<void>): Transport {
  const awaited = async <T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> => {
    await ready;
    if (signal?.aborted) throw new Failure({ code: 'CANCELLED', message: 'Cancelled.' });
    return run();
  };
  return {
    ...far,
    request: (asked) =>
      AT_ONCE.test(asked.path) ? far.request(asked) : awaited(asked.signal, () => far.request(asked)),
    stream: (asked) => awaited(asked.signal, () => far.stream(asked)),
    channel: (asked) => awaited(asked.signal, () => far.channel(asked)),
  };
}
