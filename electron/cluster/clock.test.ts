import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from './clock';

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

it.each([
  { ms: 1_000, beat: 250 },
  { ms: 10_000, beat: 1_000 },
])('fifty that look round each $ms ms wake the processor a few times, none of them too early', ({ ms, beat }) => {
  const began: number[] = [];
  const woken: number[] = [];
  for (let i = 0; i < 50; i++) {
    began.push(Date.now());
    systemClock.after(ms, () => woken.push(Date.now()));
    vi.advanceTimersByTime(19);
  }
  vi.advanceTimersByTime(2 * ms);
  expect(woken).toHaveLength(50);
  expect(new Set(woken).size).toBeLessThanOrEqual(1 + 1_000 / beat);
  const late = woken.map((at, i) => at - began[i]! - ms);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThan(beat);
});

it('a short wait ends when it is over, with no part of a millisecond missing', () => {
  const ends: number[] = [];
  const began = Date.now();
  systemClock.after(16, () => ends.push(Date.now() - began));
  systemClock.after(314.2, () => ends.push(Date.now() - began));
  systemClock.after(50, () => ends.push(-1))();
  vi.advanceTimersByTime(1_000);
  expect(ends).toEqual([16, 315]);
});
