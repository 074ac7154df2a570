import { kindOf, NAMESPACE, NODE, POD_METRICS, type Kind, type Verb } from './kinds';
import { listPage, LIST_PARAMETERS, selectionOf } from './list';
import { answerMetrics } from './metrics';
import { isDict, type Dict, type Obj } from './objects';
import { readQuery } from './query';
import { remove } from './remove';
import { accessReview, rulesReview } from './review';
import {
  badRequest,
  forbidden,
  noMethod,
  noPath,
  noResource,
  notAcceptable,
  notFound,
  Refusal,
  unauthorized,
  unsupportedType,
  failure,
} from './status';
import type { Sink } from './stream';
import { tableOf } from './table';
import { versionInfo } from './version';
import { serveWatch } from './watch';
import { withVolumes } from './volumes';
import { apply, create, merge } from './write';
import type { World } from './world';

export interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
/** Where a request goes. */
export interface Route {
  kind: Kind;
  namespace: string | null;
  name: string | null;
  subresource: string | null;
  query: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const TABLE = 'as=Table;v=v1;g=meta.k8s.io';
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(body),
});
export const refused = ({ code, headers, body }: Refusal): Answer => ({ status: code, headers, body });

/** Where a path leads. @throws Refusal 404 */
export function routeOf(path: string): Route {
  const [written = '', query = ''] = path.split(/\?(.*)/s);
  // As Go's servers do: a slash written as %2F parts names all the same.
  const address = decodeURIComponent(written);
  const match =
    /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
      address,
    );
  const apiVersion = match?.[1] ?? match?.[2] ?? '';
  if (!match || !GROUPS.has(apiVersion)) throw noPath();
  const [, , , namespace, plural = '', name, subresource] = match;
  const kind = kindOf(apiVersion, plural);
  if (!kind || (namespace !== undefined && !kind.namespaced)) throw noResource();
  if (subresource !== undefined && !kind.subresources.includes(subresource)) throw noResource();
  if (kind.namespaced && namespace === undefined && name !== undefined) throw noResource();
  return { kind, namespace: namespace ?? null, name: name ?? null, subresource: subresource ?? null, query };
}
const GROUPS = new Set([
  'v1',
  'apps/v1',
  'storage.k8s.io/v1',
  'coordination.k8s.io/v1',
  'rbac.authorization.k8s.io/v1',
]);

/** @throws Refusal 403, as RBAC says it */
export function authorize(world: World, route: Route, verb: string): void {
  const { kind, name, subresource } = route;
  const resource = subresource ? `${kind.plural}/${subresource}` : kind.plural;
  // A namespace is judged as lying in itself.
  const namespace = kind === NAMESPACE ? name : route.namespace;
  if (world.rights.allows({ verb, group: kind.group, resource, namespace })) return;
  const where = namespace === null ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  throw forbidden(
    kind,
    name ?? '',
    `User "trader" cannot ${verb} resource "${resource}" in API group "${kind.group}" ${where}`,
  );
}

/** Before anything else. @throws Refusal 401 */
export function authenticate(world: World): void {
  if (world.line.signedOut) throw unauthorized();
}

/** Any request with one whole answer, but logs. Never throws. */
export function answer(world: World, request: Request): Answer {
  try {
    authenticate(world);
    return special(world, request) ?? ofKind(world, request);
  } catch (thrown) {
    if (thrown instanceof Refusal) return refused(thrown);
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    return json(500, failure(500, 'InternalError', `Internal error occurred: ${words}`));
  }
}

function special(world: World, request: Request): Answer | null {
  const { method, path } = request;
  if (path === '/version') {
    if (method !== 'GET') throw noMethod();
    return json(200, versionInfo);
  }
  const metrics = metricsRoute(path);
  if (metrics) {
    if (method !== 'GET') throw noMethod();
    authorize(world, metrics, verbOf(method, metrics.name));
    return json(200, answerMetrics(world, metrics));
  }
  const review = /^\/apis\/authorization\.k8s\.io\/v1\/(selfsubjectaccessreviews|selfsubjectrulesreviews)$/.exec(
    path,
  )?.[1];
  if (!review) return null;
  if (method !== 'POST') throw noMethod();
  const body = bodyOf(request);
  if (!isDict(body)) throw badRequest('the object provided is unrecognized');
  const write = review === 'selfsubjectaccessreviews' ? accessReview : rulesReview;
  return json(201, write(world.rights, body));
}

function metricsRoute(path: string): Route | null {
  const match = /^\/apis\/metrics\.k8s\.io\/v1beta1(?:\/namespaces\/([^/?]+))?\/pods(?:\/([^/?]+))?(?:\?(.*))?$/s.exec(
    path,
  );
  if (!match || (match[2] && !match[1])) return null;
  const [, namespace = null, name = null, query = ''] = match;
  return { kind: POD_METRICS, namespace, name, subresource: null, query };
}

function ofKind(world: World, request: Request): Answer {
  const route = routeOf(request.path);
  const { kind, name, namespace, subresource } = route;
  if (subresource) throw noMethod();
  const verb = verbOf(request.method, name);
  authorize(world, route, verb);
  if (!kind.verbs.has(verb) || (verb === 'create' && kind.namespaced && namespace === null)) throw noMethod();
  const accept = request.headers['accept'] ?? '';
  const table = accept.includes('as=Table');
  if (table && (!accept.includes(TABLE) || kind.kind !== 'Pod')) throw notAcceptable();
  switch (verb) {
    case 'get': {
      readQuery(route.query, []);
      const found = world.store.get(kind, namespace ?? undefined, name!);
      if (!found) throw notFound(kind, name!);
      return json(
        200,
        table ? tableOf([found], found.metadata.resourceVersion, world.agenda.now()) : typed(kind, found),
      );
    }
    case 'list': {
      const query = readQuery(route.query, LIST_PARAMETERS);
      if (query.flag('watch')) throw badRequest('a watch is a stream');
      const page = listPage(world.store, world.pages, selectionOf(kind, namespace, query), query);
      if (table) return json(200, tableOf(page.items, page.metadata.resourceVersion, world.agenda.now()));
      const shown = kind === NODE ? withVolumes(world, page.items) : page.items;
      const items = shown.map(({ apiVersion: _, kind: __, ...item }) => item);
      return json(200, { kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata: page.metadata, items });
    }
    default:
      return write(world, route, verb, request);
  }
}

export const WRITE_PARAMETERS = ['fieldManager', 'dryRun', 'fieldValidation'];
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

function write(world: World, route: Route, verb: Verb, request: Request): Answer {
  const { kind, namespace, name } = route;
  if (verb === 'delete') {
    readQuery(route.query, []);
    const body = request.body ? bodyOf(request) : undefined;
    return json(200, remove(world, kind, namespace, name!, body));
  }
  const query = readQuery(route.query, verb === 'patch' ? [...WRITE_PARAMETERS, 'force'] : WRITE_PARAMETERS);
  const options = {
    manager: query.text('fieldManager') || 'unknown',
    dryRun: query.dryRun(verb === 'patch' ? 'PatchOptions' : 'CreateOptions'),
    force: query.flag('force'),
    warnings: [] as string[],
  };
  const warned = (): Record<string, string> =>
    options.warnings.length > 0
      ? { warning: options.warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') }
      : {};
  if (verb === 'create') {
    const body = bodyOf(request, kind);
    return json(201, create(world, kind, namespace, body, options), warned());
  }
  const type = typeOf(request);
  if (type === APPLY) {
    const manager = query.text('fieldManager');
    if (!manager) throw missingManager();
    const before = world.store.get(kind, namespace ?? undefined, name!);
    if (!before) authorize(world, route, 'create');
    const { object, created } = apply(world, kind, namespace, name!, parsed(request.body), options);
    return json(created ? 201 : 200, object, warned());
  }
  if (type === MERGE) return json(200, merge(world, kind, namespace, name!, parsed(request.body), options), warned());
  throw new Refusal(415, JSON.stringify(failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})));
}

function missingManager(): Refusal {
  const cause = {
    reason: 'FieldValueRequired',
    message: 'Required value: is required for apply patch',
    field: 'fieldManager',
  };
  return new Refusal(
    422,
    JSON.stringify(
      failure(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: ${cause.field}: ${cause.message}`, {
        group: 'meta.k8s.io',
        kind: 'PatchOptions',
        causes: [cause],
      }),
    ),
  );
}

function verbOf(method: string, name: string | null): Verb {
  if (method === 'GET') return name === null ? 'list' : 'get';
  if (method === 'POST' && name === null) return 'create';
  if (method === 'PATCH' && name !== null) return 'patch';
  if (method === 'DELETE' && name !== null) return 'delete';
  throw noMethod();
}

const typeOf = ({ headers }: Request): string => (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();

/** A body in JSON; what a real server would also take (YAML, protobuf) is not taken here. @throws Refusal 400, 415 */
function bodyOf(request: Request, kind?: Kind): unknown {
  const type = typeOf(request);
  if (type !== '' && type !== 'application/json') throw unsupportedType('application/json');
  try {
    return JSON.parse(request.body ?? '') as unknown;
  } catch (error) {
    const words = error instanceof Error ? error.message : '';
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind?.kind ?? 'Status'}): couldn't get version/kind; json parse error: ${words}`,
    );
  }
}
function parsed(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '') as unknown;
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : ''}`);
  }
}

const typed = (kind: Kind, object: Obj): Dict => ({ ...object, kind: kind.kind, apiVersion: kind.apiVersion });

/** Serves a watch into `sink`; a refusal comes back as an answer. */
export function answerWatch(world: World, request: Request, sink: Sink): Answer | null {
  try {
    authenticate(world);
    const route = routeOf(request.path);
    const { kind, namespace } = route;
    authorize(world, route, 'watch');
    const query = readQuery(route.query, LIST_PARAMETERS);
    serveWatch(world.store, world.agenda, selectionOf(kind, namespace, query), query, sink);
    return null;
  } catch (thrown) {
    if (thrown instanceof Refusal) return refused(thrown);
    throw thrown;
  }
}
