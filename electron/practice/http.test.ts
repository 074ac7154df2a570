import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPracticeCluster, type PracticeCluster } from './index';
import type { Transport } from '../cluster';
import { handClock, type HandClock } from './testing';

let clock: HandClock;
let cluster: PracticeCluster;
let far: Transport;
beforeEach(() => {
  clock = handClock();
  cluster = createPracticeCluster({ name: 'practice', clock, seed: 1 });
  far = cluster.transport();
});
afterEach(() => cluster.dispose());

const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object, type?: string) => {
  const answer = await far.request({
    method,
    path,
    body: body && JSON.stringify(body),
    headers: type ? { 'content-type': type } : {},
  });
  return {
    status: answer.status,
    headers: answer.headers,
    body: answer.body.startsWith('{') ? (JSON.parse(answer.body) as Record<string, never>) : answer.body,
  };
};
const map = (name: string, data: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { n: name } },
  data,
});
const MAPS = '/api/v1/namespaces/default/configmaps';

describe('what the practice cluster does not do', () => {
  it.each([
    ['PUT', `${MAPS}/x`, 405],
    ['DELETE', MAPS, 405],
    ['POST', '/api/v1/nodes', 405],
    ['POST', '/apis/apps/v1/namespaces/default/deployments', 405],
    ['PATCH', '/apis/apps/v1/namespaces/default/statefulsets/x/scale', 404],
    ['GET', '/apis/metrics.k8s.io/v1beta1/nodes', 404],
    ['GET', '/api/v1/namespaces/default/services', 404],
    ['GET', '/openapi/v3', 404],
    ['GET', `${MAPS}?pretty=true`, 400],
    ['GET', '/api/v1/nodes?as=Table', 400],
  ] as const)('%s %s gets %i', async (method, path, status) => {
    expect((await ask(method, path, method === 'GET' ? undefined : {})).status).toBe(status);
  });

  it('takes no patch it can not carry out, and no body it can not read', async () => {
    await ask('POST', MAPS, map('x'));
    expect((await ask('PATCH', `${MAPS}/x`, {}, 'application/json-patch+json')).status).toBe(415);
    expect((await ask('PATCH', `${MAPS}/x`, {}, 'application/strategic-merge-patch+json')).status).toBe(415);
    expect((await ask('POST', MAPS, map('y'), 'application/yaml')).status).toBe(415);
  });
});

describe('lists and watches', () => {
  beforeEach(async () => {
    for (let i = 0; i < 7; i++) await ask('POST', MAPS, map(`m${i}`));
  });

  it('gives pages of one moment, with what is left', async () => {
    const first = (await ask('GET', `${MAPS}?limit=3`)).body as unknown as {
      metadata: { continue: string; remainingItemCount: number };
      items: { metadata: { name: string } }[];
    };
    await ask('DELETE', `${MAPS}/m5`);
    expect(first.items).toHaveLength(3);
    expect(first.metadata.remainingItemCount).toBe(5);
    const rest = (await ask('GET', `${MAPS}?limit=500&continue=${first.metadata.continue}`))
      .body as unknown as typeof first;
    expect(rest.items.map(({ metadata }) => metadata.name)).toContain('m5');
    cluster.faults.forgetHistory();
    expect(await ask('GET', `${MAPS}?limit=3&continue=${first.metadata.continue}`)).toMatchObject({
      status: 410,
      body: { reason: 'Expired' },
    });
  });

  it.each([
    ['n=m1', ['m1']],
    ['n==m1', ['m1']],
    ['n in (m1,m2)', ['m1', 'm2']],
    ['n,n!=m1,n notin (m2,m3)', ['m0', 'm4', 'm5', 'm6']],
    ['!n', ['kube-root-ca.crt']],
  ])('selects by labels: %s', async (selector, names) => {
    const { body } = await ask('GET', `${MAPS}?labelSelector=${encodeURIComponent(selector)}`);
    expect(
      (body as unknown as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name),
    ).toEqual(names);
  });

  it('tells a watch what enters and what leaves its selection, marks its place, and ends when asked', async () => {
    const { metadata } = (await ask('GET', `${MAPS}?labelSelector=hot`)).body as unknown as {
      metadata: { resourceVersion: string };
    };
    const stream = await far.stream({
      method: 'GET',
      path: `${MAPS}?watch=1&allowWatchBookmarks=true&labelSelector=hot&timeoutSeconds=120&resourceVersion=${metadata.resourceVersion}`,
    });
    const merge = (labels: object) =>
      ask('PATCH', `${MAPS}/m1?fieldManager=t`, { metadata: { labels } }, 'application/merge-patch+json');
    await merge({ hot: 'yes' });
    await merge({ hot: 'very' });
    await merge({ hot: null });
    await clock.advance(121_000);
    let text = '';
    for await (const bytes of stream.body) text += Buffer.from(bytes).toString();
    const events = text
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { type: string; object: { metadata: { name?: string; resourceVersion: string } } },
      );
    expect(events.map(({ type }) => type)).toEqual([
      'ADDED',
      'MODIFIED',
      'DELETED',
      'BOOKMARK',
      'BOOKMARK',
      'BOOKMARK',
    ]);
    expect(Number(events[2]!.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(events[1]!.object.metadata.resourceVersion),
    );
  });

  it('says 410 to a watch from a forgotten place', async () => {
    cluster.faults.forgetHistory();
    const stream = await far.stream({ method: 'GET', path: `${MAPS}?watch=1&resourceVersion=1001` });
    let text = '';
    for await (const bytes of stream.body) text += Buffer.from(bytes).toString();
    expect(JSON.parse(text)).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });
});

describe('the line to it', () => {
  it('is slow, too slow, cut or out of reach as it is told', async () => {
    cluster.faults.slow(4_000);
    let answered = false;
    const slow = ask('GET', '/version').then(() => (answered = true));
    await clock.advance(3_900);
    expect(answered).toBe(false);
    await clock.advance(200);
    await slow;
    const late = far
      .request({ method: 'GET', path: '/version', timeoutMs: 1_000 })
      .catch((error: { error: { code: string } }) => error.error.code);
    await clock.advance(1_100);
    expect(await late).toBe('TIMEOUT');
    cluster.faults.slow(0);
    cluster.faults.unreachable(true);
    await expect(far.request({ method: 'GET', path: '/version' })).rejects.toMatchObject({
      error: { code: 'UNREACHABLE' },
    });
    cluster.faults.unreachable(false);
    cluster.faults.signedOut(true);
    expect((await ask('GET', '/version')).status).toBe(401);
  });

  it('ends what is open when it is closed, and takes nothing more', async () => {
    const stream = await far.stream({ method: 'GET', path: `${MAPS}?watch=1` });
    far.close();
    await expect(
      (async () => {
        for await (const _ of stream.body);
      })(),
    ).rejects.toMatchObject({ error: { code: 'CANCELLED' } });
    await expect(far.request({ method: 'GET', path: '/version' })).rejects.toMatchObject({
      error: { code: 'CANCELLED' },
    });
    expect(far.counters.openStreams).toBe(0);
  });
});
