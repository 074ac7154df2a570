import { Failure } from '../../shared/errors';
import { settingsSchema } from '../../shared/settings';
import type { AppEvent } from '../../shared/events';
import type { BotRow } from '../../shared/rows';
import { LABEL } from '../bot/format';
import { connect, systemClock, type KubeObject, type Pod, type StatefulSet, type Transport } from '../cluster';
import { createFleet } from './fleet';
import type { ContextEntry } from './types';

interface Change {
  plural: string;
  version: number;
  before: KubeObject | undefined;
  /** null: deleted. */
  after: KubeObject | null;
}

/** A far end in memory that lists and watches what the fleet asks for: two of them make an identity switch possible. */
export function farEnd(uid: string) {
  const kinds = new Map<string, Map<string, KubeObject>>();
  const watchers = new Set<{
    plural: string;
    wants(object: KubeObject): boolean;
    push(line: object): void;
    end(): void;
  }>();
  const asked: string[] = [];
  let version = 1;
  let most = 0;
  let unreadMs = 0;
  const history: Change[] = [];

  const labelled = (selector: string) => (object: KubeObject) =>
    selector.split(/,(?![^(]*\))/).every((part) => {
      const labels = object.metadata.labels ?? {};
      const [, among = '', values = ''] = /^(\S+) in \((.*)\)$/.exec(part) ?? [];
      if (among) return values.split(',').includes(labels[among] ?? '');
      if (part.startsWith('!')) return !(part.slice(1) in labels);
      const [key = '', value] = part.split('=');
      return value === undefined ? key in labels : labels[key] === value;
    });
  const named = (selector: string) => (object: KubeObject) => selector === `metadata.name=${object.metadata.name}`;

  const versioned = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(version) },
  });
  function put(plural: string, object: KubeObject): void {
    const all = kinds.get(plural) ?? new Map<string, KubeObject>();
    kinds.set(plural, all);
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    version++;
    const next = versioned(object);
    const before = all.get(key);
    all.set(key, next);
    tell({ plural, version, before, after: next });
  }

  function take(plural: string, name: string): void {
    for (const [key, before] of kinds.get(plural) ?? []) {
      if (before.metadata.name !== name) continue;
      kinds.get(plural)!.delete(key);
      version++;
      tell({ plural, version, before: versioned(before), after: null });
    }
  }
  function tell(change: Change): void {
    history.push(change);
    for (const one of watchers) if (one.plural === change.plural) lineOf(change, one.wants).forEach(one.push);
  }
  /** As a watch with such a selection hears it: what leaves it is told as it was last, with the version at which it left. */
  function lineOf({ version: at, before, after }: Change, wants: (object: KubeObject) => boolean): object[] {
    const had = before !== undefined && wants(before);
    if (after && wants(after)) return [{ type: had ? 'MODIFIED' : 'ADDED', object: after }];
    if (!had) return [];
    return [{ type: 'DELETED', object: { ...before, metadata: { ...before.metadata, resourceVersion: String(at) } } }];
  }

  function read(path: string): { plural: string; query: URLSearchParams; wants(object: KubeObject): boolean } {
    const url = new URL(path, 'http://far');
    const [, namespace, plural = ''] = /(?:\/namespaces\/([^/]+))?\/([a-z]+)$/.exec(url.pathname) ?? [];
    const label = url.searchParams.get('labelSelector');
    const field = url.searchParams.get('fieldSelector');
    return {
      plural,
      query: url.searchParams,
      wants: (object) =>
        (!namespace || object.metadata.namespace === namespace) &&
        (!label || labelled(label)(object)) &&
        (!field || named(field)(object)),
    };
  }
  function answer(path: string): object | null {
    if (path.startsWith('/version')) return { gitVersion: 'v1.34.0', minor: '34' };
    if (path.includes('/namespaces/kube-system'))
      return { metadata: { name: 'kube-system', uid, resourceVersion: '1', creationTimestamp: '' } };
    if (path.includes('selfsubjectaccessreviews')) return { status: { allowed: true } };
    const node = /\/nodes\/([^/?]+)$/.exec(path)?.[1];
    if (node) return [...(kinds.get('nodes')?.values() ?? [])].find((one) => one.metadata.name === node) ?? null;
    const { plural, wants } = read(path);
    const items = [...(kinds.get(plural)?.values() ?? [])].filter(wants);
    return { metadata: { resourceVersion: String(version) }, items };
  }

  return {
    uid,
    put,
    take,
    asked,
    answer,
    watch(path: string) {
      const { plural, query, wants } = read(path);
      let wake: () => void = () => undefined;
      const lines: object[] = [];
      let ended = false;
      const one = {
        plural,
        wants,
        push: (line: object) => (lines.push(line), wake()),
        end: () => ((ended = true), watchers.delete(one), wake()),
      };
      watchers.add(one);
      most = Math.max(most, watchers.size);
      if (query.has('sendInitialEvents')) {
        for (const object of kinds.get(plural)?.values() ?? []) if (wants(object)) one.push({ type: 'ADDED', object });
        const annotations = { 'k8s.io/initial-events-end': 'true' };
        one.push({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(version), annotations } } });
      } else {
        const from = Number(query.get('resourceVersion'));
        for (const change of history)
          if (change.plural === plural && change.version > from) lineOf(change, wants).forEach(one.push);
      }
      async function* body() {
        for (;;) {
          while (lines.length > 0) yield Buffer.from(`${JSON.stringify(lines.shift())}\n`);
          if (ended) return;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      }
      return { status: 200, headers: {}, body: body(), unreadMs: () => unreadMs, cancel: one.end };
    },
    watches: () => watchers.size,
    /** From now on, where something comes, more has waited for so long to be read. */
    delay: (ms: number) => void (unreadMs = ms),
    /** At any time. */
    mostWatches: () => most,
  };
}
export type FarEnd = ReturnType<typeof farEnd>;

/** A way to a far end that can lead to another one, or nowhere. `blind`: its sign-in may not read kube-system; `nothing`: nor anything else; `only`: it sees these namespaces; `address`: what its connections run to. */
export function way(to: FarEnd, { blind = false, nothing = false, only = null as string[] | null, address = '' } = {}) {
  let end: FarEnd | null = to;
  let resets = 0;
  const streams = new Set<() => void>();
  const nowhere = () => new Failure({ code: 'UNREACHABLE', message: 'No answer.' });
  const make = (): Transport => ({
    request(request) {
      if (!end) return Promise.reject(nowhere());
      end.asked.push(request.path);
      if (nothing && request.path.includes('access'))
        return Promise.resolve({ status: 201, headers: {}, body: '{"status":{"allowed":false,"resourceRules":[]}}' });
      if (only && request.path.includes('/selfsubject'))
        return Promise.resolve({
          status: 201,
          headers: {},
          body: JSON.stringify({ status: rightsIn(only, request.body) }),
        });
      if ((blind || nothing) && request.path.includes('/namespaces/kube-system'))
        return Promise.resolve({ status: 403, headers: {}, body: '{"kind":"Status","reason":"Forbidden"}' });
      return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(end.answer(request.path)) });
    },
    stream(request) {
      if (!end) return Promise.reject(nowhere());
      end.asked.push(request.path);
      const stream = end.watch(request.path);
      streams.add(stream.cancel);
      request.signal?.addEventListener('abort', stream.cancel);
      return Promise.resolve(stream);
    },
    channel: () => Promise.reject(nowhere()),
    reset: () => void resets++,
    ways: () => (address ? [{ from: '192.168.1.7', to: address }] : []),
    close: () => streams.forEach((cancel) => cancel()),
    counters: { requests: 0, openStreams: 0, bytesIn: 0 },
  });
  return {
    make,
    /** How often its connections were dropped. */
    resets: () => resets,
    lead(to: FarEnd | null) {
      end = to;
      for (const cancel of streams) cancel();
      streams.clear();
    },
  };
}

/** What a review is answered where everything may be done in these namespaces and nothing elsewhere. */
function rightsIn(only: readonly string[], body = '{}'): object {
  const { spec } = JSON.parse(body) as { spec: { namespace?: string; resourceAttributes?: { namespace?: string } } };
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const here = only.includes(spec.namespace ?? spec.resourceAttributes?.namespace ?? '');
  return { allowed: here, resourceRules: here ? [all] : [] };
}

/**
 * A fleet over such ways, one context each, with the rows as a page holds them. Each has a server of its own, but for `server`. `namespaces`:
 * chosen to be looked at.
 */
export function fleetOver(
  ways: Record<string, ReturnType<typeof way>>,
  server?: string,
  clock = systemClock,
  namespaces: string[] = [],
) {
  const choice = { enabled: false, displayName: '', colour: null, namespaces };
  let settings = settingsSchema.parse({
    contexts: Object.fromEntries(Object.keys(ways).map((name) => [name, choice])),
  });
  const events: AppEvent[] = [];
  const page = new Map<string, BotRow>();
  const entries = Object.keys(ways).map((name): ContextEntry => ({
    id: name,
    name,
    source: { kind: 'added', path: `/${name}`, files: [`/${name}`] },
    server: server ?? `https://${name}`,
    user: '',
    namespace: 'default',
    provider: 'unknown',
    auth: 'token',
    execCommand: '',
    problem: null,
  }));
  const fleet = createFleet({
    contexts: {
      list: () => entries,
      problems: () => [],
      target: (id) => ({
        ok: true,
        target: {
          contextId: id,
          contextName: id,
          server: server ?? `https://${id}`,
          insecureSkipTlsVerify: false,
          namespace: 'default',
          credentials: { kind: 'none', get: () => Promise.resolve({}), refresh: () => Promise.resolve(null) },
          fingerprint: id,
        },
      }),
    },
    settings: { get: () => settings, patch: (patch) => (settings = { ...settings, ...patch }) },
    connect: (target, options) => connect(target, { ...options, transport: ways[target.contextId]!.make() }),
    clock,
    userAgent: 'test',
    emit(event) {
      events.push(structuredClone(event));
      if (event.t !== 'delta') return;
      for (const row of event.upserts) page.set(row.id, row);
      for (const id of event.removes) page.delete(id);
    },
  });
  /** A context goes from its file. */
  function forget(name: string): void {
    entries.splice(
      entries.findIndex(({ id }) => id === name),
      1,
    );
    fleet.refreshContexts();
  }
  return { fleet, events, page, forget, names: () => [...page.values()].map((row) => row.name).sort() };
}

/** A bot of the app and its running pod. */
export function bot(name: string): { workload: StatefulSet; pod: Pod } {
  const meta = { namespace: 'bots', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  const labels = { [LABEL.bot]: '1', [LABEL.instance]: name };
  const containers = [{ name: 'hummingbot', image: 'hummingbot/hummingbot:latest', args: ['-p', 'topsecret'] }];
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid: `${name}-uid`, controller: true };
  return {
    workload: {
      metadata: { ...meta, name, uid: `${name}-uid`, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: { [LABEL.instance]: name } },
        template: { metadata: { labels }, spec: { containers } },
      },
    },
    pod: {
      metadata: { ...meta, name: `${name}-0`, uid: `${name}-pod`, labels, ownerReferences: [owner] },
      spec: { nodeName: 'n', containers },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [{ name: 'hummingbot', ready: true, restartCount: 0, state: { running: {} } }],
      },
    },
  };
}
