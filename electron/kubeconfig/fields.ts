import { invalid } from './fault';
import type { Plain } from './yaml';

export type Fields = { [key: string]: Plain };

/** Reads one entry's fields by name and type; a wrong type throws `Failure` INVALID that names the field. */
export function fieldsOf(value: Plain | undefined, what: string): Reader {
  if (value === null || value === undefined) return reader({}, what);
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(`${what} is not a set of fields.`);
  return reader(value, what);
}

export interface Reader {
  readonly fields: Fields;
  /** Given and not null. */
  has(key: string): boolean;
  /** '' where it is not given. */
  text(key: string): string;
  flag(key: string): boolean;
  list(key: string): Plain[];
  texts(key: string): string[];
  /** Fields below a key, or null. */
  inner(key: string): Reader | null;
}

function reader(fields: Fields, what: string): Reader {
  const own = (key: string): Plain =>
    Object.prototype.hasOwnProperty.call(fields, key) ? (fields[key] ?? null) : null;
  const wrong = (key: string, wanted: string) => invalid(`${what}: "${key}" is not ${wanted}.`);
  return {
    fields,
    has: (key: string): boolean => own(key) !== null,
    text(key: string): string {
      const value = own(key);
      if (value === null) return '';
      if (typeof value !== 'string') throw wrong(key, 'a text');
      return value;
    },
    flag(key: string): boolean {
      const value = own(key);
      if (value === null) return false;
      if (typeof value === 'string' && /^(true|yes|on)$/i.test(value)) return true;
      if (typeof value === 'string' && /^(false|no|off)$/i.test(value)) return false;
      throw wrong(key, 'true or false');
    },
    list(key: string): Plain[] {
      const value = own(key);
      if (value === null) return [];
      if (!Array.isArray(value)) throw wrong(key, 'a list');
      return value;
    },
    texts(key: string): string[] {
      return this.list(key).map((item) => {
        if (item === null) return '';
        if (typeof item !== 'string') throw wrong(key, 'a list of texts');
        return item;
      });
    },
    inner(key: string): Reader | null {
      const value = own(key);
      return value === null ? null : fieldsOf(value, `${what}: "${key}"`);
    },
  };
}
