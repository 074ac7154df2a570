/** Gives equal parts of JSON values as one and the same object: stored objects are never changed in place, and thousands of bots say the same. */
export type Share = <T>(value: T) => T;

/** It remembers all it was given: to be dropped when what is laid out is there. */
export function createShare(): Share {
  const known = new Map<string, object>();
  const numbers = new Map<object, number>();
  const keyOf = (value: unknown): string => {
    const number = typeof value === 'object' && value !== null ? numbers.get(value) : undefined;
    return number === undefined ? (JSON.stringify(value) ?? '') : `#${number}`;
  };
  return function share<T>(value: T): T {
    if (typeof value !== 'object' || value === null || numbers.has(value)) return value;
    const list = Array.isArray(value);
    const parts = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]): [string, unknown] => [name, share(inner)]);
    const key = (list ? '[' : '{') + parts.map(([name, inner]) => `${name}:${keyOf(inner)}`).join();
    let found = known.get(key);
    if (!found) {
      found = list ? parts.map(([, inner]) => inner) : Object.fromEntries(parts);
      known.set(key, found);
      numbers.set(found, numbers.size);
    }
    return found as T;
  };
}
