import type { BotRow } from '../../shared/rows';
import { judge, type Judged } from '../fleet/judged';
import type { FactsOf } from '../fleet/sums';

/** Of how many bots that are not stopped a reading says what they do: alerts from readings are of those alone. */
export const knownOf = (rows: Iterable<BotRow>, factsOf: FactsOf): Judged =>
  judge(
    rows,
    ({ replicas }) => replicas !== 0,
    (_, { state }) => state !== 'unknown',
    factsOf,
  );
