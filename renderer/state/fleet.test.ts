import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BotRow } from '../../shared/rows';
import { fleet, takeEvent } from './fleet.svelte';

beforeEach(() => {
  vi.useFakeTimers();
  takeEvent({ t: 'rows', rows: [] });
});
afterEach(() => void vi.useRealTimers());

const piece = (id: string, more: boolean) =>
  takeEvent({ t: 'delta', upserts: [{ id } as BotRow], removes: [], ...(more ? { more: true } : {}) });

it('what is told of rows in pieces is drawn once, with the last of them', () => {
  const before = fleet.peekVersion();
  piece('a', true);
  piece('b', true);
  expect(fleet.peekVersion()).toBe(before);
  piece('c', false);
  expect(fleet.peekVersion()).toBe(before + 1);
  vi.advanceTimersByTime(1_000);
  expect(fleet.peekVersion()).toBe(before + 1);
});

it('a rest that does not come holds up nothing for longer than a tenth of a second', () => {
  const before = fleet.peekVersion();
  piece('a', true);
  vi.advanceTimersByTime(60);
  piece('b', true);
  vi.advanceTimersByTime(60);
  expect(fleet.peekVersion()).toBe(before + 1);
  expect([...fleet.peek().keys()]).toEqual(['a', 'b']);
});

it('a last piece that brings nothing new has the others drawn', () => {
  const before = fleet.peekVersion();
  piece('a', true);
  takeEvent({ t: 'delta', upserts: [], removes: ['nobody'] });
  expect(fleet.peekVersion()).toBe(before + 1);
});
