import { expect, it } from 'vitest';
import { handClock } from '../cluster/testing';
import type { Api } from '../cluster/types';
import { askRefusals } from './refusals';
import { createSpare } from './spare';
import type { ClusterTable, Unexplained } from './table';

/** Lets what waits for a promise go on, each half second. */
async function later(pass: (ms: number) => void, ms: number): Promise<void> {
  for (let i = 0; i < ms; i += 500) {
    pass(500);
    for (let j = 0; j < 10; j++) await Promise.resolve();
  }
}

it('each bot that does not start has its turn, however slow turns are; none is asked for twice meanwhile, or when it started', async () => {
  const { clock, pass } = handClock();
  const spare = createSpare(clock, () => 0.05);
  let missing = ['a', 'b', 'c', 'd', 'e', 'f'].map((uid): Unexplained => ({ key: uid, namespace: 'n', uid, since: 0 }));
  const asked: string[] = [];
  const api = {
    list: (_: unknown, __: unknown, { fieldSelector }: { fieldSelector: string }) => {
      asked.push(fieldSelector.split('=')[1]!);
      return Promise.resolve({ items: [] });
    },
  } as unknown as Api;
  const table = { unexplained: () => missing, setEvents: () => undefined } as unknown as ClusterTable;
  const refusals = askRefusals({ table, clock, spare, apiFor: () => api });
  refusals.stir();
  await later(pass, 75_000);
  expect(asked).toEqual(['a', 'b', 'c', 'd']);
  // The fifth and the sixth wait for theirs.
  missing = missing.slice(4, 5);
  await later(pass, 100_000);
  expect(new Set(asked.slice(4))).toEqual(new Set(['e']));
  refusals.dispose();
});
