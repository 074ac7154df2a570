import type { BotRow } from '../../shared/rows';
import type { Judged } from '../fleet/judged';
import type { FactsOf } from '../fleet/sums';

/** Of how many bots that are not stopped a reading says what they do: alerts from readings are of those alone. */
export function knownOf(rows: Iterable<BotRow>, factsOf: FactsOf): Judged {
  const found: Judged = { bots: 0, known: 0, oldest: null };
  for (const { replicas, clusterId, trading } of rows) {
    if (replicas === 0) continue;
    found.bots++;
    if (!trading || trading.state === 'unknown') continue;
    found.known++;
    const at = trading.at - (factsOf(clusterId)?.skewMs ?? 0);
    found.oldest = found.oldest === null ? at : Math.min(found.oldest, at);
  }
  return found;
}
