import type { BotRow } from '../../shared/rows';
import { comparison, fieldOf, filterKeys, keyOf, type FilterFacts, type FilterKey } from './filterFields';

/** One part of a filter. Several values of one term, or several terms of one text field, mean "or"; different terms mean "and". */
export interface Term {
  key: FilterKey | null;
  values: string[];
  not: boolean;
}

/** A part as it was typed: between blanks, quotes keep blanks together. `from` and `to` are its place in the text. */
export interface Part {
  text: string;
  from: number;
  to: number;
}
export const partsOf = (text: string): Part[] =>
  [...text.matchAll(/-?(?:[^\s":]+:)?(?:"[^"]*"?|[^\s"]+)/g)].map(({ 0: part, index }) => ({
    text: part,
    from: index,
    to: index + part.length,
  }));

/** A typed part taken to pieces: `-cluster:"a b"`. `word` is what stood before the colon, known as a field or not. */
function pieces(part: string): { not: boolean; word: string; key: FilterKey | null; rest: string; quoted: boolean } {
  const not = part.startsWith('-') && part.length > 1;
  const body = not ? part.slice(1) : part;
  const colon = body.startsWith('"') ? -1 : body.indexOf(':');
  const word = colon > 0 ? body.slice(0, colon) : '';
  const key = word === '' ? null : keyOf(word);
  const rest = (key ? body.slice(colon + 1) : body).toLowerCase();
  return { not, word, key, rest: rest.replaceAll('"', '').trim(), quoted: rest.startsWith('"') };
}

/** `-` before a part turns it round, `key:a,b` means a or b, `key:>3` compares. Half-typed parts say nothing yet. */
export function parseFilter(text: string): Term[] {
  const terms: Term[] = [];
  for (const part of partsOf(text)) {
    const { not, key, rest, quoted } = pieces(part.text);
    const values = (key && !quoted ? rest.split(',') : [rest]).filter((value) => value !== '' && value !== '-');
    const field = key ? fieldOf(key) : null;
    const begun = field && field.kind !== 'text' && values.every((value) => comparison(value, field.kind) === null);
    if (values.length > 0 && !begun) terms.push({ key, values, not });
  }
  return joinKeys(terms);
}

/** A bot has one state and one cluster: `state:running state:trouble` can only mean either; `age:>1h age:<2h` means both. */
function joinKeys(terms: Term[]): Term[] {
  const joined: Term[] = [];
  for (const term of terms) {
    const joins = term.key && !term.not && fieldOf(term.key).kind === 'text';
    const same = joins && joined.find((other) => other.key === term.key && !other.not);
    if (same) same.values.push(...term.values);
    else joined.push(term);
  }
  return joined;
}

/** What is wrong with a filter, in words; such a part fits no bot, so that nothing is done to more bots than was meant. */
export function wrongIn(text: string): string[] {
  return partsOf(text).flatMap((part): string[] => {
    const { word, key, rest, quoted } = pieces(part.text);
    if (!key) {
      if (word === '') return [];
      const near = filterKeys.find((known) => known.startsWith(word.slice(0, 2).toLowerCase()));
      return [
        `“${word}:” is no field, so “${part.text}” is looked for as it stands.${near ? ` Did you mean ${near}:?` : ''}`,
      ];
    }
    const field = fieldOf(key);
    const values = (quoted ? [rest] : rest.split(',')).filter(Boolean);
    if (field.kind !== 'text') {
      return values.flatMap((value) => {
        const test = comparison(value, field.kind);
        if (test === undefined)
          return [
            `${key}: “${value}” is no ${field.kind === 'number' ? 'number' : 'time'}. Write it like ${key}:${field.examples[0]}.`,
          ];
        if (test === null && field.kind === 'duration' && /\d$/.test(value))
          return [`${key}: “${value}” lacks its unit: s, m, h, d or w, as in ${key}:${value}h.`];
        return [];
      });
    }
    const { only } = field;
    return values
      .filter((value) => only && !only.some((one) => one.startsWith(value)))
      .map((value) => `${key}: “${value}” is none of ${only!.join(', ')}.`);
  });
}

const haystacks = new WeakMap<BotRow, string>();

/** All of a row's words but its cluster's name, which can change under it. */
function haystack(row: BotRow): string {
  let text = haystacks.get(row);
  if (text === undefined) {
    const words = [row.name, row.namespace, row.pair, row.exchange, row.strategy, row.state, row.status, row.node];
    text = [...words, row.image, row.paper ? 'paper' : '', row.pair.replace('-', '')].join('\n').toLowerCase();
    haystacks.set(row, text);
  }
  return text;
}

const plain = (pair: string) => pair.toLowerCase().replaceAll(/[-/_]/g, '');

/** The same test, asked once for each row: a changed row is another object. */
export function remembering(fits: (row: BotRow) => boolean): (row: BotRow) => boolean {
  const known = new WeakMap<BotRow, boolean>();
  return (row) => {
    let fit = known.get(row);
    if (fit === undefined) known.set(row, (fit = fits(row)));
    return fit;
  };
}

/** A quick test for rows. */
export function matcher(terms: readonly Term[], facts: FilterFacts): (row: BotRow) => boolean {
  const names = new Map<string, string>();
  const cluster = (row: BotRow) => {
    let name = names.get(row.clusterId);
    if (name === undefined) names.set(row.clusterId, (name = facts.clusterName(row.clusterId).toLowerCase()));
    return name;
  };
  const text = (key: FilterKey | null, value: string): ((row: BotRow) => boolean) => {
    if (key === null) return (row) => haystack(row).includes(value) || cluster(row).includes(value);
    if (key === 'cluster') return (row) => cluster(row).includes(value);
    if (key === 'pair') return (row) => plain(row.pair).includes(plain(value));
    const field = fieldOf(key);
    if (field.kind !== 'text') {
      const test = comparison(value, field.kind);
      return (row) => {
        const amount = field.of(row, facts);
        return amount !== null && !!test && test(amount);
      };
    }
    if (field.begins) return (row) => field.of(row, facts).startsWith(value);
    const paper = key === 'exchange' && 'paper'.startsWith(value);
    return (row) => (paper && row.paper) || field.of(row, facts).toLowerCase().includes(value);
  };
  const tests = terms.map(({ key, values, not }) => ({ not, any: values.map((value) => text(key, value)) }));
  const wrong = terms.some(({ key, values }) => key && values.some((value) => isWrong(key, value)));
  if (wrong) return () => false;
  return (row) => tests.every(({ not, any }) => any.some((fits) => fits(row)) !== not);
}

function isWrong(key: FilterKey, value: string): boolean {
  const field = fieldOf(key);
  return field.kind === 'text'
    ? !!field.only && !field.only.some((one) => one.startsWith(value))
    : comparison(value, field.kind) === undefined;
}

/** The text with this field set to one value, or without the field when that was all it said; other parts stay as typed. */
export function withTerm(text: string, key: FilterKey, value: string): string {
  const own = partsOf(text).filter((part) => pieces(part.text).key === key);
  let rest = text;
  for (const part of [...own].reverse()) rest = `${rest.slice(0, part.from)}${rest.slice(part.to)}`;
  rest = rest.replaceAll(/\s+/g, ' ').trim();
  const only = own.length === 1 && pieces(own[0]!.text).rest === value && !pieces(own[0]!.text).not;
  if (only) return rest;
  const term = `${key}:${/\s|,/.test(value) ? `"${value}"` : value}`;
  return rest === '' ? term : `${rest} ${term}`;
}

/** Whether the filter asks for exactly this value of this field. */
export function hasTerm(terms: readonly Term[], key: FilterKey, value: string): boolean {
  return terms.some((term) => term.key === key && !term.not && term.values.length === 1 && term.values[0] === value);
}
