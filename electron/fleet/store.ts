import type { KubeObject } from '../cluster/objects';

export interface Store<T extends KubeObject> {
  /** A source's complete truth; what it alone knew and no longer names is gone. */
  replace(source: string, items: T[]): void;
  upsert(source: string, item: T): void;
  remove(source: string, item: T): void;
  /** Forgets every source but these, and what only they knew. */
  keepSources(sources: ReadonlySet<string>): void;
  get(key: string): T | undefined;
  values(): IterableIterator<T>;
  readonly size: number;
}

/** `namespace/name` */
export const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/**
 * Objects of one kind on one cluster, as several watches tell of them (by label, by name): an object is there as long
 * as one of them says so. `changed` hears the object that came, changed or went.
 */
export function createStore<T extends KubeObject>(slim: (full: T) => T, changed: (object: T) => void): Store<T> {
  const entries = new Map<string, { object: T; sources: Set<string> }>();

  function put(source: string, full: T, complete: boolean): void {
    const key = keyOf(full);
    const entry = entries.get(key);
    if (!entry) {
      const object = slim(full);
      entries.set(key, { object, sources: new Set([source]) });
      changed(object);
      return;
    }
    entry.sources.add(source);
    if (entry.object.metadata.resourceVersion === full.metadata.resourceVersion) return;
    if (!complete && isOlder(full, entry.object)) return;
    const before = entry.object;
    entry.object = slim(full);
    if (before.metadata.uid !== full.metadata.uid) changed(before);
    changed(entry.object);
  }

  function drop(source: string, key: string): void {
    const entry = entries.get(key);
    if (!entry?.sources.delete(source) || entry.sources.size > 0) return;
    entries.delete(key);
    changed(entry.object);
  }

  return {
    replace(source, items) {
      const named = new Set(items.map(keyOf));
      for (const item of items) put(source, item, true);
      for (const key of [...entries.keys()]) if (!named.has(key)) drop(source, key);
    },
    upsert: (source, item) => put(source, item, false),
    remove: (source, item) => drop(source, keyOf(item)),
    keepSources(sources) {
      for (const [key, entry] of [...entries]) {
        for (const source of [...entry.sources]) if (!sources.has(source)) drop(source, key);
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

/** Two watches tell of one object at their own pace; within one life (uid) a lower resourceVersion is old news. */
function isOlder(next: KubeObject, known: KubeObject): boolean {
  if (next.metadata.uid !== known.metadata.uid) return false;
  const [a, b] = [Number(next.metadata.resourceVersion), Number(known.metadata.resourceVersion)];
  return Number.isFinite(a) && Number.isFinite(b) && a < b;
}
