import { expect, it } from 'vitest';
import { seenNow } from './seen';

const shown = new Map([
  ['grid', ['a', 'b']],
  ['panel', ['b', 'c']],
]);

it('asks for CPU and memory only of rows that show them, and for trading of all that can be seen', () => {
  expect(seenNow(shown, true, 9)).toEqual({ ids: ['a', 'b', 'c'], usage: ['a', 'b'] });
  expect(seenNow(shown, false, 9)).toEqual({ ids: ['a', 'b', 'c'], usage: [] });
  expect(seenNow(new Map([...shown, ['usage', ['c']]]), false, 2)).toEqual({ ids: ['a', 'b'], usage: ['c'] });
});
