import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bot } from '../demo/rows';
import { takeEvent } from '../state/fleet.svelte';
import { followStore, view } from './view.svelte';

vi.mock('../state/api', () => ({ api: { call: () => Promise.resolve() } }));

let end: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  takeEvent({ t: 'rows', rows: ['a', 'b', 'c'].map((name) => bot({ name })) });
  end = $effect.root(followStore);
  pass(1_000);
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

/** Time goes by, and what hangs on it follows. */
function pass(ms: number): void {
  flushSync();
  vi.advanceTimersByTime(ms);
  flushSync();
}
const names = () => view.shown.map(({ name }) => name).join();

it('a press turns the order round, two of them do it twice', () => {
  expect(names()).toBe('a,b,c');
  view.sortBy('name');
  pass(100);
  expect(names()).toBe('c,b,a');
  view.sortBy('name');
  view.sortBy('name');
  pass(100);
  expect(names()).toBe('c,b,a');
  view.sortBy('name');
  pass(100);
  expect(names()).toBe('a,b,c');
});

it('what changes between a press and its drawing is not lost, though the grid looks at it meanwhile', () => {
  // In a timer's run the press has its drawing due a millisecond later, and so after the look at the store.
  setTimeout(() => view.sortBy('name'), 49);
  const row = bot({ name: 'd' });
  takeEvent({ t: 'delta', upserts: [row], removes: [view.shown[1]!.id] });
  pass(200);
  expect(names()).toBe('d,c,a');
});
