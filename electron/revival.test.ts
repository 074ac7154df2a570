import { expect, it } from 'vitest';
import { createRevival } from './revival';

it('a page that breaks down now and then is made anew each time, one that does so again and again is not', () => {
  let now = 0;
  const revive = createRevival(() => now);
  const after = (minutes: number) => ((now += minutes * 60_000), revive());
  expect([0, 20, 20, 20, 20].map(after)).toEqual([true, true, true, true, true]);
  expect([1, 1, 1].map(after)).toEqual([true, true, false]);
  expect(after(1)).toBe(false);
  expect(after(20)).toBe(true);
});
