import { describe, expect, it } from 'vitest';
import { bot, manyBots } from '../demo/rows';
import { cardHeight, cardRange, cardsAcross, keepPlace, reveal, rowHeight, slotsOf, visibleRange } from './virtual';

describe('virtual rows', () => {
  it('draws a screenful of ten thousand, never none of them by a scroll past the end', () => {
    const range = visibleRange(5000 * rowHeight, 600, 10_000);
    expect(range.to - range.from).toBeLessThan(50);
    expect(range.from).toBeLessThanOrEqual(5000);
    expect(visibleRange(9_999_999, 600, 10)).toEqual({ from: 10, to: 10 });
    expect(visibleRange(0, 600, 0)).toEqual({ from: 0, to: 0 });
  });
  it('keeps a row in its slot while scrolling, with all rows in view and never more or fewer slots', () => {
    const rows = Array.from({ length: 500 }, (_, i) => i);
    const slotOf = new Map<number, number>();
    for (const height of [1, 600, 613])
      for (let top = 0; top < 500 * rowHeight; top += 97) {
        const slots = slotsOf(rows, top, height);
        expect(slots.length).toBe(slotsOf(rows, 0, height).length);
        slots.forEach(({ row, index }, slot) => {
          expect(row).toBe(index);
          expect(slotOf.get(height * 1000 + row) ?? slot).toBe(slot);
          slotOf.set(height * 1000 + row, slot);
        });
        const { from, to } = visibleRange(top, height, rows.length);
        const drawn = new Set(slots.map(({ index }) => index));
        for (let index = from; index < to; index++) expect(drawn.has(index)).toBe(true);
      }
    expect(slotsOf(['a', 'b'], 0, 600)).toEqual([
      { row: 'a', index: 0 },
      { row: 'b', index: 1 },
    ]);
    expect(slotsOf([], 0, 600)).toEqual([]);
  });
  it('gives back what stands as it stood, so that only what came or changed is drawn', () => {
    const rows = manyBots(500, 0);
    const former = slotsOf(rows, 0, 600);
    expect(slotsOf(rows, 27, 600, former)).toBe(former);
    const changed = { ...rows[3]!, status: 'Error' };
    const after = slotsOf(
      rows.map((row, i) => (i === 3 ? changed : row)),
      0,
      600,
      former,
    );
    expect(after.filter((slot, i) => slot !== former[i])).toEqual([{ row: changed, index: 3 }]);
    const scrolled = slotsOf(rows, 20 * rowHeight, 600, former);
    expect(scrolled.filter((slot, i) => slot !== former[i])).toHaveLength(20 - 8);
  });
  it('keeps the rows in view in place when bots appear or vanish above', () => {
    const rows = manyBots(200, 0);
    const top = 100 * rowHeight + 11;
    const added = [bot({ name: 'new-1' }), bot({ name: 'new-2' }), ...rows];
    expect(keepPlace(rows, added, top, 600)).toBe(top + 2 * rowHeight);
    expect(keepPlace(rows, rows.slice(5), top, 600)).toBe(top - 5 * rowHeight);
  });
  it('is not led away by a row that changed and moved', () => {
    const rows = manyBots(200, 0);
    const changed = { ...rows[100]! };
    const after = [changed, ...rows.filter((_, i) => i !== 100)];
    expect(keepPlace(rows, after, 100 * rowHeight, 600)).toBe(100 * rowHeight);
  });
  it('stays at the top when the trader is there', () => {
    const rows = manyBots(200, 0);
    expect(keepPlace(rows, [bot({ name: 'new' }), ...rows], 0, 600)).toBe(0);
  });
  it('scrolls no further than needed to show a row', () => {
    expect(reveal(3, 0, 600)).toBe(0);
    expect(reveal(50, 0, 600)).toBe(51 * rowHeight - 600);
    expect(reveal(3, 1000, 600)).toBe(3 * rowHeight);
  });
  it('draws cards by whole lines, one a line in the narrowest window', () => {
    expect(cardsAcross(200)).toBe(1);
    expect(cardsAcross(816)).toBe(3);
    expect(cardRange(10 * cardHeight, 2 * cardHeight, 1000, 3)).toEqual({ from: 27, to: 39 });
    expect(cardRange(99_999, 300, 10, 3)).toEqual({ from: 10, to: 10 });
  });
});
