import { badRequest, invalidOptions, unsupported } from './status';

/** A request's parameters. */
export interface Query {
  text(name: string): string;
  has(name: string): boolean;
  all(name: string): string[];
  /** Whole number, undefined where it is not given. @throws Refusal 400 */
  int(name: string): number | undefined;
  /** As apimachinery reads it: given without a value, or anything but 0 and false, is true. */
  flag(name: string): boolean;
  /** `dryRun=All`. @throws Refusal 422 */
  dryRun(options: string): boolean;
}

/**
 * Reads a query of which only `known` may be named: real servers pass over what they do not know, here it would be a promise not kept.
 * @throws Refusal 400
 */
export function readQuery(given: string, known: readonly string[]): Query {
  const values = new URLSearchParams(given);
  for (const name of values.keys())
    if (!known.includes(name))
      throw badRequest(`the practice cluster does not know the parameter "${name}" of this request`);
  const text = (name: string) => values.get(name) ?? '';
  return {
    text,
    has: (name) => values.has(name),
    all: (name) => values.getAll(name),
    int(name) {
      const digits = text(name);
      if (digits === '') return undefined;
      if (!/^-?\d+$/.test(digits))
        throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(digits)}: invalid syntax`);
      return Number(digits);
    },
    flag: (name) => values.has(name) && !['false', '0'].includes(text(name).toLowerCase()),
    dryRun(options) {
      const asked = values.getAll('dryRun').filter((value) => value !== '');
      if (asked.some((value) => value !== 'All'))
        throw invalidOptions(options, [unsupported('dryRun', asked, ['All'])]);
      return asked.length > 0;
    },
  };
}
