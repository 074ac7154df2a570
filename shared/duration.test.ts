import { expect, test } from 'vitest';
import { humanDuration, restartsText } from './duration';

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

test.each([
  [-2 * s, '<invalid>'],
  [-1.9 * s, '0s'],
  [0, '0s'],
  [119.9 * s, '119s'],
  [2 * m, '2m'],
  [2 * m + 5 * s, '2m5s'],
  [9 * m + 59 * s, '9m59s'],
  [10 * m + 59 * s, '10m'],
  [179 * m, '179m'],
  [3 * h, '3h'],
  [7 * h + 59 * m, '7h59m'],
  [8 * h + 59 * m, '8h'],
  [47 * h, '47h'],
  [2 * d + 3 * h, '2d3h'],
  [8 * d - 1, '7d23h'],
  [8 * d + 5 * h, '8d'],
  [729 * d, '729d'],
  [730 * d, '2y'],
  [4 * 365 * d + 12 * d, '4y12d'],
  [8 * 365 * d + 100 * d, '8y'],
])('an age of %d ms reads %s, as in kubectl', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

test('restarts carry the time of the last one where it is known', () => {
  expect(restartsText(5, 1000, 1000 + 3 * h)).toBe('5 (3h ago)');
  expect(restartsText(5, null, 9)).toBe('5');
  expect(restartsText(0, 1000, 5000)).toBe('0');
});
