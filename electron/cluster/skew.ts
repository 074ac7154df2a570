import type { Transport } from './transport';
import type { Clock } from './types';
import { wrap } from './wrap';

/** An answer that took longer says too little about when it was written. ms */
const PROMPT = 2_000;
/** Differences below this are the line's and the header's own coarseness: clocks that agree. ms */
const AGREE = 5_000;

/**
 * The same transport, telling by how much the server's clock is ahead of this machine's (ms; 0: they agree), as its answers' `Date` says
 * (RFC 9110, whole seconds). Ages and grace periods are the server's times: on a machine whose clock is off they would all be wrong.
 */
export function measureSkew(transport: Transport, clock: Clock, tell: (skewMs: number) => void): Transport {
  return wrap(transport, {
    async request(request) {
      const sent = clock.now();
      const answer = await transport.request(request);
      const took = clock.now() - sent;
      const date = Date.parse(answer.headers['date'] ?? '');
      if (!Number.isNaN(date) && took >= 0 && took < PROMPT) {
        const skew = date + 500 - (sent + took / 2);
        tell(Math.abs(skew) < AGREE ? 0 : Math.round(skew / 1000) * 1000);
      }
      return answer;
    },
  });
}
