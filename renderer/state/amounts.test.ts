import { expect, it } from 'vitest';
import { cores, gibibytes, mebibytes, millicores, share } from './amounts';

it('amounts read as kubectl and people write them', () => {
  expect(mebibytes(327_155_712)).toBe('312Mi');
  expect(millicores(0.0184)).toBe('18m');
  expect(gibibytes(64 * 1024 ** 3)).toBe('64 GiB');
  expect(gibibytes(1.5 * 1024 ** 3)).toBe('1.5 GiB');
  expect(cores(3250)).toBe('3.25');
  expect(cores(12_340)).toBe('12.3');
});
it('a share is of a limit that is there', () => {
  expect(share(312, 768)).toBe(41);
  expect(share(312, null)).toBeNull();
});
