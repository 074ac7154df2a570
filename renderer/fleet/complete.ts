import type { BotRow } from '../../shared/rows';
import { partsOf } from './filter';
import { fieldOf, filterKeys, keyOf, type FilterFacts, type FilterKey } from './filterFields';

export interface Completion {
  /** What stands in the list. */
  label: string;
  /** Fainter, behind it. */
  note: string;
  /** The whole text once it is chosen, and where the caret then stands. */
  text: string;
  caret: number;
}

/** So many values are offered at most; fields are offered all. */
export const MOST = 10;

const quoted = (value: string) => (/[\s,":]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);

/** What may be meant by the part of the filter the caret stands in: fields by name, then values the rows have, most frequent first. */
export function completions(text: string, caret: number, rows: readonly BotRow[], facts: FilterFacts): Completion[] {
  const part = partsOf(text).find(({ from, to }) => from < caret && caret <= to);
  const typed = part ? text.slice(part.from, caret) : '';
  const not = typed.startsWith('-') ? '-' : '';
  const body = typed.slice(not.length);
  const colon = body.indexOf(':');
  const key = colon > 0 ? keyOf(body.slice(0, colon)) : null;
  const before = text.slice(0, part?.from ?? caret);
  const after = text.slice(part?.to ?? caret);
  const put = (words: string, done: boolean): Pick<Completion, 'text' | 'caret'> => {
    const head = `${before}${not}${words}${done && !after.startsWith(' ') ? ' ' : ''}`;
    return { text: head + after, caret: head.length };
  };
  if (!key) {
    if (colon >= 0 || body.startsWith('"')) return [];
    const fitting = filterKeys.filter((one) => one.startsWith(body.toLowerCase()));
    return fitting.map((one) => ({ label: `${one}:`, note: fieldOf(one).help, ...put(`${one}:`, false) }));
  }
  const rest = body.slice(colon + 1);
  const comma = rest.startsWith('"') ? -1 : rest.lastIndexOf(',');
  const kept = rest.slice(0, comma + 1);
  const begun = rest
    .slice(comma + 1)
    .replaceAll('"', '')
    .toLowerCase();
  return valuesOf(key, begun, rows, facts).map(({ value, note }) => ({
    ...{ label: value, note },
    ...put(`${key}:${kept}${quoted(value)}`, true),
  }));
}

function valuesOf(key: FilterKey, begun: string, rows: readonly BotRow[], facts: FilterFacts) {
  const field = fieldOf(key);
  if (field.kind !== 'text') {
    return field.examples
      .filter((value) => value.startsWith(begun) && value !== begun)
      .map((value) => ({ value, note: field.help }));
  }
  const counts = new Map<string, number>();
  for (const row of rows) {
    const said = field.of(row, facts);
    if (said === '' || !said.toLowerCase().includes(begun)) continue;
    const value = field.offer?.(row, facts) ?? said;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .filter(([value]) => value.toLowerCase() !== begun)
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, MOST)
    .map(([value, many]) => ({ value, note: String(many) }));
}
