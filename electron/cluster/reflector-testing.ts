import type { ServerResponse } from 'node:http';
import type { AppError } from '../../shared/errors';
import { createApi } from './api';
import { systemClock } from './clock';
import { createHttpTransport } from './http-transport';
import type { KubeObject } from './objects';
import { startReflector } from './reflector';
import { PODS } from './resources';
import { fastClock, serve, targetOf } from './testing';
import type { Kept, Reflector } from './types';

const open: { close(): unknown }[] = [];
/** Ends what `run` began; after each test. */
export async function closeAll(): Promise<void> {
  for (const each of open.splice(0)) await each.close();
}

/** What the scripted server does with the n-th list and the n-th watch; the last entry goes on for ever. */
export interface Script {
  lists: ((response: ServerResponse, query: URLSearchParams) => void)[];
  watches: ((response: ServerResponse, query: URLSearchParams) => void)[];
  onTrouble?(): void;
  /** The server offers streaming lists. */
  streams?: boolean;
  kept?: Kept<KubeObject>;
}

export const pod = (name: string, version: number, uid = `uid-${name}`) => ({
  metadata: { name, namespace: 'ns', uid, resourceVersion: String(version), creationTimestamp: '' },
});
export const list =
  (version: number, ...items: KubeObject[]) =>
  (response: ServerResponse) =>
    response.end(JSON.stringify({ metadata: { resourceVersion: String(version) }, items }));
/** The first page of a list that is longer. */
export const begun =
  (...items: KubeObject[]) =>
  (response: ServerResponse) =>
    response.end(JSON.stringify({ metadata: { resourceVersion: '1', continue: 'next' }, items }));
export const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
export const bookmark = (version: number) =>
  line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: String(version) } });
/** The bookmark that ends a streaming list. */
export const whole = (version: number) =>
  line('BOOKMARK', {
    kind: 'Pod',
    metadata: { resourceVersion: String(version), annotations: { 'k8s.io/initial-events-end': 'true' } },
  });
export const status =
  (code: number, reason: string, headers: Record<string, string> = {}, message = reason) =>
  (response: ServerResponse) =>
    response.writeHead(code, headers).end(JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message }));
export const say =
  (...lines: string[]) =>
  (response: ServerResponse) =>
    response.write(lines.join('') || '\n');
export const quiet = say();

/** A live copy of a scripted server's pods, and what became of it. */
export async function run(script: Script, factor = 50) {
  const asked: { kind: 'list' | 'watch'; query: URLSearchParams; at: number }[] = [];
  const clock = fastClock(factor);
  const server = await serve((request, response) => {
    const query = new URL(request.url!, 'http://x').searchParams;
    const kind = query.has('watch') ? 'watch' : 'list';
    asked.push({ kind, query, at: clock.now() });
    const steps = kind === 'watch' ? script.watches : script.lists;
    const nth = asked.filter((each) => each.kind === kind).length - 1;
    const step = steps[Math.min(nth, steps.length - 1)]!;
    step(response, query);
  });
  const transport = createHttpTransport(targetOf(server.url), { userAgent: 'test', clock: systemClock });
  const seen = {
    items: new Map<string, KubeObject>(),
    calls: [] as string[],
    troubles: [] as { error: AppError | null; lasting: boolean; retryAt: number | null }[],
    words: 0,
  };
  const key = ({ metadata }: KubeObject) => metadata.name;
  const api = createApi(transport, { clock: systemClock });
  api.streamsLists = script.streams ?? false;
  const reflector: Reflector = startReflector({
    api,
    resource: PODS,
    namespace: null,
    clock,
    kept: script.kept,
    onReplace(items) {
      seen.calls.push(`replace ${items.map(key).join(' ')}`.trim());
      seen.items = new Map(items.map((item) => [key(item), item]));
    },
    onUpsert(item) {
      seen.calls.push(`upsert ${key(item)} ${item.metadata.resourceVersion}`);
      seen.items.set(key(item), item);
    },
    onRemove(item) {
      seen.calls.push(`remove ${key(item)}`);
      seen.items.delete(key(item));
    },
    onWord: () => seen.words++,
    onTrouble(error, lasting, retryAt) {
      seen.troubles.push({ error, lasting, retryAt });
      if (error) script.onTrouble?.();
    },
  });
  open.push({ close: () => reflector.dispose() }, transport, server);
  const watches = () => asked.filter(({ kind }) => kind === 'watch');
  const lists = () => asked.filter(({ kind }) => kind === 'list');
  const errors = () => seen.troubles.flatMap(({ error }) => (error ? [error.code] : []));
  return { asked, watches, lists, seen, errors, reflector, transport, clock, server };
}
