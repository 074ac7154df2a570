import { getSystemErrorName } from 'node:util';
import { expect, it } from 'vitest';
import { uncaught } from './uncaught';

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
  expect(uncaught(thrown(onStreamRead))).toBeNull();
  expect(uncaught(thrown(() => getSystemErrorName(41)))).not.toBeNull();
  expect(uncaught(new RangeError('Invalid array length'))).not.toBeNull();
  expect(uncaught(new Error('read ECONNRESET'))?.cause).toMatch(/read ECONNRESET[^]*uncaught\.test/);
});
it('whatever was thrown has words', () => {
  for (const odd of [undefined, null, 'a word', 41, {}])
    expect(uncaught(odd)).toMatchObject({ code: 'INTERNAL', cause: String(odd) });
});
