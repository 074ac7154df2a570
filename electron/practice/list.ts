import type { Kind } from './kinds';
import type { Obj } from './objects';
import type { Query } from './query';
import { fieldMatch, labelMatch, nameOf, type Match } from './selector';
import { badRequest, forbiddenField, gone, invalidOptions, tooLarge } from './status';
import type { Store } from './store';

export const LIST_PARAMETERS = [
  'labelSelector',
  'fieldSelector',
  'limit',
  'continue',
  'resourceVersion',
  'resourceVersionMatch',
  'timeoutSeconds',
  'watch',
  'allowWatchBookmarks',
  'sendInitialEvents',
];

export interface Selection {
  kind: Kind;
  namespace: string | null;
  match: Match;
  /** Whether anything was selected: counts of what remains are given only for whole lists. */
  narrowed: boolean;
}

/** @throws Refusal 400 */
export function selectionOf(kind: Kind, namespace: string | null, query: Query): Selection {
  const [labels, fields] = [query.text('labelSelector'), query.text('fieldSelector')];
  const byLabel = labelMatch(labels);
  const byField = fieldMatch(fields, kind.fields);
  return { kind, namespace, match: (object) => byLabel(object) && byField(object), narrowed: !!(labels || fields) };
}

/** Snapshots of lists that are read in pages, a few at a time. */
export interface Pages {
  keep(items: Obj[], version: number): string;
  find(id: string): { items: Obj[]; version: number } | undefined;
  forget(): void;
}
const MOST = 40;
export function createPages(): Pages {
  const kept = new Map<string, { items: Obj[]; version: number }>();
  let next = 1;
  return {
    keep(items, version) {
      const id = String(next++);
      kept.set(id, { items, version });
      if (kept.size > MOST) kept.delete(kept.keys().next().value!);
      return id;
    },
    find: (id) => kept.get(id),
    forget: () => kept.clear(),
  };
}

interface Token {
  v: string;
  rv: number;
  page: string;
  from: number;
}
const tokenOf = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');
function readToken(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Token;
    if (token.v === 'meta.k8s.io/v1' && Number.isInteger(token.from)) return token;
  } catch {
    // Told below.
  }
  throw badRequest(
    'invalid continue token: continue key is not valid: invalid character looking for beginning of value',
  );
}

/** One page of a list as it goes over the wire, without its items' kinds. @throws Refusal 400, 410, 504 */
export function listPage(store: Store, pages: Pages, selection: Selection, query: Query) {
  if (query.has('sendInitialEvents'))
    throw invalidOptions('ListOptions', [
      forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'),
    ]);
  const limit = query.int('limit') ?? 0;
  const token = query.text('continue') ? readToken(query.text('continue')) : null;
  const asked = query.text('resourceVersion');
  if (!token && asked !== '' && asked !== '0') atLeast(store, asked, query.text('resourceVersionMatch'));
  const whole = token ? pages.find(token.page) : { items: select(store, selection, query), version: store.version() };
  if (!whole)
    throw gone(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  const from = token?.from ?? 0;
  const items = limit > 0 ? whole.items.slice(from, from + limit) : whole.items.slice(from);
  const left = whole.items.length - from - items.length;
  const page = left > 0 ? (token?.page ?? pages.keep(whole.items, whole.version)) : '';
  const next = left > 0 ? tokenOf({ v: 'meta.k8s.io/v1', rv: whole.version, page, from: from + items.length }) : '';
  const metadata = {
    resourceVersion: String(whole.version),
    ...(next ? { continue: next } : {}),
    ...(next && !selection.narrowed ? { remainingItemCount: left } : {}),
  };
  return { metadata, items };
}

function select(store: Store, { kind, namespace, match }: Selection, query: Query): Obj[] {
  const name = nameOf(query.text('fieldSelector'));
  if (name !== null && (namespace !== null || !kind.namespaced)) {
    const found = store.get(kind, namespace ?? undefined, name);
    return found && match(found) ? [found] : [];
  }
  return store.list(kind, namespace).filter(match);
}

function atLeast(store: Store, asked: string, how: string): void {
  if (!/^\d+$/.test(asked))
    throw badRequest(
      `resourceVersion: Invalid value: ${JSON.stringify(asked)}: strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`,
    );
  if (Number(asked) > store.version()) throw tooLarge(asked, store.version());
  if (how === 'Exact' && Number(asked) !== store.version())
    throw gone(`The provided resource version is too old: ${asked} (${store.oldest()})`);
}
