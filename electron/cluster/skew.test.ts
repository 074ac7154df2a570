import { expect, it } from 'vitest';
import { measureSkew } from './skew';
import type { Transport } from './transport';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const told = async (date: string, tookMs = 0): Promise<number[]> => {
  const found: number[] = [];
  let now = NOW;
  const far = {
    request: async () => ((now += tookMs), { status: 200, headers: { date }, body: '' }),
  } as unknown as Transport;
  const clock = { now: () => now, after: () => () => undefined, random: () => 0.5 };
  await measureSkew(far, clock, (ms) => found.push(ms)).request({ method: 'GET', path: '/version' });
  return found;
};

it('knows how far the clock of the cluster is from that of this machine', async () => {
  expect(await told('Sun, 01 Mar 2026 13:00:00 GMT')).toEqual([3_601_000]);
  expect(await told('Sun, 01 Mar 2026 11:50:00 GMT')).toEqual([-599_000]);
});

it('takes a few seconds for none, and says nothing by an answer that was long on its way or bears no time', async () => {
  expect(await told('Sun, 01 Mar 2026 12:00:03 GMT')).toEqual([0]);
  expect(await told('Sun, 01 Mar 2026 11:59:00 GMT', 30_000)).toEqual([]);
  expect(await told('')).toEqual([]);
});
