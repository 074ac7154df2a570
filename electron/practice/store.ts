import type { Dispose } from '../cluster/types';
import type { Kind } from './kinds';
import type { Obj } from './objects';

/** One write, as watches tell of it. */
export interface Change {
  version: number;
  kind: Kind;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: Obj;
  /** What stood there before: a watch with a selector needs to know whether it was seen. */
  before: Obj | null;
}

/** The cluster's memory: objects by kind, one counter of versions, and the last changes for watches. */
export interface Store {
  version(): number;
  get(kind: Kind, namespace: string | undefined, name: string): Obj | undefined;
  /** In the order of etcd's keys. */
  list(kind: Kind, namespace?: string | null): Obj[];
  count(kind: Kind): number;
  /** Writes it under a new resourceVersion. */
  put(kind: Kind, object: Obj): Obj;
  remove(kind: Kind, object: Obj): Obj;
  /** Changes behind a version; null: that long ago is forgotten. */
  since(version: number): Change[] | null;
  /** Oldest version a watch can go on from. */
  oldest(): number;
  /** Told of every change, in order, after it is written. */
  onChange(listener: (change: Change) => void): Dispose;
  /** Forgets all changes, as etcd does every five minutes. */
  compact(): void;
}

/** A new cluster's first writes are long past; no object ever bears version 1. */
const FIRST = 1_000;
const KEPT = 4_000;

export function createStore(): Store {
  const shelves = new Map<Kind, { objects: Map<string, Obj>; keys: string[] | null }>();
  const listeners = new Set<(change: Change) => void>();
  let changes: Change[] = [];
  let version = FIRST;
  let oldest = FIRST;

  const keyOf = (namespace: string | undefined, name: string) => (namespace ? `${namespace}/${name}` : name);
  function shelf(kind: Kind) {
    let found = shelves.get(kind);
    if (!found) shelves.set(kind, (found = { objects: new Map(), keys: null }));
    return found;
  }
  function tell(change: Change): void {
    changes.push(change);
    if (changes.length > 2 * KEPT) {
      changes = changes.slice(-KEPT);
      oldest = changes[0]!.version - 1;
    }
    for (const listener of [...listeners]) listener(change);
  }
  function stamped(object: Obj): Obj {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
  }

  return {
    version: () => version,
    get: (kind, namespace, name) => shelf(kind).objects.get(keyOf(namespace, name)),
    list(kind, namespace = null) {
      const one = shelf(kind);
      one.keys ??= [...one.objects.keys()].sort();
      const keys = namespace === null ? one.keys : one.keys.filter((key) => key.startsWith(`${namespace}/`));
      return keys.map((key) => one.objects.get(key)!);
    },
    count: (kind) => shelf(kind).objects.size,
    put(kind, object) {
      const one = shelf(kind);
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      const before = one.objects.get(key) ?? null;
      const next = stamped(object);
      one.objects.set(key, next);
      if (!before) one.keys = null;
      tell({ version, kind, type: before ? 'MODIFIED' : 'ADDED', object: next, before });
      return next;
    },
    remove(kind, object) {
      const one = shelf(kind);
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      const before = one.objects.get(key);
      if (!before) return object;
      one.objects.delete(key);
      one.keys = null;
      const last = stamped(before);
      tell({ version, kind, type: 'DELETED', object: last, before });
      return last;
    },
    since(from) {
      if (from < oldest) return null;
      let low = 0;
      let high = changes.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (changes[middle]!.version <= from) low = middle + 1;
        else high = middle;
      }
      return changes.slice(low);
    },
    oldest: () => oldest,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    compact() {
      changes = [];
      oldest = version;
    },
  };
}
