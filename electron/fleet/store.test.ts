import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../cluster/objects';
import { createStore } from './store';

let version = 100;
const object = (name: string, more: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  metadata: {
    name,
    namespace: 'n',
    uid: `uid-${name}`,
    resourceVersion: String(++version),
    creationTimestamp: '',
    ...more,
  },
});
function world() {
  const changed: string[] = [];
  const store = createStore<KubeObject>((one) => changed.push(one.metadata.name));
  return { store, changed, names: () => [...store.values()].map((one) => one.metadata.name).sort() };
}

describe('objects that several watches tell of', () => {
  it('stay until the last one that told of them lets go', () => {
    const { store, names } = world();
    const a = object('a');
    store.replace('label', [a]);
    store.replace('byhand', [a]);
    store.remove('label', a);
    expect(names()).toEqual(['a']);
    store.remove('byhand', a);
    expect(names()).toEqual([]);
  });

  it('go when a whole list no longer names them, but not because another watch does not', () => {
    const { store, names } = world();
    store.replace('one', [object('a'), object('b')]);
    store.replace('two', [object('c')]);
    store.replace('one', [object('b')]);
    expect(names()).toEqual(['b', 'c']);
  });

  it('are not set back by a slower watch, but are by a whole list', () => {
    const { store } = world();
    const old = object('a');
    const fresh = object('a');
    store.upsert('one', fresh);
    store.upsert('two', old);
    expect(store.get('n/a')).toBe(fresh);
    store.replace('two', [old]);
    expect(store.get('n/a')).toBe(old);
  });

  it('are not taken for a dead namesake because one watch is late', () => {
    const { store } = world();
    const dead = object('a', { uid: 'dead' });
    store.upsert('label', dead);
    const alive = object('a', { uid: 'alive' });
    store.upsert('byhand', alive);
    const late = {
      metadata: { ...dead.metadata, resourceVersion: String(Number(dead.metadata.resourceVersion) + 0.5) },
    };
    store.upsert('label', late);
    expect(store.get('n/a')).toBe(alive);
    store.remove('label', late);
    expect(store.get('n/a')).toBe(alive);
  });

  it('tell nothing when nothing changed', () => {
    const { store, changed } = world();
    const a = object('a');
    store.replace('one', [a]);
    store.replace('one', [a]);
    expect(changed).toEqual(['a']);
  });

  it('of watches that ended are forgotten only when asked', () => {
    const { store, names } = world();
    store.replace('old', [object('a'), object('b')]);
    store.replace('new', [object('b')]);
    expect(names()).toEqual(['a', 'b']);
    store.keepSources(new Set(['new']));
    expect(names()).toEqual(['b']);
  });
});
