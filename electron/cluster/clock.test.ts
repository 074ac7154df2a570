import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from './clock';

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

it('fifty that look round each second wake the processor a few times a second, none of them too early', () => {
  const began: number[] = [];
  const woken: number[] = [];
  for (let i = 0; i < 50; i++) {
    began.push(Date.now());
    systemClock.after(1_000, () => woken.push(Date.now()));
    vi.advanceTimersByTime(19);
  }
  vi.advanceTimersByTime(2_000);
  expect(woken).toHaveLength(50);
  expect(new Set(woken).size).toBeLessThanOrEqual(5);
  const late = woken.map((at, i) => at - began[i]! - 1_000);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThan(250);
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
