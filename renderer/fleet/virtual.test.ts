import { describe, expect, it } from 'vitest';
import { bot, manyBots } from '../demo/rows';
import { blocksOf, cardHeight, cardRange, cardsAcross, keepPlace, reveal, rowHeight, visibleRange } from './virtual';

/** All blocks, the late ones too. */
const settled: typeof blocksOf = (rows, top, height, former) =>
  blocksOf(rows, top, height, blocksOf(rows, top, height, former));

describe('virtual rows', () => {
  it('draws a screenful of ten thousand, never none of them by a scroll past the end', () => {
    const range = visibleRange(5000 * rowHeight, 600, 10_000);
    expect(range.to - range.from).toBeLessThan(50);
    expect(range.from).toBeLessThanOrEqual(5000);
    expect(visibleRange(9_999_999, 600, 10)).toEqual({ from: 10, to: 10 });
    expect(visibleRange(0, 600, 0)).toEqual({ from: 0, to: 0 });
  });
  it('keeps a row in its block while scrolling, with all rows in view and never more or fewer blocks', () => {
    const rows = Array.from({ length: 500 }, (_, i) => i);
    const placeOf = new Map<string, number>();
    for (const height of [1, 600, 613])
      for (let top = 0; top < 500 * rowHeight; top += 97) {
        const blocks = settled(rows, top, height);
        expect(blocks.length).toBe(blocksOf(rows, 0, height).length);
        blocks.forEach(({ first, slots }, place) => {
          slots.forEach(({ row, index }, at) => expect([row, index]).toEqual([first + at, first + at]));
          expect(placeOf.get(`${height} ${first}`) ?? place).toBe(place);
          placeOf.set(`${height} ${first}`, place);
        });
        const { from, to } = visibleRange(top, height, rows.length);
        const drawn = new Set(blocks.flatMap(({ slots }) => slots.map(({ index }) => index)));
        for (let index = from; index < to; index++) expect(drawn.has(index)).toBe(true);
      }
    const both = [
      { row: 'a', index: 0 },
      { row: 'b', index: 1 },
    ];
    expect(blocksOf(['a', 'b'], 0, 600)).toEqual([{ first: 0, slots: both }]);
    expect(blocksOf([], 0, 600)).toEqual([]);
  });
  it('gives back what stands as it stood, so that only what came or changed is drawn', () => {
    const rows = manyBots(500, 0);
    const former = settled(rows, 0, 600);
    expect(blocksOf(rows, 27, 600, former)).toBe(former);
    const changed = { ...rows[3]!, status: 'Error' };
    const after = blocksOf(
      rows.map((row, i) => (i === 3 ? changed : row)),
      0,
      600,
      former,
    );
    expect(after.filter((block, i) => block !== former[i])).toEqual([after[0]]);
    expect(after[0]?.slots.filter((slot, i) => slot !== former[0]?.slots[i])).toEqual([{ row: changed, index: 3 }]);
    const scrolled = blocksOf(rows, 20 * rowHeight, 600, former);
    expect(scrolled.filter((block, i) => block !== former[i])).toHaveLength(1);
  });
  it('draws only what is in view where all of it is another, and the rest when asked again', () => {
    const rows = manyBots(500, 0);
    const former = settled(rows, 300 * rowHeight, 600);
    const other = [...rows].reverse();
    const jumped = blocksOf(other, 0, 600, former);
    const inView = jumped.filter(({ late }) => !late).flatMap(({ slots }) => slots.map(({ row }) => row));
    expect(inView).toEqual(other.slice(0, inView.length));
    expect(inView.length * rowHeight).toBeGreaterThanOrEqual(600);
    expect(inView.length).toBeLessThan(30);
    const next = blocksOf(other, 0, 600, jumped);
    expect(blocksOf(other, 0, 600, next)).toBe(next);
    expect(next.some(({ late }) => late)).toBe(false);
    expect(next.filter((block, i) => block === jumped[i])).toHaveLength(jumped.filter(({ late }) => !late).length);
  });
  it('draws another order some blocks at a time from the top; what stood there stands until then, and nothing else is seen', () => {
    const rows = manyBots(500, 0);
    const other = [...rows].reverse();
    const height = 600;
    for (const from of [0, 100, 300 * rowHeight]) {
      let blocks = settled(rows, from, height);
      const counts: number[] = [];
      for (let last: unknown = null, i = 0; last !== blocks && i < 20; i++) {
        last = blocks;
        blocks = blocksOf(other, 0, height, blocks, 2);
        const drawn = blocks.filter(({ late }) => !late);
        counts.push(drawn.length);
        for (const { first, slots } of drawn)
          expect(slots.map(({ row }) => row)).toEqual(other.slice(first, first + slots.length));
        for (const { first, slots, late } of blocks)
          if (late === 'stands') expect(slots.map(({ row }) => row)).toEqual(rows.slice(first, first + slots.length));
        expect(drawn.map(({ first }) => first)).toContain(0);
      }
      expect(counts.slice(0, 3)).toEqual([2, 4, 6]);
      expect(blocks).toEqual(settled(other, 0, height));
    }
  });
  it('draws what changes meanwhile at once, and lets no flood of changes hold back what is late', () => {
    const rows = manyBots(500, 0);
    let other = [...rows].reverse();
    let blocks = blocksOf(other, 0, 600, settled(rows, 0, 600), 2);
    for (const count of [4, 6]) {
      other = other.map((row, at) => (at < 16 ? { ...row } : row));
      blocks = blocksOf(other, 0, 600, blocks, 2);
      const drawn = blocks.filter(({ late }) => !late);
      expect(drawn).toHaveLength(count);
      for (const { first, slots } of drawn)
        expect(slots.map(({ row }) => row)).toEqual(other.slice(first, first + slots.length));
    }
  });
  it('draws no more at once where the first rows stay as they were', () => {
    const rows = manyBots(500, 0);
    const other = [...rows.slice(0, 8), ...rows.slice(8).reverse()];
    const blocks = blocksOf(other, 0, 600, settled(rows, 0, 600), 2);
    expect(blocks.filter(({ late }) => !late).map(({ first }) => first)).toEqual([0, 8, 16]);
  });
  it('leaves nothing standing behind the end of a list that became short', () => {
    const rows = manyBots(500, 0);
    const short = blocksOf(rows.slice(490), 0, 600, settled(rows, 0, 600), 1);
    const end = Math.max(
      ...short.filter(({ late }) => late !== 'aside').map(({ first, slots }) => first + slots.length),
    );
    expect(end).toBeLessThanOrEqual(10);
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
