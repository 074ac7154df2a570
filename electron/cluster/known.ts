import type { KubeObject } from './objects';

/**
 * What a list/watch has told already: keeps late, double and ghost events of a confused server from its reader.
 * Versions are compared as numbers, which Kubernetes allows within one resource (KEP-5504); others count as newer.
 */
export interface Known {
  replace(items: KubeObject[]): void;
  /** `no`: told already, or older than what was told. `confused`: the name belongs to another object that was never removed. */
  upsert(item: KubeObject): 'yes' | 'no' | 'confused';
  remove(item: KubeObject): boolean;
}

const REMEMBERED = 5_000;

export function createKnown(): Known {
  const items = new Map<string, { uid: string; version: string }>();
  /** uid → version at which it went; an object that left a label's selection may come back, newer. */
  const gone = new Map<string, string>();
  return {
    replace(all) {
      items.clear();
      gone.clear();
      for (const { metadata } of all)
        items.set(keyOf(metadata), { uid: metadata.uid, version: metadata.resourceVersion });
    },
    upsert({ metadata }) {
      const { uid, resourceVersion: version } = metadata;
      const left = gone.get(uid);
      if (left !== undefined && !isNewer(version, left)) return 'no';
      const old = items.get(keyOf(metadata));
      if (old && old.uid !== uid) return isNewer(version, old.version) ? 'confused' : 'no';
      if (old && !isNewer(version, old.version)) return 'no';
      gone.delete(uid);
      items.set(keyOf(metadata), { uid, version });
      return 'yes';
    },
    remove({ metadata }) {
      const old = items.get(keyOf(metadata));
      if (!old || old.uid !== metadata.uid) return false;
      items.delete(keyOf(metadata));
      gone.set(metadata.uid, metadata.resourceVersion);
      if (gone.size > REMEMBERED) gone.delete(gone.keys().next().value!);
      return true;
    },
  };
}

const keyOf = ({ namespace = '', name }: { namespace?: string; name: string }): string => `${namespace}/${name}`;

/** Resource versions as numbers; where they are none, any other one counts as newer. */
export function isNewer(version: string, than: string): boolean {
  if (!/^\d+$/.test(version) || !/^\d+$/.test(than)) return version !== than;
  return version.length === than.length ? version > than : version.length > than.length;
}
