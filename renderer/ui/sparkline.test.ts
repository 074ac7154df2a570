import { expect, it } from 'vitest';
import { spark } from './sparkline';

const values = [
  { at: 0, value: 0 },
  { at: 30, value: 50 },
  { at: 120, value: 100 },
];

it('points stand by their times above zero, and the limit above them', () => {
  expect(spark(values, 200, 120, 108)).toEqual({ points: '0,108 30,83 120,58', limitY: 8, last: { x: 120, y: 58 } });
});
it('a limit so far away that the line would lie flat is left out', () => {
  expect(spark(values, 1_000_000, 120, 108)).toMatchObject({ points: '0,108 30,58 120,8', limitY: null });
});
it('one point is a point, and none is no chart', () => {
  expect(spark([{ at: 5, value: 3 }], null, 100, 108)?.last).toEqual({ x: 100, y: 8 });
  expect(spark([], 10, 100, 100)).toBeNull();
});
