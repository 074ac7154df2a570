import type { Transport, TransportRequest, TransportResponse } from './transport';
import type { Clock } from './types';
import { wrap } from './wrap';

export interface HoldOff {
  transport: Transport;
  /** The trader asks himself: it is not waited any longer. */
  lift(): void;
}

/** Nobody is kept waiting longer by one word of a server, ms. */
const LONGEST = 600_000;
/** Answered by a server of their own behind the API server: its trouble is not that of the cluster. */
const placeOf = (path: string): string => (path.startsWith('/apis/metrics.k8s.io/') ? 'metrics' : 'cluster');

/**
 * The same transport, which holds the wait that a server asks for (429 or 503 with `Retry-After`) for everyone who reads over it: until then
 * they get the same refusal again, with what is left of the wait, and nothing is asked. A change is the trader's own and goes out.
 */
export function holdOff(transport: Transport, clock: Clock): HoldOff {
  const refused = new Map<string, { until: number; answer: TransportResponse }>();

  function held({ method, path }: TransportRequest): TransportResponse | null {
    const known = refused.get(placeOf(path));
    const left = known ? known.until - clock.now() : 0;
    if (!known || left <= 0 || method !== 'GET') return null;
    const { answer } = known;
    return { ...answer, headers: { ...answer.headers, 'retry-after': String(Math.ceil(left / 1000)) } };
  }
  function hear(path: string, status: number, headers: Record<string, string>, body: string): void {
    const seconds = Number(headers['retry-after']);
    if ((status !== 429 && status !== 503) || !(seconds > 0)) return;
    const until = clock.now() + Math.min(LONGEST, seconds * 1000);
    if (until > (refused.get(placeOf(path))?.until ?? 0))
      refused.set(placeOf(path), { until, answer: { status, headers, body } });
  }
  async function* once(text: string): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield Buffer.from(text);
  }

  return {
    lift: () => refused.clear(),
    transport: wrap(transport, {
      async request(request) {
        const again = held(request);
        if (again) return again;
        const answer = await transport.request(request);
        hear(request.path, answer.status, answer.headers, answer.body);
        return answer;
      },
      async stream(request) {
        const again = held(request);
        if (again) return { ...again, body: once(again.body), cancel: () => undefined };
        const stream = await transport.stream(request);
        // Its words are for who asked; what others are told is short.
        hear(
          request.path,
          stream.status,
          { ...stream.headers, 'content-type': 'text/plain' },
          'The cluster asks to wait.',
        );
        return stream;
      },
    }),
  };
}
