import { Failure } from '../../shared/errors';
import type { KubeObject } from '../cluster/objects';
import type { Api, Clock, Resource } from '../cluster/types';
import type { ConnectionOf } from './site';

/** Helper of this room's tests: a cluster of a few objects in memory that can fall silent; nothing of it moves by itself. */
export function smallCluster(objects: [plural: string, object: KubeObject][] = []) {
  const store = new Map<string, KubeObject>();
  const key = (plural: string, namespace: string | null, name: string) => `${plural}/${namespace ?? ''}/${name}`;
  const put = (plural: string, object: KubeObject) =>
    void store.set(key(plural, object.metadata.namespace ?? null, object.metadata.name), object);
  for (const [plural, object] of objects) put(plural, object);
  const missing = () => new Failure({ code: 'NOT_FOUND', message: 'It is not there.' });
  const world = {
    put,
    find: (plural: string, namespace: string, name: string) => store.get(key(plural, namespace, name)),
    drop: (plural: string, namespace: string, name: string) => store.delete(key(plural, namespace, name)),
    /** Calls that get no answer, as a cut line gives none. */
    silent: (_call: string): boolean => false,
    /** What every pod's log holds; a pod that is made ends at once, as the reader of a stopped bot's record does. */
    log: '',
    /** Verb and name of each call, in order. */
    calls: [] as string[],
  };
  let version = 100;

  async function call<T>(verb: string, resource: Resource, name: string, run: () => T): Promise<T> {
    await Promise.resolve();
    world.calls.push(`${verb} ${resource.plural}/${name}`);
    if (world.silent(`${verb} ${resource.plural}/${name}`))
      throw new Failure({ code: 'UNREACHABLE', message: 'The cluster does not answer.' });
    return structuredClone(run());
  }
  const make = (plural: string, namespace: string | null, object: object) => {
    const given = structuredClone(object) as KubeObject;
    const metadata = { ...given.metadata, namespace: namespace ?? undefined, uid: `uid-${++version}` };
    const made = {
      ...given,
      metadata: { ...metadata, resourceVersion: String(version), creationTimestamp: '' },
      ...(plural === 'pods' ? { status: { phase: 'Succeeded' } } : {}),
    };
    put(plural, made);
    return made;
  };
  const api = {
    transport: {
      request: async ({ path }: { path: string }) => {
        world.calls.push(`request ${path}`);
        return { status: path.includes('/log') ? 200 : 404, headers: {}, body: world.log };
      },
      stream: async () => ({ status: 404, headers: {}, body: (async function* () {})(), cancel: () => undefined }),
      channel: ({ path }: { path: string }) => {
        world.calls.push(`channel ${path}`);
        return Promise.reject(new Failure({ code: 'FORBIDDEN', message: 'You may not look into pods.' }));
      },
    },
    get: (resource: Resource, namespace: string | null, name: string) =>
      call('get', resource, name, () => {
        const found = store.get(key(resource.plural, namespace, name));
        if (!found) throw missing();
        return found;
      }),
    list: (resource: Resource, _: string, query?: { labelSelector?: string }) =>
      call('list', resource, '', () => {
        const labels = (query?.labelSelector ?? '').split(',').map((one) => one.split('='));
        const items = [...store].flatMap(([at, object]) => {
          const fits = labels.every(([name, value]) => object.metadata.labels?.[name ?? ''] === value);
          return query?.labelSelector && at.startsWith(`${resource.plural}/`) && fits ? [object] : [];
        });
        return { items, resourceVersion: '1' };
      }),
    create: (resource: Resource, namespace: string | null, object: KubeObject) =>
      call('create', resource, object.metadata.name, () => make(resource.plural, namespace, object)),
    merge: (resource: Resource, namespace: string | null, name: string, patch: Record<string, never>) =>
      call('merge', resource, name, () => {
        const found = store.get(key(resource.plural, namespace, name));
        if (!found) throw missing();
        const merged = merge(found, patch) as KubeObject;
        merged.metadata.resourceVersion = String(++version);
        put(resource.plural, merged);
        // The controller and the kubelet, at once: replicas 0 ends the pod.
        const { spec } = patch as { spec?: { replicas?: number } };
        if (resource.plural === 'statefulsets' && spec?.replicas === 0)
          store.delete(key('pods', namespace, `${name}-0`));
        return merged;
      }),
    remove: (resource: Resource, namespace: string | null, name: string) =>
      call('remove', resource, name, () => {
        if (!store.delete(key(resource.plural, namespace, name))) throw missing();
      }),
  } as unknown as Api;
  const connectionOf: ConnectionOf = () => ({ api, name: 'Frankfurt', verify: () => Promise.resolve() });
  return Object.assign(world, { api, connectionOf });
}

/** JSON merge patch (RFC 7396). */
function merge(into: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(into as Record<string, unknown>) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merge(result[name], value);
  }
  return result;
}

/** Time that passes only where something waits for it: each wait moves it at once. */
export function leapingClock(start = Date.now()): Clock {
  let now = start;
  return {
    now: () => now,
    after(ms, run) {
      let on = true;
      setImmediate(() => {
        if (!on) return;
        // Renewals and other long watches must not push time past what is waited for.
        if (ms >= 20_000) return;
        now += ms;
        run();
      });
      return () => (on = false);
    },
    random: () => 0.5,
  };
}

/** The reader's log line of a stopped bot's database. */
export const recordOf = (orders: object[]): string => `@@hummingdeck ${JSON.stringify({ orders })}\n`;
