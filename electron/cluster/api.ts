import { Failure } from '../../shared/errors';
import { notKubernetes, statusFailure } from './errors';
import type { KubeList, KubeObject } from './objects';
import { pathOf, query } from './resources';
import { whenTime } from './slices';
import type { Transport, TransportRequest, TransportResponse } from './transport';
import type { Api, CallOptions, Clock, ListOptions, ListQuery, Resource, WriteOptions } from './types';
import { ACCEPT_LIST, readList } from './wire';

/** So many objects a server is asked for at once. */
export const PAGE = 500;

export interface ApiOptions {
  clock: Clock;
  /** Owner of the fields it applies (server-side apply). */
  fieldManager?: string;
}

/** Typed calls over a transport. Lists and objects come without `metadata.managedFields`. */
export function createApi(transport: Transport, { fieldManager = 'hummingdeck' }: ApiOptions): Api {
  async function call(request: TransportRequest, warnings?: string[]): Promise<TransportResponse> {
    const answer = await transport.request(request);
    if (warnings) warnings.push(...readWarnings(answer.headers['warning']));
    if (answer.status < 200 || answer.status >= 300) throw statusFailure(answer.status, answer.headers, answer.body);
    return answer;
  }
  async function json<T>(request: TransportRequest, warnings?: string[]): Promise<T> {
    return parse<T>(await call(request, warnings));
  }
  async function page<T extends KubeObject, K>(path: string, options: ListOptions<T, K>): Promise<KubeList<K>> {
    const { proto, keep = (full: T) => full as unknown as K } = options;
    const headers = proto && { accept: ACCEPT_LIST };
    const answer = await call({ method: 'GET', path, headers, ...passed(options) });
    if (proto && answer.bytes) return readList<K>(proto, answer.bytes);
    // Many lists come at once when a fleet is turned on: between two of them others have their turn.
    await whenTime();
    const list = parse<KubeList<T>>(answer);
    return { ...list, items: (list.items ?? []).map((item) => keep(lean(item))) };
  }
  const write = ({ dryRun, force }: WriteOptions) => ({ dryRun: dryRun ? 'All' : null, force: force ? true : null });
  const passed = ({ signal, timeoutMs }: CallOptions) => ({ signal, timeoutMs });

  return {
    transport,
    streamsLists: false,
    async get(resource, namespace, name, options = {}) {
      return lean(await json({ method: 'GET', path: pathOf(resource, namespace, name), ...passed(options) }));
    },
    async list<T extends KubeObject, K = T>(
      resource: Resource,
      namespace: string | null,
      ask: ListQuery = {},
      options: ListOptions<T, K> = {},
    ) {
      const { most = Infinity } = options;
      const limit = ask.limit ?? PAGE;
      const all = async () => {
        const items: K[] = [];
        let token: string | undefined;
        for (;;) {
          const path = pathOf(resource, namespace) + query({ ...ask, limit, continue: token });
          const { items: some, metadata } = await page(path, options);
          for (const item of some ?? []) items.push(item);
          token = metadata.continue || undefined;
          if (!token || items.length >= most)
            return { items, resourceVersion: metadata.resourceVersion, more: token !== undefined };
        }
      };
      try {
        return await all();
      } catch (error) {
        // The list outlived its continue token. In pages again: whole it may be too much for memory.
        if (!(error instanceof Failure) || error.error.code !== 'GONE') throw error;
        return await all();
      }
    },
    async create(resource, namespace, object, options = {}) {
      const path = pathOf(resource, namespace) + query({ fieldManager, dryRun: write(options).dryRun });
      return lean(
        await json({ method: 'POST', path, body: JSON.stringify(object), ...passed(options) }, options.warnings),
      );
    },
    async apply(resource, namespace, object, options = {}) {
      const path = pathOf(resource, namespace, object.metadata.name) + query({ fieldManager, ...write(options) });
      const headers = { 'content-type': 'application/apply-patch+yaml' };
      return lean(
        await json(
          { method: 'PATCH', path, headers, body: JSON.stringify(object), ...passed(options) },
          options.warnings,
        ),
      );
    },
    async merge(resource, namespace, name, patch, options = {}) {
      const path =
        pathOf(resource, namespace, name, options.subresource) + query({ fieldManager, dryRun: write(options).dryRun });
      const headers = { 'content-type': 'application/merge-patch+json' };
      return lean(
        await json(
          { method: 'PATCH', path, headers, body: JSON.stringify(patch), ...passed(options) },
          options.warnings,
        ),
      );
    },
    async remove(resource, namespace, name, options = {}) {
      const { uid, resourceVersion, propagation, gracePeriodSeconds } = options;
      const body = JSON.stringify({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(uid || resourceVersion ? { preconditions: { uid, resourceVersion } } : {}),
        propagationPolicy: propagation,
        gracePeriodSeconds,
        dryRun: options.dryRun ? ['All'] : undefined,
      });
      await call(
        { method: 'DELETE', path: pathOf(resource, namespace, name), body, ...passed(options) },
        options.warnings,
      );
    },
    async raw(method, path, body, options = {}) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      return json({ method, path, body: text, headers: options.headers, ...passed(options) });
    },
  };
}

function parse<T>(answer: TransportResponse): T {
  try {
    return JSON.parse(answer.body) as T;
  } catch {
    throw notKubernetes(answer.status, answer.headers, answer.body);
  }
}

/** managedFields are often half of an object and nothing here reads them. */
function lean<T extends KubeObject>(object: T): T {
  if (object.metadata) delete (object.metadata as { managedFields?: unknown }).managedFields;
  return object;
}

/** Texts of `Warning: 299 - "text"` headers (RFC 7234; several joined by commas). */
export function readWarnings(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!.replace(/\\(.)/g, '$1'));
}
