import catalogue from '../../resources/catalogues/pure-market-making.json';
import type { FieldInfo } from '../../shared/bots';

/** A strategy's field with the rules the form does not show. */
export interface StrategyField extends FieldInfo {
  /** -1 switches it off, else it must be above 0. */
  orMinusOne: boolean;
  /** Numbers with commas between. */
  list: boolean;
  /** Has an effect only when this other field is on (`order_levels`: above 1) or has this value. */
  needs: { key: string; value: string | null } | null;
}

interface Entry extends Partial<Omit<StrategyField, 'needs' | 'type'>> {
  key: string;
  label: string;
  help: string;
  type: string;
  needs?: string;
}

/** The one strategy whose fields are known so far. */
export const PMM = 'pure_market_making';
/** `template_version` that Hummingbot 2.16 writes. */
export const PMM_TEMPLATE_VERSION: number = catalogue.templateVersion;
/** Keys that older versions of the file had; Hummingbot drops them when it brings the file up to date. */
export const PMM_REMOVED: readonly string[] = catalogue.removed;

/**
 * Fields of V1 `pure_market_making` in the file's order, without `exchange`, `market` and `order_override`.
 * Units: `%`, `s`; `BASE` and `QUOTE` stand for the pair's coins.
 */
export const PMM_FIELDS: readonly StrategyField[] = (catalogue.fields as Entry[]).map((entry) => {
  const [key, value] = entry.needs?.split('=') ?? [];
  return {
    unit: '',
    default: '',
    required: false,
    basic: false,
    orMinusOne: false,
    list: false,
    ...entry,
    type: entry.type as FieldInfo['type'],
    needs: key ? { key, value: value ?? null } : null,
  };
});

/** What is wrong with one value, as the end of "… " (a plain text as typed or as it stands in YAML), or null. Empty text: nothing. */
export function valueProblem(field: StrategyField, text: string): string | null {
  const value = text.trim();
  if (value === '') return null;
  if (field.type === 'bool') return isBool(value) ? null : `must be true or false`;
  if (field.type === 'choice')
    return field.choices?.includes(value) ? null : `must be one of ${field.choices?.join(', ') ?? ''}`;
  if (field.list) return listProblem(value);
  if (field.type !== 'decimal' && field.type !== 'int') return null;
  if (!isNumber(value)) return 'must be a number';
  const number = Number(value);
  if (field.type === 'int' && !Number.isInteger(number)) return 'must be a whole number';
  if (field.orMinusOne) return number > 0 || number === -1 ? null : 'must be above 0, or -1 to switch it off';
  return rangeProblem(field, number);
}

function rangeProblem(field: StrategyField, number: number): string | null {
  const { min, max, exclusiveMin, exclusiveMax } = field;
  const low = min === undefined || (exclusiveMin ? number > min : number >= min);
  const high = max === undefined || (exclusiveMax ? number < max : number <= max);
  if (low && high) return null;
  const from = min === undefined ? '' : `${exclusiveMin ? 'above' : 'at least'} ${min}`;
  const to = max === undefined ? '' : `${exclusiveMax ? 'below' : 'at most'} ${max}`;
  return `must be ${[from, to].filter(Boolean).join(' and ')}`;
}

function listProblem(value: string): string | null {
  const parts = listOf(value);
  return parts.every((part) => isNumber(part) && Number(part) > 0)
    ? null
    : 'must be numbers above 0 with commas between';
}

export const listOf = (value: string): string[] => value.split(',').map((part) => part.trim());
/** A finite decimal number as both YAML and Python read it. */
export const isNumber = (text: string): boolean =>
  /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text) && Number.isFinite(Number(text));
/** Hummingbot also takes yes, y, no and n. */
export const isBool = (text: string): boolean => /^(true|false|yes|no|y|n)$/i.test(text);
export const isOn = (text: string): boolean => /^(true|yes|y)$/i.test(text);
