import { expect, it } from 'vitest';
import { Failure } from '../../shared/errors';
import { createApi, systemClock, type Transport } from '../cluster';
import { guardStreams } from './guard';

function guarded(status: number, { proven = false, wrong = false } = {}) {
  let proofs = 0;
  let cancelled = false;
  const told: string[] = [];
  const waiting: (() => void)[] = [];
  const stream = () =>
    Promise.resolve({ status, headers: {}, body: (async function* () {})(), cancel: () => (cancelled = true) });
  const transport = { stream, counters: { requests: 0, openStreams: 0, bytesIn: 0 } } as unknown as Transport;
  const api = guardStreams({
    api: createApi(transport, { clock: systemClock }),
    verify() {
      proofs++;
      return wrong
        ? Promise.reject(new Failure({ code: 'WRONG_CLUSTER', message: 'Another one.' }))
        : Promise.resolve();
    },
    proven: () => proven,
    later(run) {
      waiting.push(() => run(() => undefined));
      return () => undefined;
    },
    onWrongCluster: ({ code }) => told.push(code),
  });
  return {
    open: (path = '/') => api.transport.stream({ method: 'GET', path }),
    proofs: () => proofs,
    ended: () => cancelled,
    told,
    async itsTime() {
      for (const run of waiting.splice(0)) run();
      await new Promise((resolve) => setImmediate(resolve));
    },
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

it('a cluster that has just told who it is is asked once more when no row waits for it', async () => {
  const { open, proofs, ended, itsTime } = guarded(200, { proven: true });
  await open();
  expect(proofs()).toBe(0);
  await itsTime();
  expect([proofs(), ended()]).toEqual([1, false]);
});

it('a watch is ended when its cluster proves to be another after all', async () => {
  const { open, ended, told, itsTime } = guarded(200, { proven: true, wrong: true });
  await open();
  await itsTime();
  expect([ended(), told]).toEqual([true, ['WRONG_CLUSTER']]);
});
