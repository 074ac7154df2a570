import type { Transport } from './transport';

/** The same transport, of which `own` answers in its stead. */
export function wrap(transport: Transport, own: Partial<Pick<Transport, 'request' | 'stream' | 'channel'>>): Transport {
  return {
    request: (request) => transport.request(request),
    stream: (request) => transport.stream(request),
    channel: (request) => transport.channel(request),
    ...own,
    reset: () => transport.reset(),
    ways: () => transport.ways(),
    close: () => transport.close(),
    get counters() {
      return transport.counters;
    },
  };
}
