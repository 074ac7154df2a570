import { Failure } from '../../shared/errors';
import { isBool, isNumber, isOn, PMM, PMM_FIELDS, PMM_TEMPLATE_VERSION } from './fields';
import { quoteIfNeeded, readMapping, type Entry } from './yamlText';

const ORDER = ['template_version', 'strategy', 'exchange', 'market', ...PMM_FIELDS.map(({ key }) => key)];
const TYPES = new Map(PMM_FIELDS.map(({ key, type, list }) => [key, list ? 'text' : type]));

/**
 * A pure_market_making file from texts as typed (`exchange` and `market` among them), keys in the file's order; empty ones are left out.
 * With `base`, every character of it stays but the values that differ: comments, order and unknown keys are kept, an emptied value
 * loses its line, a new one comes after the field before it.
 * @throws Failure INVALID when `base` is not a YAML mapping.
 */
export function renderPureMarketMaking(values: Record<string, string>, base?: string): string {
  if (base !== undefined) return edit(base, values);
  const all: Record<string, string> = { template_version: String(PMM_TEMPLATE_VERSION), strategy: PMM, ...values };
  return ORDER.filter((key) => (all[key] ?? '').trim() !== '')
    .map((key) => `${key}: ${scalar(key, all[key] ?? '')}\n`)
    .join('');
}

function edit(base: string, values: Record<string, string>): string {
  let text = base === '' || base.endsWith('\n') ? base : `${base}\n`;
  for (const key of ORDER) {
    const wanted = values[key]?.trim();
    if (wanted === undefined) continue;
    const entries = entriesIn(text);
    const entry = entries.find((candidate) => candidate.key === key);
    if (entry) text = wanted === '' ? without(text, entry) : replaced(text, entry, wanted);
    else if (wanted !== '') text = inserted(text, entries, key, wanted);
  }
  return text;
}

function entriesIn(text: string): Entry[] {
  if (text.trim() === '') return [];
  const { entries, issues } = readMapping('', text);
  if (issues[0])
    throw new Failure({
      code: 'INVALID',
      message: 'The file is not valid, so the form cannot write into it.',
      hint: 'Mend the file first.',
      cause: issues[0].message,
    });
  return entries;
}

function replaced(text: string, entry: Entry, wanted: string): string {
  if (entry.text !== null && same(entry.text, wanted)) return text;
  const [, from, to] = entry.at;
  const gap = /\s$/.test(text.slice(0, from)) ? '' : ' ';
  return text.slice(0, from) + gap + scalar(entry.key, wanted) + text.slice(to);
}

function without(text: string, entry: Entry): string {
  if (entry.text === '') return text;
  const start = text.lastIndexOf('\n', entry.at[0] - 1) + 1;
  const newline = text.indexOf('\n', entry.at[2]);
  return text.slice(0, start) + (newline < 0 ? '' : text.slice(newline + 1));
}

function inserted(text: string, entries: Entry[], key: string, wanted: string): string {
  const before = ORDER.slice(0, ORDER.indexOf(key)).reverse();
  const previous = before.map((name) => entries.find((entry) => entry.key === name)).find((entry) => entry);
  const line = `${key}: ${scalar(key, wanted)}\n`;
  if (!previous)
    return entries.length
      ? text.slice(0, entries[0]?.at[0] ?? 0) + line + text.slice(entries[0]?.at[0] ?? 0)
      : text + line;
  const newline = text.indexOf('\n', Math.max(previous.at[2], previous.at[0]));
  const at = newline < 0 ? text.length : newline + 1;
  return text.slice(0, at) + line + text.slice(at);
}

const same = (a: string, b: string): boolean =>
  a === b || (isNumber(a) && isNumber(b) && Number(a) === Number(b)) || (isBool(a) && isBool(b) && isOn(a) === isOn(b));

/** A value as YAML: numbers with the digits typed, texts in quotes where YAML would read them as something else. */
function scalar(key: string, typed: string): string {
  const value = typed.trim();
  const type = TYPES.get(key);
  if (type === 'bool' && isBool(value)) return String(isOn(value));
  const numeric = type === 'decimal' || type === 'int' || key === 'template_version';
  if (numeric && isNumber(value)) return value;
  return quoteIfNeeded(value);
}
