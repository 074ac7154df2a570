import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { createHttpTransport, systemClock } from '../../electron/cluster';
import { serve, targetOf } from '../../electron/cluster/testing';
import { record } from './recorder.cjs';
import { readObserved } from './recording.mjs';

const dir = mkdtempSync(join(tmpdir(), 'hd-recorder-'));
afterAll(() => rmSync(dir, { recursive: true }));

it('notes what the app asks and how a server answers, once, and no secret', async () => {
  record(dir);
  const server = await serve((request, response) => {
    const real = !request.url!.includes('torn');
    const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'x' }, status: { phase: 'Running' } };
    if (real) response.setHeader('audit-id', '1');
    if (request.url!.includes('watch='))
      return void response.end(`${JSON.stringify({ type: 'ADDED', object: pod })}\n`);
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(JSON.stringify(pod)));
  });
  const way = (userAgent: string) => createHttpTransport(targetOf(server.url), { userAgent, clock: systemClock });
  const [app, other] = [way('Hummingdeck/test'), way('by-hand')];
  const pods = '/api/v1/namespaces/a/pods';
  for (const name of ['x', 'y', 'torn']) await app.request({ method: 'GET', path: `${pods}/${name}` });
  await other.request({ method: 'DELETE', path: `${pods}/x` });
  const body = JSON.stringify({ kind: 'Secret', data: { password: 'aGVsbG8=' } });
  await app.request({ method: 'POST', path: '/api/v1/namespaces/a/secrets', body });
  const watch = await app.stream({ method: 'GET', path: `${pods}?watch=1` });
  for await (const _ of watch.body);
  app.close();
  other.close();
  await server.close();

  const { exchanges, objects } = readObserved(dir);
  expect(exchanges.map(({ shape, status, answer }) => [shape, status, answer].join(' '))).toEqual([
    'GET /api/v1/namespaces/{namespace}/pods/{name} 200 Pod',
    'GET /api/v1/namespaces/{namespace}/pods/{name} 0 ',
    'POST /api/v1/namespaces/{namespace}/secrets 200 Pod',
    'GET /api/v1/namespaces/{namespace}/pods?watch=1 200 ',
    'GET /api/v1/namespaces/{namespace}/pods?watch=1 200 events of Pod',
  ]);
  expect(objects).toEqual([{ object: 'Pod', fields: ['metadata.name', 'status.phase'] }]);
  const text = readdirSync(dir)
    .map((file) => readFileSync(join(dir, file), 'utf8'))
    .join('');
  expect(text).not.toContain('aGVsbG8=');
});
