import { Failure, type AppError } from '../../shared/errors';
import type { Transport, TransportStream } from './transport';
import { wrap } from './wrap';

export interface Observer {
  /** The server said something. */
  heard(): void;
  /** It could not be reached, or refused the sign-in. */
  failed(error: AppError): void;
}

/** The same transport, telling how it goes. */
export function observe(transport: Transport, { heard, failed }: Observer): Transport {
  function failing(thrown: unknown): never {
    if (thrown instanceof Failure && thrown.error.code !== 'CANCELLED' && thrown.error.status === undefined)
      failed(thrown.error);
    throw thrown;
  }
  function answered<T extends { status: number }>(answer: T): T {
    if (answer.status === 401)
      failed({ code: 'UNAUTHORIZED', message: 'The cluster does not accept this sign-in.', status: 401 });
    else heard();
    return answer;
  }
  async function* listen(stream: TransportStream): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of stream.body) {
        heard();
        yield bytes;
      }
    } catch (error) {
      failing(error);
    }
  }
  return wrap(transport, {
    request: (request) => transport.request(request).then(answered, failing),
    stream: (request) =>
      transport.stream(request).then((stream) => ({ ...answered(stream), body: listen(stream) }), failing),
    channel: (request) =>
      transport.channel(request).then((channel) => {
        heard();
        return channel;
      }, failing),
  });
}
