import { expect, it } from 'vitest';
import { words } from './words';

it('a reading of many says the pace, how long it takes at least, and who is left out', () => {
  expect(words.readMany(30, 0)).toBe('');
  expect(words.readMany(90, 0)).toBe('At most 30 a minute are read, so 90 take 3m or more.');
  expect(words.readMany(1_000, 9_000)).toBe(
    'At most 30 a minute are read, so 1,000 take 33m or more. The other 9,000 are left out: pick them when these are read.',
  );
});
