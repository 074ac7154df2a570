import { expect, it } from 'vitest';
import { bot, manyBots } from '../demo/rows';
import { keepCards, type Lead } from './cardPlace';
import { cardHeight } from './virtual';

const rows = manyBots(200, 0);
const view = { top: 10 * cardHeight + 11, height: 600, across: 3 };
const come = (count: number) => Array.from({ length: count }, (_, i) => bot({ name: `new-${i}` }));
const kept = (after: typeof rows, traits: Partial<typeof view> = {}) =>
  keepCards(rows, after, { ...view, ...traits }, null).top;

it('cards in view stay in their place when bots come or go above, by whole lines', () => {
  expect(kept([...come(3), ...rows])).toBe(view.top + cardHeight);
  expect(kept([...come(7), ...rows])).toBe(view.top + 2 * cardHeight);
  expect(kept([...come(2), ...rows])).toBe(view.top);
  expect(kept(rows.slice(6))).toBe(view.top - 2 * cardHeight);
});
it('bots that come one by one do not move them from line to line unseen', () => {
  let lead: Lead | null = null;
  let before = rows;
  let top = view.top;
  for (const one of come(9)) {
    const after = [one, ...before];
    ({ top, lead } = keepCards(before, after, { ...view, top }, lead));
    before = after;
  }
  expect(top).toBe(view.top + 3 * cardHeight);
  ({ top } = keepCards(before, before.slice(9), { ...view, top }, lead));
  expect(top).toBe(view.top);
});
it('what the trader scrolled to stays, whatever led before', () => {
  const after = [...come(3), ...rows];
  const { top, lead } = keepCards(rows, after, view, null);
  const there = { ...view, top: top + 5 * cardHeight };
  expect(keepCards(after, [...after], there, lead).top).toBe(there.top);
});
it('a card that changed and moved leads nowhere, and at the top the view stays there', () => {
  const changed = { ...rows[30]! };
  const after = [changed, ...rows.filter((_, i) => i !== 30)];
  expect(keepCards(rows, after, view, { row: rows[30]!, y: -11, across: 3 }).top).toBe(view.top);
  expect(kept([...come(30), ...rows], { top: 0 })).toBe(0);
});
