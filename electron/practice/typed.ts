import { isDict, type Dict } from './objects';
import { isQuantity } from '../../shared/quantity';
import type { Schema } from './schema';

/** What a body holds that its kind has no field for, by path (`spec.foo`, `spec.containers[0].bar`). */
export function unknownFields(value: unknown, schema: Schema, path = ''): string[] {
  if (typeof schema === 'string') return [];
  if ('fields' in schema) {
    if (!isDict(value)) return [];
    return Object.keys(value).flatMap((key) => {
      const at = path ? `${path}.${key}` : key;
      const field = schema.fields[key];
      return field === undefined ? [at] : unknownFields(value[key], field, at);
    });
  }
  if ('list' in schema)
    return Array.isArray(value)
      ? value.flatMap((item, index) => unknownFields(item, schema.list, `${path}[${index}]`))
      : [];
  return [];
}

/** The same without those fields, as a server drops them; null values count as not there. */
export function known(value: unknown, schema: Schema): unknown {
  if (value === null || typeof schema === 'string') return value;
  if ('list' in schema) return Array.isArray(value) ? value.map((item) => known(item, schema.list)) : value;
  if (!isDict(value)) return value;
  const out: Dict = {};
  for (const [key, inner] of Object.entries(value)) {
    const field = 'fields' in schema ? schema.fields[key] : schema.map;
    if (field !== undefined && inner !== null) out[key] = known(inner, field);
  }
  return out;
}

/** The first value of a wrong type, in the words of Go's JSON decoder, or of a quantity; null: none. */
export function mistyped(value: unknown, schema: Schema, kind: string, path = ''): string | null {
  if (value === null || value === undefined || schema === 'any') return null;
  const struct = `${kind}${path ? `.${path}` : ''}`;
  const cannot = (wanted: string) =>
    `json: cannot unmarshal ${jsonKind(value)} into Go struct field ${struct} of type ${wanted}`;
  if (schema === 'string') return typeof value === 'string' ? null : cannot('string');
  if (schema === 'bool') return typeof value === 'boolean' ? null : cannot('bool');
  if (schema === 'int') return Number.isInteger(value) ? null : cannot('int32');
  if (schema === 'quantity') {
    if (isQuantity(value)) return null;
    return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  }
  const below = (inner: unknown, key: string, field: Schema) =>
    mistyped(inner, field, kind, path ? `${path}.${key}` : key);
  if ('list' in schema) {
    if (!Array.isArray(value)) return cannot('[]interface {}');
    return first(value.map((item) => mistyped(item, schema.list, kind, path)));
  }
  if (!isDict(value)) return cannot('map[string]interface {}');
  if ('map' in schema) return first(Object.values(value).map((item) => mistyped(item, schema.map, kind, path)));
  return first(
    Object.entries(value).map(([key, inner]) => (schema.fields[key] ? below(inner, key, schema.fields[key]) : null)),
  );
}

const first = (found: (string | null)[]): string | null => found.find((one) => one !== null) ?? null;
const jsonKind = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
