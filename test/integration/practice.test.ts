import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpTransport, systemClock, type Transport, type TransportRequest } from '../../electron/cluster';
import { createPracticeCluster, type PracticeCluster } from '../../electron/practice';
import { userKubeconfig } from '../cluster/cluster.mjs';
import { adminTarget } from './operationsKit';
import { fieldsOf, missingFields, refusalOf } from '../recordings/rules';
import { ownCluster } from './ownCluster';

/** The same requests to a real API server and to the practice cluster, compared by the rules of test/recordings/rules.ts. */
const namespace = `practice-${randomBytes(4).toString('hex')}`;
let real: Transport;
let practice: Transport;
let cluster: PracticeCluster;

beforeAll(() => {
  real = createHttpTransport(adminTarget(ownCluster()), { userAgent: 'hummingdeck-test', clock: systemClock });
  cluster = createPracticeCluster({ name: 'practice', clock: systemClock, seed: 7 });
  practice = cluster.transport();
});
afterAll(async () => {
  await real.request({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}`, body: '{}' });
  real.close();
  cluster.dispose();
});

interface Owned {
  data: object;
  metadata: { managedFields: { manager: string; operation: string; fieldsV1: object }[] };
}
const json = (value: unknown) => JSON.stringify(value);
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const MERGE = { 'content-type': 'application/merge-patch+json' };
async function both(request: TransportRequest) {
  const [one, other] = await Promise.all([real.request(request), practice.request(request)]);
  return { real: one, practice: other };
}
/** Same status; a refusal in the same words; an answer with all fields that are read. */
async function same(request: TransportRequest): Promise<{ real: unknown; practice: unknown }> {
  const answers = await both(request);
  const what = `${request.method} ${request.path}`;
  expect(`${what} ${answers.practice.status}`, answers.practice.body).toBe(`${what} ${answers.real.status}`);
  if (answers.real.status >= 300) {
    expect(refusalOf(answers.practice.body), what).toEqual(refusalOf(answers.real.body));
    return { real: null, practice: null };
  }
  const [one, other] = [JSON.parse(answers.real.body) as unknown, JSON.parse(answers.practice.body) as unknown];
  expect(missingFields(fieldsOf(one), fieldsOf(other)), what).toEqual([]);
  return { real: one, practice: other };
}

const core = () => `/api/v1/namespaces/${namespace}`;
const apps = () => `/apis/apps/v1/namespaces/${namespace}`;
const map = (name: string, data: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...more },
  data,
});
const set = (name: string, change: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name },
  spec: {
    replicas: 0,
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image: 'hummingbot/hummingbot:version-2.16.0', command: ['sleep', '1'] }] },
    },
    ...change,
  },
});

describe('the practice cluster answers as a real API server does', () => {
  it('to what does not exist, and to what may not be asked', async () => {
    await same({ method: 'POST', path: '/api/v1/namespaces', body: json({ metadata: { name: namespace } }) });
    for (const path of [
      '/api/v1/namespaces/nope',
      '/api/v1/foos',
      '/nonsense',
      '/apis/foo.bar/v1/x',
      '/api/v1/pods?limit=abc',
      '/api/v1/pods?fieldSelector=foo%3Dbar',
      '/api/v1/pods?labelSelector=a%3D%3D%3Db',
      '/api/v1/pods?continue=xx',
      '/api/v1/pods?sendInitialEvents=true',
      '/api/v1/namespaces/default/pods/a%2Fb',
      '/api/v1/namespaces/a%2Fb/pods',
    ])
      await same({ method: 'GET', path });
    await same({ method: 'DELETE', path: '/version' });
    await same({ method: 'POST', path: '/api/v1/nodes/x/y', body: '{}' });
  });

  it('to watches that begin with the list, well asked and badly', async () => {
    const first = async (far: Transport, query: string) => {
      const path = `/api/v1/namespaces/kube-system/configmaps?watch=1&${query}`;
      const stream = await far.stream({ method: 'GET', path });
      const chunks: Uint8Array[] = [];
      for await (const bytes of stream.body) {
        chunks.push(bytes);
        if (stream.status === 200 && Buffer.concat(chunks).includes('initial-events-end')) break;
      }
      stream.cancel();
      const text = Buffer.concat(chunks).toString('utf8');
      if (stream.status !== 200) return { status: stream.status, said: refusalOf(text) };
      const last = JSON.parse(text.trim().split('\n').at(-1)!) as { type: string; object: { metadata: object } };
      return { status: 200, said: { ...last.object.metadata, type: last.type, resourceVersion: 'any' } };
    };
    for (const query of [
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
      'sendInitialEvents=true',
      'resourceVersionMatch=NotOlderThan',
      'sendInitialEvents=true&resourceVersionMatch=Exact',
    ])
      expect(await first(practice, query), query).toEqual(await first(real, query));
  });

  it('to reads of everything the app looks at', async () => {
    for (const path of [
      '/version',
      // One that stays: others may be on their way out, with all that a server then tells.
      '/api/v1/namespaces?fieldSelector=metadata.name%3Dkube-system&limit=500',
      '/api/v1/namespaces/kube-system',
      '/api/v1/nodes?limit=1',
      '/apis/storage.k8s.io/v1/storageclasses?limit=500',
    ])
      await same({ method: 'GET', path });
    const review = (resourceAttributes: object) => ({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    });
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    await same({ method: 'POST', path, body: json(review({ verb: '*', group: '*', resource: '*' })) });
    await same({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      body: json({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace: 'default' },
      }),
    });
  });

  it('to one who may not', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'hd-rights-')), 'kubeconfig');
    await userKubeconfig(ownCluster(), { user: 'trader', file });
    const to = adminTarget({ ...ownCluster(), kubeconfig: file });
    const nobody = createHttpTransport(to, { userAgent: 'hummingdeck-test', clock: systemClock });
    const giveBack = cluster.faults.takeRights({ verbs: ['*'], resources: ['*'] });
    const asked: [TransportRequest['method'], string, Record<string, string>?, object?][] = [
      ['GET', '/api/v1/pods'],
      ['GET', '/apis/apps/v1/statefulsets?limit=5'],
      ['GET', '/api/v1/namespaces/kube-system'],
      ['GET', '/api/v1/namespaces/default/pods/x'],
      ['GET', '/api/v1/namespaces/default/pods/x/log?container=c'],
      ['GET', '/apis/apps/v1/namespaces/default/statefulsets/x'],
      ['GET', '/api/v1/nodes/x'],
      ['POST', '/api/v1/namespaces/default/configmaps', {}, map('x', {})],
      ['POST', '/api/v1/namespaces', {}, { metadata: { name: 'x' } }],
      ['PATCH', '/apis/apps/v1/namespaces/default/statefulsets/x?fieldManager=h', APPLY, set('x')],
      ['DELETE', '/api/v1/namespaces/default/configmaps/x', {}, {}],
      ['DELETE', '/api/v1/namespaces/kube-system', {}, {}],
    ];
    const told = async (far: Transport) => {
      const answers = asked.map(async ([method, path, headers, body]) => {
        const answer = await far.request({ method, path, headers, ...(body ? { body: json(body) } : {}) });
        return { asked: `${method} ${path}`, status: answer.status, refusal: refusalOf(answer.body) };
      });
      return await Promise.all(answers);
    };
    try {
      expect(await told(practice)).toEqual(await told(nobody));
    } finally {
      giveBack();
      nobody.close();
    }
  });

  it('to creates, good and bad', async () => {
    const path = `${core()}/configmaps?fieldManager=t`;
    await same({ method: 'POST', path, body: json(map('made', { x: '1' })) });
    await same({ method: 'POST', path, body: json(map('made', { x: '1' })) });
    await same({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body: '{' });
    for (const body of [
      map('A_b', {}),
      map('', {}),
      map('x', {}, { namespace: 'other' }),
      map('x', {}, { labels: { a: 'not ok!' } }),
      { ...map('x', {}), kind: 'Secret' },
    ])
      await same({ method: 'POST', path, body: json(body) });
    await same({ method: 'POST', path: '/api/v1/namespaces/nope/configmaps', body: json(map('x', {})) });
    const unknown = await both({ method: 'POST', path, body: json({ ...map('warned', {}), foo: 1 }) });
    expect(unknown.practice.headers['warning']).toBe(unknown.real.headers['warning']);
  });

  it('to server-side apply with managers, conflicts and force', async () => {
    const path = (name: string, query: string) => `${core()}/configmaps/${name}?${query}`;
    const apply = (name: string, query: string, body: object) =>
      same({ method: 'PATCH', path: path(name, query), headers: APPLY, body: json(body) });
    const fields = async () => {
      const answers = await same({ method: 'GET', path: `${core()}/configmaps/made` });
      const told = (object: unknown) => {
        const { data, metadata } = object as Owned;
        return {
          data,
          owners: metadata.managedFields.map(({ manager, operation, fieldsV1 }) => ({ manager, operation, fieldsV1 })),
        };
      };
      expect(told(answers.practice)).toEqual(told(answers.real));
    };
    await apply('made', 'fieldManager=h', map('made', { x: '2', y: '3' }));
    await apply('made', '', map('made', { x: '2' }));
    await apply('made', 'fieldManager=h&dryRun=All&force=true', map('made', { x: '2', y: '3' }));
    await fields();
    await apply('made', 'fieldManager=h&force=true', map('made', { x: '2', y: '3' }));
    await fields();
    await apply('made', 'fieldManager=z', map('made', { x: '9', y: '8' }));
    await apply('made', 'fieldManager=z', map('made', { x: '2', q: '1' }));
    await fields();
    await apply('made', 'fieldManager=h', map('made', { y: '3' }));
    await fields();
    await apply('made', 'fieldManager=z', map('made', { q: '9' }, { resourceVersion: '1' }));
    await apply('made', 'fieldManager=new', map('made', { y: 'other' }, { resourceVersion: '1' }));
    await apply('fresh', 'fieldManager=z', map('fresh', { q: '9' }, { resourceVersion: '1' }));
    await apply('made', 'fieldManager=z', { ...map('made', {}), dota: 1 });
    await apply('made', 'fieldManager=z', map('other', {}));
    await apply('made', 'fieldManager=z', { metadata: { name: 'made' } });
    await apply('made', 'fieldManager=z&dryRun=Foo', map('made', {}));
    await fields();
  });

  it('to merge patches with guards', async () => {
    const path = `${core()}/configmaps/made?fieldManager=z`;
    const merge = (body: unknown, at = path) => same({ method: 'PATCH', path: at, headers: MERGE, body: json(body) });
    await merge({ metadata: { resourceVersion: '1' }, data: { q: '9' } });
    await merge({ metadata: { name: 'zz' } });
    await merge({ data: { q: 9 } });
    await merge([1]);
    await merge({}, `${core()}/configmaps/nope`);
    await merge({ metadata: { annotations: { a: 'b' } } });
    await merge({ metadata: { annotations: { a: null } } });
    await merge({ immutable: true });
    await merge({ data: { q: 'other' } });
    await same({ method: 'PATCH', path, headers: { 'content-type': 'text/plain' }, body: '{}' });
  });

  it('to a StatefulSet from its making to its end', async () => {
    const at = (name = 's', query = 'fieldManager=h') => `${apps()}/statefulsets/${name}?${query}`;
    const apply = (body: object, query?: string) =>
      same({ method: 'PATCH', path: at('s', query), headers: APPLY, body: json(body) });
    const merge = (body: object) => same({ method: 'PATCH', path: at(), headers: MERGE, body: json(body) });
    const { real: one, practice: other } = await apply(set('s'), 'fieldManager=h&dryRun=All');
    const specOf = (object: unknown) => (object as { spec: object }).spec;
    expect(specOf(other)).toEqual(specOf(one));
    await apply(set('s'));
    await merge({ spec: { serviceName: 'z' } });
    await merge({ spec: { replicas: -1 } });
    await merge({ spec: { replicas: 'z' } });
    await merge({ spec: { template: { metadata: { labels: { app: 'c' } } } } });
    await merge({ spec: { template: { spec: { containers: [] } } } });
    await apply(set('s', { selector: { matchLabels: { app: 'other' } } }));
    const remove = (body: object) =>
      same({
        method: 'DELETE',
        path: `${apps()}/statefulsets/s`,
        body: json({ kind: 'DeleteOptions', apiVersion: 'v1', ...body }),
      });
    await remove({ preconditions: { uid: 'x' } });
    await remove({ propagationPolicy: 'Foo' });
    await remove({ dryRun: ['All'], propagationPolicy: 'Background' });
    await remove({ propagationPolicy: 'Foreground' });
  });

  it('to pods: dry run, refusals, quota, and their logs', async () => {
    const pod = (change: object = {}, name = 'p') => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        containers: [{ name: 'c', image: 'hummingbot/hummingbot:version-2.16.0', command: ['sleep', '100'] }],
        automountServiceAccountToken: false,
        ...change,
      },
    });
    const path = `${core()}/pods`;
    const account = async () =>
      (await practice.request({ method: 'GET', path: `${core()}/serviceaccounts/default` })).status === 200 &&
      (await real.request({ method: 'GET', path: `${core()}/serviceaccounts/default` })).status === 200;
    while (!(await account())) await new Promise((resolve) => setTimeout(resolve, 100));
    const { real: one, practice: other } = (await same({
      method: 'POST',
      path: `${path}?dryRun=All`,
      body: json(pod()),
    })) as { real: { spec: object }; practice: { spec: object } };
    expect(other.spec).toEqual(one.spec);
    await same({ method: 'POST', path, body: json(pod({ serviceAccountName: 'nope' })) });
    await same({
      method: 'POST',
      path,
      body: json(pod({ containers: [{ name: 'c', image: 'x', resources: { requests: { memory: 'x' } } }] })),
    });
    await same({
      method: 'POST',
      path,
      body: json(pod({ containers: [{ name: 'c', image: 'x', volumeMounts: [{ name: 'v', mountPath: '/x' }] }] })),
    });
    await same({ method: 'GET', path: `${path}/nope/log?container=c` });
    const hard = { 'requests.memory': '1Gi', pods: '1' };
    await same({
      method: 'POST',
      path: `${core()}/resourcequotas`,
      body: json({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small' }, spec: { hard } }),
    });
    const known = async (far: Transport) =>
      !!(
        JSON.parse((await far.request({ method: 'GET', path: `${core()}/resourcequotas/small` })).body) as {
          status?: { used?: object };
        }
      ).status?.used;
    while (!((await known(real)) && (await known(practice)))) await new Promise((resolve) => setTimeout(resolve, 100));
    await same({ method: 'POST', path, body: json(pod()) });
    const greedy = [
      { name: 'c', image: 'hummingbot/hummingbot:version-2.16.0', resources: { requests: { memory: '2Gi' } } },
    ];
    await same({ method: 'POST', path, body: json(pod({ containers: greedy })) });
  });

  it('to deletes with preconditions', async () => {
    const remove = (body: object) =>
      same({
        method: 'DELETE',
        path: `${core()}/configmaps/made`,
        body: json({ kind: 'DeleteOptions', apiVersion: 'v1', ...body }),
      });
    await remove({ preconditions: { uid: 'x' } });
    await remove({ preconditions: { resourceVersion: '3' } });
    await remove({ dryRun: ['All'] });
    await remove({});
    await remove({});
  });
});
