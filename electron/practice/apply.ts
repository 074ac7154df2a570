import { elementsOf, keyElement, managedFieldsOf, ownersOf, pathsOf, removeAt, valueAt, type Owner } from './managed';
import { copy, isDict, same, type Dict, type Obj } from './objects';
import type { Schema } from './schema';
import { applyConflict, type Cause } from './status';

export interface ApplyOptions {
  manager: string;
  apiVersion: string;
  force: boolean;
  time: string;
}

/**
 * Server-side apply: `applied` laid over `live`; what this manager applied before and leaves out now goes, unless another owns it.
 * @throws Refusal 409 with each field that another manager owns and this one would change
 */
export function serverSideApply(live: Obj | null, applied: Obj, schema: Schema, options: ApplyOptions): Obj {
  const { manager, apiVersion, force, time } = options;
  const owners = ownersOf(live);
  const mine = owners.find((one) => one.manager === manager && one.operation === 'Apply');
  const others = owners.filter((one) => one !== mine && !one.subresource);
  const now = pathsOf(applied, schema, false);

  const causes: Cause[] = [];
  for (const path of [...now].sort()) {
    if (elementsOf(path).at(-1)!.startsWith('k:')) continue;
    for (const other of others) {
      if (!other.paths.has(path) || same(valueAt(live, path), valueAt(applied, path))) continue;
      if (force) other.paths.delete(path);
      else
        causes.push({
          reason: 'FieldManagerConflict',
          message: `conflict with ${ownerText(other)}`,
          field: fieldText(path),
        });
    }
  }
  if (causes.length > 0) throw applyConflict(causes);

  const merged = merge(live ?? {}, withoutIdentity(applied), schema) as Obj;
  const left = [...(mine?.paths ?? [])].filter((path) => !now.has(path)).sort((a, b) => b.length - a.length);
  for (const path of left) if (!others.some((other) => other.paths.has(path))) removeAt(merged as Dict, path);
  const unchanged = mine && same([...mine.paths].sort(), [...now].sort()) && same(bare(live), bare(merged));
  const next: Owner[] = [
    ...owners.filter((one) => one !== mine),
    { manager, operation: 'Apply', apiVersion, time: unchanged ? mine.time : time, paths: now },
  ];
  return { ...merged, metadata: { ...merged.metadata, managedFields: managedFieldsOf(next) } };
}

/** managedFields apart: what a change is judged by. */
export function bare(object: Obj | null): unknown {
  if (!object) return null;
  const { managedFields: _, resourceVersion: __, ...metadata } = object.metadata;
  return { ...object, metadata };
}
function withoutIdentity(applied: Obj): Obj {
  const { resourceVersion: _, uid: __, managedFields: ___, creationTimestamp: ____, ...metadata } = applied.metadata;
  return { ...applied, metadata: metadata as Obj['metadata'] };
}

/** Maps and keyed lists are merged, everything else is replaced. */
function merge(live: unknown, applied: unknown, schema: Schema): unknown {
  if (typeof schema === 'string' || applied === null) return copy(applied);
  if ('list' in schema) {
    if (!Array.isArray(applied) || !Array.isArray(live) || !(schema.keys || schema.set)) return copy(applied);
    if (schema.set) return [...live, ...applied.filter((item) => !live.some((one) => same(one, item)))];
    const keyOf = (item: unknown) => (isDict(item) ? keyElement(item, schema.keys!) : '');
    const wanted = new Map(applied.map((item) => [keyOf(item), item as unknown]));
    const known = new Set(live.map(keyOf));
    // The order is the applier's, what only others know follows.
    const own = applied.map((item) =>
      merge(
        live.find((one) => keyOf(one) === keyOf(item)),
        item,
        schema.list,
      ),
    );
    return known.size === 0 ? own : [...own, ...live.filter((item) => !wanted.has(keyOf(item))).map(copy)];
  }
  if (!isDict(applied) || !isDict(live) || ('atomic' in schema && schema.atomic)) return copy(applied);
  const out: Dict = { ...live };
  for (const [key, value] of Object.entries(applied)) {
    const field = 'map' in schema ? schema.map : schema.fields[key];
    if (field !== undefined) out[key] = merge(live[key], value, field);
  }
  return out;
}

/** apimachinery's `printManager`, as 1.34 was seen to say it. */
function ownerText({ manager, operation, apiVersion, subresource }: Owner): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
/** `.spec.template.spec.containers[name="c"].image` */
function fieldText(path: string): string {
  return elementsOf(path)
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith('f:')) return `.${rest}`;
      if (element.startsWith('v:')) return `[=${rest}]`;
      const keys = Object.entries(JSON.parse(rest) as Dict);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isDict(patch)) return copy(patch);
  const out: Dict = isDict(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = mergePatch(out[key], value);
  }
  return out;
}
