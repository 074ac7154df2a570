import { kindOf, type Kind } from '../../electron/practice/kinds';
import type { Obj } from '../../electron/practice/objects';
import { STARTER_PASSWORD } from '../../electron/practice';
import { handClock } from '../../electron/practice/testing';
import { startPractice } from '../../electron/practiceStart';
import { passwordVerification } from '../../electron/hummingbot/keystore';
import type { Example } from './recording.mjs';
import { partsOf } from './shapes.cjs';

const metadata = { name: 'btc-usdt-calm-reporter', labels: { 'app.kubernetes.io/instance': 'btc-usdt-calm' } };
const reporterRight = {
  roles: {
    metadata,
    rules: [{ apiGroups: [''], resources: ['pods/status'], resourceNames: ['x-0'], verbs: ['patch'] }],
  },
  rolebindings: {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: 'btc-usdt-calm', namespace: 'trading' }],
  },
};

let derived: Promise<string> | null = null;

/** A practice cluster with the bots of its first start: some run, one is stopped, one crashes, one has no image. */
export async function stage() {
  const clock = handClock();
  const verification = await (derived ??= passwordVerification(STARTER_PASSWORD));
  const cluster = await startPractice({ name: 'practice-1', clock, seed: 1 }, verification);
  await clock.advance(2_000);
  const far = cluster.transport();
  const ask = (request: Parameters<typeof far.request>[0]) => far.request(request);
  // None of the bots of the first start has a reporter; its right is asked for all the same.
  for (const [plural, object] of Object.entries(reporterRight))
    await ask({
      method: 'POST',
      path: `/apis/rbac.authorization.k8s.io/v1/namespaces/trading/${plural}`,
      body: JSON.stringify(object),
    });
  return {
    clock,
    cluster,
    far,
    /** Objects of a kind, those of the bots first. */
    async objects(kind: Kind): Promise<Obj[]> {
      const base = kind.apiVersion === 'v1' ? '/api/v1' : `/apis/${kind.apiVersion}`;
      const answer = await ask({ method: 'GET', path: `${base}/${kind.plural}` });
      const { items } = JSON.parse(answer.body) as { items: Obj[] };
      return items.sort((a, b) => order(a) - order(b));
    },
    async make(namespace: string): Promise<void> {
      await ask({
        method: 'POST',
        path: '/api/v1/namespaces',
        body: JSON.stringify({ metadata: { name: namespace } }),
      });
      await clock.advance(2_000);
    },
  };
}
export type Stage = Awaited<ReturnType<typeof stage>>;
const order = ({ metadata }: Obj) => (metadata.namespace === 'trading' ? 0 : 1);

/** Where an example leads: its kind, and whether it names an object. */
export function placeOf({ path }: Pick<Example, 'path'>): { kind: Kind | undefined; named: boolean; below: string } {
  const { parts, nameAt, core } = partsOf(path.split('?')[0]!);
  const apiVersion = parts.slice(2, core).join('/');
  return {
    kind: kindOf(apiVersion, parts[nameAt - 1] ?? ''),
    named: parts[nameAt] !== undefined,
    below: parts[nameAt + 1] ?? '',
  };
}

/** What the marks of an example stand for. */
export interface Filling {
  namespace: string;
  /** Instead of the name in its path. */
  name?: string;
  uid?: string;
  resourceVersion?: string;
  token?: string;
  time: string;
}
export interface Filled {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export function fill(example: Example, filling: Filling): Filled {
  const { namespace, name, uid = crypto.randomUUID(), resourceVersion = '1', token = '', time } = filling;
  const plain = (text: string) =>
    text
      .replaceAll('{namespace}', namespace)
      .replaceAll('{uid}', uid)
      .replaceAll('{resourceVersion}', resourceVersion)
      .replaceAll('{continue}', token)
      .replaceAll('{time}', time);
  const [address = '', query = ''] = example.path.split(/\?(.*)/s);
  const { parts, nameAt } = partsOf(address);
  if (name !== undefined && parts[nameAt] !== undefined) parts[nameAt] = name;
  const given = [...new URLSearchParams(query)].map(([key, value]) => [key, plain(selected(key, value, name))]);
  const path = plain(parts.join('/'));
  return {
    method: example.method as Filled['method'],
    path: given.length > 0 ? `${path}?${new URLSearchParams(given as [string, string][]).toString()}` : path,
    headers: example.type ? { 'content-type': example.type } : {},
    ...(example.body === undefined ? {} : { body: plain(JSON.stringify(example.body)) }),
  };
}

/** Selectors that name what only the recorded cluster had select the practice cluster's bots. */
function selected(key: string, value: string, name: string | undefined): string {
  if (key === 'fieldSelector' && name !== undefined) return value.replace(/(metadata\.name=)[^,]*/, `$1${name}`);
  if (key === 'labelSelector' && / in \(/.test(value)) return 'hummingdeck.io/bot in (1)';
  if (key === 'container') return 'hummingbot';
  return value;
}
