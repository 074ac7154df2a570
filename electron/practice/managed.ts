import { isDict, same, type Dict, type FieldsTree, type ManagedFields, type Obj } from './objects';
import type { Schema } from './schema';

/**
 * Who owns which field, as server-side apply counts it (kubernetes.io/docs/reference/using-api/server-side-apply). A path is a list of
 * FieldsV1 elements (`f:spec`, `k:{"name":"x"}`, `v:"y"`) joined by a line feed, which no element holds.
 */
export type Paths = Set<string>;
const JOIN = '\n';
export const elementsOf = (path: string): string[] => path.split(JOIN);

/** Never owned by anyone. */
const OWN_METADATA = new Set([
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

export function keyElement(item: Dict, keys: string[]): string {
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key] ?? ''])))}`;
}

/** Paths of what an object says. `maps`: new maps themselves too, as updates own them (applies own leaves and list items alone). */
export function pathsOf(object: Obj, schema: Schema, maps: boolean): Paths {
  const paths: Paths = new Set();
  const walk = (value: unknown, at: Schema, path: string[]): void => {
    const own = () => paths.add(path.join(JOIN));
    if (typeof at !== 'string' && 'list' in at && (at.keys || at.set) && Array.isArray(value)) {
      for (const item of value) {
        if (at.set) paths.add([...path, `v:${JSON.stringify(item)}`].join(JOIN));
        else if (isDict(item)) {
          const inside = [...path, keyElement(item, at.keys!)];
          paths.add(inside.join(JOIN));
          if (typeof at.list === 'string' || !('atomic' in at.list && at.list.atomic)) walk(item, at.list, inside);
        }
      }
      if (value.length === 0) own();
      return;
    }
    const open = typeof at !== 'string' && ('map' in at || ('fields' in at && !at.atomic));
    if (!open || !isDict(value)) return void own();
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    if (path.length > 0 && (entries.length === 0 || (maps && 'map' in at))) own();
    for (const [key, inner] of entries) {
      if (path.length === 0 && (key === 'apiVersion' || key === 'kind' || key === 'status')) continue;
      if (path.length === 1 && path[0] === 'f:metadata' && OWN_METADATA.has(key)) continue;
      const field = 'map' in at ? at.map : 'fields' in at ? at.fields[key] : undefined;
      if (field !== undefined) walk(inner, field, [...path, `f:${key}`]);
    }
  };
  walk(object, schema, []);
  return paths;
}

/** What stands at a path; undefined: nothing. */
export function valueAt(object: unknown, path: string): unknown {
  let at: unknown = object;
  for (const element of elementsOf(path)) {
    if (at === undefined) return undefined;
    at = step(at, element);
  }
  return at;
}
function step(value: unknown, element: string): unknown {
  if (element.startsWith('f:')) return isDict(value) ? value[element.slice(2)] : undefined;
  if (!Array.isArray(value)) return undefined;
  const wanted = JSON.parse(element.slice(2)) as unknown;
  if (element.startsWith('v:')) return value.find((item) => same(item, wanted));
  return value.find(
    (item) => isDict(item) && Object.entries(wanted as Dict).every(([key, one]) => (item[key] ?? '') === one),
  );
}

/** Takes what stands at a path out of a (fresh) object; maps and lists that become empty go with it. */
export function removeAt(object: Dict, path: string): void {
  const elements = elementsOf(path);
  const trail: { holder: unknown; element: string }[] = [];
  let at: unknown = object;
  for (const element of elements) {
    trail.push({ holder: at, element });
    at = step(at, element);
    if (at === undefined) return;
  }
  for (let i = trail.length - 1; i >= 0; i--) {
    const { holder, element } = trail[i]!;
    const value = step(holder, element);
    const empty = Array.isArray(value) ? value.length === 0 : isDict(value) && Object.keys(value).length === 0;
    if (i < trail.length - 1 && !empty) return;
    if (isDict(holder)) delete holder[element.slice(2)];
    else if (Array.isArray(holder)) holder.splice(holder.indexOf(value), 1);
  }
}

export function treeOf(paths: Paths): FieldsTree {
  const tree: FieldsTree = {};
  for (const path of [...paths].sort()) {
    let at = tree;
    for (const element of elementsOf(path)) at = at[element] ??= {};
    at['.'] = {};
  }
  // A leaf owns itself without saying so.
  const tidy = (node: FieldsTree): void => {
    const keys = Object.keys(node);
    if (keys.length === 1 && keys[0] === '.') delete node['.'];
    else for (const key of keys) if (key !== '.') tidy(node[key]!);
  };
  for (const key of Object.keys(tree)) tidy(tree[key]!);
  return tree;
}

export function pathsOfTree(tree: FieldsTree): Paths {
  const paths: Paths = new Set();
  const walk = (node: FieldsTree, path: string[]): void => {
    const keys = Object.keys(node);
    if (path.length > 0 && (keys.length === 0 || '.' in node)) paths.add(path.join(JOIN));
    for (const key of keys) if (key !== '.') walk(node[key]!, [...path, key]);
  };
  walk(tree, []);
  return paths;
}

export interface Owner {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  subresource?: string;
  paths: Paths;
}
export const ownersOf = (object: Obj | null): Owner[] =>
  (object?.metadata.managedFields ?? []).map(({ fieldsV1, fieldsType: _, ...rest }) => ({
    ...rest,
    paths: pathsOfTree(fieldsV1),
  }));
/** Applies first, then by time and name, as a server sorts them. */
export function managedFieldsOf(owners: Owner[]): ManagedFields[] {
  return owners
    .filter(({ paths }) => paths.size > 0)
    .sort(
      (a, b) =>
        (a.operation < b.operation ? -1 : a.operation > b.operation ? 1 : 0) ||
        (a.time < b.time ? -1 : a.time > b.time ? 1 : 0) ||
        (a.manager < b.manager ? -1 : 1),
    )
    .map(({ manager, operation, apiVersion, time, paths, subresource }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: treeOf(paths),
      ...(subresource ? { subresource } : {}),
    }));
}

/** Owners after a create or a patch by `manager`: it takes what it changed from everyone, what is gone is no one's. */
export function ownersAfterUpdate(
  before: Obj | null,
  after: Obj,
  schema: Schema,
  by: { manager: string; apiVersion: string; time: string },
): Owner[] {
  const now = pathsOf(after, schema, true);
  const changed = new Set([...now].filter((path) => !before || !same(valueAt(before, path), valueAt(after, path))));
  // A map or a list item that only changed inside is not itself taken.
  for (const path of changed) if (before && holds(path, valueAt(before, path), now)) changed.delete(path);
  const owners = ownersOf(before);
  for (const owner of owners)
    for (const path of owner.paths)
      if (!owner.subresource && (changed.has(path) || valueAt(after, path) === undefined)) owner.paths.delete(path);
  if (changed.size === 0) return owners;
  const mine = owners.find((one) => one.manager === by.manager && one.operation === 'Update' && !one.subresource);
  if (mine) {
    for (const path of changed) mine.paths.add(path);
    mine.time = by.time;
  } else owners.push({ ...by, operation: 'Update', paths: changed });
  return owners;
}
function holds(path: string, before: unknown, all: Paths): boolean {
  if (before === undefined) return false;
  const prefix = `${path}${JOIN}`;
  for (const other of all) if (other.startsWith(prefix)) return true;
  return false;
}
