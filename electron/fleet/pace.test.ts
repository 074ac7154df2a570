import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../cluster';
import { createPace, type Pace } from './pace';

let pace: Pace;
let begun: number[];
/** What waits, in turn; each ends when it is told to. */
let ends: (() => void)[];
let left = 0;
const next = () => {
  while (left > 0 && pace.free('fra')) {
    left--;
    begun.push(Date.now());
    pace.run('fra', () => new Promise((resolve) => ends.push(resolve)));
  }
};
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  // On the clock's beat.
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  begun = [];
  ends = [];
  // A part of a millisecond, as by chance: timers know none.
  pace = createPace({ ...systemClock, random: () => 0.3157 }, next, () => Promise.resolve());
});
afterEach(() => {
  pace.dispose();
  vi.useRealTimers();
});

describe('the pace of readings', () => {
  it('goes on by itself after each gap, with nobody asking again', async () => {
    left = 4;
    next();
    for (let i = 0; i < 40; i++) {
      ends.splice(0).forEach((end) => end());
      await pass(250);
    }
    expect(begun).toHaveLength(4);
    expect(Math.min(...begun.slice(1).map((at, i) => at - begun[i]!))).toBeGreaterThanOrEqual(2_315);
  });

  it('waits for the one under way, and lets one more begin beside it when that one does not end', async () => {
    left = 5;
    next();
    await pass(4_900);
    expect(begun).toHaveLength(1);
    await pass(200);
    expect(begun).toHaveLength(2);
    await pass(60_000);
    expect(begun).toHaveLength(2);
    ends[1]!();
    await pass(100);
    expect(begun).toHaveLength(3);
  });
});
