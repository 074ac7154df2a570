import { getSystemErrorName } from 'node:util';
import { expect, it } from 'vitest';
import { isStrayRead } from './strayRead';

/** As Node gets there with 41 bytes for a dropped connection. */
function onStreamRead() {
  return getSystemErrorName(41);
}
function thrown(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

it('bytes for a dropped connection are told from every other error', () => {
  expect(isStrayRead(thrown(onStreamRead))).toBe(true);
  expect(isStrayRead(thrown(() => getSystemErrorName(41)))).toBe(false);
  expect(isStrayRead(new RangeError('Invalid array length'))).toBe(false);
  expect(isStrayRead(new Error('read ECONNRESET'))).toBe(false);
});
