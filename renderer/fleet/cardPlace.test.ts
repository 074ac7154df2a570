import { expect, it } from 'vitest';
import { bot, manyBots } from '../demo/rows';
import { keepCards } from './cardPlace';
import { cardHeight } from './virtual';

const rows = manyBots(200, 0);
const view = { top: 10 * cardHeight + 11, height: 600, across: 3 };
const come = (count: number) => Array.from({ length: count }, (_, i) => bot({ name: `new-${i}` }));

it('cards in view stay in their place when bots come or go above, by whole lines', () => {
  expect(keepCards(rows, [...come(3), ...rows], view)).toBe(view.top + cardHeight);
  expect(keepCards(rows, [...come(7), ...rows], view)).toBe(view.top + 2 * cardHeight);
  expect(keepCards(rows, [...come(2), ...rows], view)).toBe(view.top);
  expect(keepCards(rows, rows.slice(6), view)).toBe(view.top - 2 * cardHeight);
});
it('a card that changed and moved leads nowhere, and at the top the view stays there', () => {
  const changed = { ...rows[30]! };
  expect(keepCards(rows, [changed, ...rows.filter((_, i) => i !== 30)], view)).toBe(view.top);
  expect(keepCards(rows, [...come(30), ...rows], { ...view, top: 0 })).toBe(0);
});
