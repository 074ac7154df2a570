import type { BotRow } from '../../shared/rows';
import { matcher, type Term } from './filter';
import { fieldOf, type FilterFacts } from './filterFields';
import type { FactsOf } from './sums';

/** Fields that nothing but a reading answers. */
const ofReading = ['profit', 'volume', 'orders', 'trading'];

/** By how many of the bots that fit the rest of a filter what it asks of readings could be judged. */
export interface Judged {
  bots: number;
  known: number;
  /** When the oldest of those readings was told, ms since 1970 by this machine's clock. */
  oldest: number | null;
}

/** `counts`: which bots it is about; `isKnown`: of which of them, as far as they were read, the reading says what is asked. */
export function judge(
  rows: Iterable<BotRow>,
  counts: (row: BotRow) => boolean,
  isKnown: (row: BotRow, trading: NonNullable<BotRow['trading']>) => boolean,
  factsOf: FactsOf | undefined,
): Judged {
  const judged: Judged = { bots: 0, known: 0, oldest: null };
  for (const row of rows) {
    if (!counts(row)) continue;
    judged.bots++;
    if (!row.trading || !isKnown(row, row.trading)) continue;
    judged.known++;
    const at = row.trading.at - (factsOf?.(row.clusterId)?.skewMs ?? 0);
    judged.oldest = judged.oldest === null ? at : Math.min(judged.oldest, at);
  }
  return judged;
}

/** Whether a bot was read at all is known of every bot: `trading:unread`. */
const asksReading = ({ key, values }: Term): boolean =>
  key !== null && ofReading.includes(key) && !(key === 'trading' && values.every((value) => /^unr/.test(value)));

/** Whether it asks for a state that only a reading of this run tells: one of an earlier run leaves it unknown. */
const asksState = ({ key, values }: Term): boolean =>
  key === 'trading' && !values.every((value) => value.startsWith('u'));

/** null: the filter asks for nothing that was read. `rows` before the filter. */
export function judgedBy(rows: readonly BotRow[], terms: readonly Term[], facts: FilterFacts): Judged | null {
  const asked = terms.filter(asksReading);
  if (asked.length === 0) return null;
  const fits = matcher(
    terms.filter((term) => !asked.includes(term)),
    facts,
  );
  const fields = asked.flatMap(({ key }) => (key ? fieldOf(key) : []));
  const states = asked.some(asksState);
  return judge(
    rows,
    fits,
    (row, { state }) => !(states && state === 'unknown') && fields.every((field) => field.of(row, facts) !== null),
    facts.factsOf,
  );
}
