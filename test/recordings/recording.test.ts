import { describe, expect, it } from 'vitest';
import { merged, uncovered, type Exchange, type Recording } from './recording.mjs';
import { bodyFields, markedPath, shapeOf, withoutSecrets } from './shapes.cjs';

const exchange = (
  method: string,
  path: string,
  status: number,
  body?: object,
  type = 'application/json',
): Exchange => ({
  shape: shapeOf(method, path, type),
  ...{ method, path: markedPath(path), type, status, body: body && withoutSecrets(path, body) },
  fields: body ? bodyFields(body) : [],
  kind: (body as { kind?: string })?.kind,
  ...(status < 300 ? { answer: 'Pod' } : { reason: 'NotFound' }),
});
const nothing: Recording = { requests: [], answers: {} };
const pods = (namespace: string, rest: string) => `/api/v1/namespaces/${namespace}/pods${rest}`;

describe('a recording', () => {
  it('covers the same request of another bot, not one that asks for more', () => {
    const recording = merged(nothing, { exchanges: [exchange('GET', pods('a', '/x-0'), 200)], objects: [] });
    const now = (one: Exchange) => uncovered(recording, { exchanges: [one], objects: [] });
    expect(now(exchange('GET', pods('b', '/y-0'), 404))).toEqual([]);
    expect(now(exchange('GET', pods('b', '/y-0?limit=1'), 200))).toEqual([
      'a new request: GET /api/v1/namespaces/{namespace}/pods/{name}?limit',
    ]);
    expect(now(exchange('DELETE', pods('b', '/y-0'), 200))).toHaveLength(1);
  });

  it('takes a list in pages and whole, and a watch from anywhere, for one request', () => {
    const recording = merged(nothing, { exchanges: [exchange('GET', pods('a', '?limit=500'), 200)], objects: [] });
    const now = (one: Exchange) => uncovered(recording, { exchanges: [one], objects: [] });
    expect(now(exchange('GET', pods('b', ''), 200))).toEqual([]);
    expect(now(exchange('GET', pods('b', '?limit=500&continue=next'), 200))).toEqual([]);
    expect(now(exchange('GET', pods('b', '?labelSelector=x'), 200))).toHaveLength(1);
    const watch = (from: string) => exchange('GET', pods('b', `?watch=1&${from}`), 200);
    const watched = merged(nothing, { exchanges: [watch('resourceVersion=5')], objects: [] });
    const other = watch('sendInitialEvents=true&resourceVersionMatch=NotOlderThan');
    expect(uncovered(watched, { exchanges: [other], objects: [] })).toEqual([]);
  });

  it('knows a new field of a body, and what is ordered by a word', () => {
    const remove = (body: object) => exchange('DELETE', pods('a', '/x-0'), 200, { kind: 'DeleteOptions', ...body });
    const recording = merged(nothing, { exchanges: [remove({ propagationPolicy: 'Background' })], objects: [] });
    const now = (body: object) => uncovered(recording, { exchanges: [remove(body)], objects: [] });
    expect(now({ propagationPolicy: 'Background' })).toEqual([]);
    expect(now({ propagationPolicy: 'Orphan' }).join()).toMatch(/propagationPolicy=Orphan/);
    expect(now({ propagationPolicy: 'Background', preconditions: { uid: 'u' } }).join()).toMatch(/preconditions\.uid/);
  });

  it('stays as it is when nothing new is seen', () => {
    const objects = [{ object: 'Pod', fields: ['metadata.name', 'status.phase'] }];
    const first = merged(nothing, { exchanges: [exchange('GET', pods('a', '/x-0'), 200)], objects });
    const again = merged(first, { exchanges: [exchange('GET', pods('b', '/y-0'), 200)], objects });
    expect(again).toEqual(first);
    const less = merged(first, { exchanges: [], objects: [{ object: 'Pod', fields: ['metadata.name'] }] });
    expect(less.answers['Pod']).toEqual({ always: { metadata: 'name' }, sometimes: { status: 'phase' } });
  });

  it('holds no secret', () => {
    const secret = { kind: 'Secret', data: { password: 'aGVsbG8=' }, stringData: { token: 'hello' } };
    const env = { spec: { containers: [{ env: [{ name: 'CONFIG_PASSWORD', value: 'hello' }] }] } };
    const kept = [
      withoutSecrets('/api/v1/namespaces/a/secrets/x', secret),
      withoutSecrets('/api/v1/namespaces/a/secrets/x', { data: { password: 'aGVsbG8=' } }),
      withoutSecrets(pods('a', '/x'), env),
    ];
    expect(JSON.stringify(kept)).not.toMatch(/hello|aGVsbG8=/);
    expect(JSON.stringify(kept)).toContain('password');
  });
});
