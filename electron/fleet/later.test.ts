import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../cluster';
import { createLater } from './later';
import type { Turn } from './turns';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function later() {
  const ran: string[] = [];
  const state = { busy: true };
  const turn: Turn = (run) => (run(() => undefined), () => undefined);
  const ask = createLater(systemClock, turn, () => state.busy, 10_000);
  return { ran, state, ask: (name: string) => ask((done) => (ran.push(name), done())) };
}

it('what no row waits for waits until the fleet has its rows, and then comes in order', () => {
  const { ran, state, ask } = later();
  ask('one');
  ask('two');
  vi.advanceTimersByTime(5_000);
  expect(ran).toEqual([]);
  state.busy = false;
  vi.advanceTimersByTime(300);
  expect(ran).toEqual(['one', 'two']);
  vi.advanceTimersByTime(60_000);
  expect(ran).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

it('a cluster that never answers holds it up for ten seconds and no longer', () => {
  const { ran, ask } = later();
  ask('one');
  vi.advanceTimersByTime(9_900);
  expect(ran).toEqual([]);
  vi.advanceTimersByTime(1_200);
  expect(ran).toEqual(['one']);
});

it('what was called off never comes', () => {
  const { ran, state, ask } = later();
  ask('one')();
  ask('two');
  state.busy = false;
  vi.advanceTimersByTime(60_000);
  expect(ran).toEqual(['two']);
});
