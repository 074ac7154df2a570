import { statusFailure } from './errors';
import type { Transport, TransportRequest, TransportResponse } from './transport';
import type { Clock } from './types';
import { readAll } from './watch';
import { isProtobuf } from './wire';
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
const isBusy = ({ status }: { status: number }) => status === 429 || status === 503;

/**
 * The same transport, which holds the wait that a server asks for (429 or 503 with `Retry-After`, or `retryAfterSeconds` in the `Status`) for
 * everyone who reads over it: until then they get the same refusal again, with what is left of the wait, and nothing is asked. A change is the
 * trader's own and goes out.
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
  function hear(path: string, answer: TransportResponse): void {
    if (!isBusy(answer)) return;
    const wait = statusFailure(answer.status, answer.headers, answer.body).error.retryAfterMs ?? 0;
    const until = clock.now() + Math.min(LONGEST, wait);
    if (until > (refused.get(placeOf(path))?.until ?? clock.now()))
      refused.set(placeOf(path), { until, answer: asText(answer) });
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
        hear(request.path, answer);
        return answer;
      },
      async stream(request) {
        const again = held(request);
        if (again) return { ...again, body: once(again.body), cancel: () => undefined };
        const stream = await transport.stream(request);
        if (!isBusy(stream)) return stream;
        const { status, headers } = stream;
        const answer = asText({ status, headers, body: await readAll(stream) });
        hear(request.path, answer);
        return { ...answer, body: once(answer.body), cancel: () => undefined };
      },
    }),
  };
}

/** A refusal in Protocol Buffers was read as a text already. */
function asText(answer: TransportResponse): TransportResponse {
  if (!isProtobuf(answer.headers)) return answer;
  return { ...answer, headers: { ...answer.headers, 'content-type': 'application/json' } };
}
