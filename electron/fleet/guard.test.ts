import { expect, it } from 'vitest';
import { createApi, systemClock, type Transport } from '../cluster';
import { guardStreams } from './guard';

function guarded(status: number) {
  let proofs = 0;
  let cancelled = false;
  const stream = () =>
    Promise.resolve({ status, headers: {}, body: (async function* () {})(), cancel: () => (cancelled = true) });
  const transport = { stream, counters: { requests: 0, openStreams: 0, bytesIn: 0 } } as unknown as Transport;
  const verify = () => (proofs++, Promise.resolve());
  const api = guardStreams(createApi(transport, { clock: systemClock }), verify, () => undefined);
  return {
    open: (path = '/') => api.transport.stream({ method: 'GET', path }),
    proofs: () => proofs,
    ended: () => cancelled,
  };
}

it('a watch that opens is proved to be of the same cluster', async () => {
  const { open, proofs } = guarded(200);
  await open();
  expect(proofs()).toBe(1);
});

it('a watch that begins with the whole list is proved with the list, not twice', async () => {
  const { open, proofs } = guarded(200);
  expect((await open('/api/v1/pods?watch=1&sendInitialEvents=true')).status).toBe(200);
  expect(proofs()).toBe(0);
});

it('a server that refuses a watch is asked nothing more, and the refusal is passed on', async () => {
  for (const status of [401, 403, 429, 503]) {
    const { open, proofs, ended } = guarded(status);
    expect((await open()).status).toBe(status);
    expect([proofs(), ended()]).toEqual([0, false]);
  }
});
