import type { KubeObject } from '../cluster/objects';

export interface Store<T extends KubeObject> {
  /** A source's complete truth; what it alone knew and no longer names is gone. */
  replace(source: string, items: T[]): void;
  upsert(source: string, item: T): void;
  remove(source: string, item: T): void;
  /** Forgets every source but these, and what only they knew; but not what `spare` spares. */
  keepSources(sources: ReadonlySet<string>, spare?: (object: T) => boolean): void;
  get(key: string): T | undefined;
  values(): IterableIterator<T>;
  readonly size: number;
}

interface Entry<T> {
  /** What counts. */
  object: T;
  /** Each source's own last word: one that is late must not put a dead namesake in the place of what another one knows. */
  told: Map<string, T>;
}

/** `namespace/name` */
export const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/**
 * Objects of one kind on one cluster, as several watches tell of them (by label, by name): an object is there as long
 * as one of them says so, and is what the newest word of them says. `changed` hears the object that came, changed or went.
 */
export function createStore<T extends KubeObject>(changed: (object: T) => void): Store<T> {
  const entries = new Map<string, Entry<T>>();

  function put(source: string, object: T, complete: boolean): void {
    const key = keyOf(object);
    const entry = entries.get(key);
    if (!entry) {
      entries.set(key, { object, told: new Map([[source, object]]) });
      changed(object);
      return;
    }
    const own = entry.told.get(source);
    const same = own && sameWord(own, object);
    if (own && !complete && (same || (own.metadata.uid === object.metadata.uid && isOlder(object, own)))) return;
    const known = same ? own : [...entry.told.values()].find((other) => sameWord(other, object));
    entry.told.delete(source);
    entry.told.set(source, known ?? object);
    // A whole list is the server's word of now, even where its versions went back (restored from a backup).
    if (complete) show(entry, known ?? object);
    else settle(entry);
  }

  function drop(source: string, key: string): void {
    const entry = entries.get(key);
    if (!entry?.told.delete(source)) return;
    if (entry.told.size > 0) return settle(entry);
    entries.delete(key);
    changed(entry.object);
  }

  function settle(entry: Entry<T>): void {
    show(
      entry,
      [...entry.told.values()].reduce((best, next) => (isOlder(next, best) ? best : next)),
    );
  }
  function show(entry: Entry<T>, object: T): void {
    const before = entry.object;
    if (object === before) return;
    entry.object = object;
    if (before.metadata.uid !== object.metadata.uid) changed(before);
    changed(object);
  }

  return {
    replace(source, items) {
      const named = new Set(items.map(keyOf));
      for (const item of items) put(source, item, true);
      for (const key of [...entries.keys()]) if (!named.has(key)) drop(source, key);
    },
    upsert: (source, item) => put(source, item, false),
    remove: (source, item) => drop(source, keyOf(item)),
    keepSources(sources, spare) {
      for (const [key, entry] of [...entries]) {
        if (spare?.(entry.object)) continue;
        for (const source of [...entry.told.keys()]) if (!sources.has(source)) drop(source, key);
      }
    },
    get: (key) => entries.get(key)?.object,
    *values() {
      for (const entry of entries.values()) yield entry.object;
    },
    get size() {
      return entries.size;
    },
  };
}

const sameWord = (a: KubeObject, b: KubeObject): boolean =>
  a.metadata.uid === b.metadata.uid && a.metadata.resourceVersion === b.metadata.resourceVersion;

/** By resourceVersion, which counts for all objects of a kind on one cluster; where it is no number, nothing is older. */
function isOlder(next: KubeObject, known: KubeObject): boolean {
  const [a, b] = [Number(next.metadata.resourceVersion), Number(known.metadata.resourceVersion)];
  return Number.isFinite(a) && Number.isFinite(b) && a < b;
}
