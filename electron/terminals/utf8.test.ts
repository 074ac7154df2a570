import { describe, expect, it } from 'vitest';
import { completeLength } from './utf8';
import { bytesOf, chance } from './testing';

describe('cutting at characters', () => {
  it('never ends inside a character, and keeps back at most three bytes, for any cut of any text', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = chance(seed);
      const text = Array.from({ length: 40 }, () => ['a', 'é', '€', '🐦', '\n', '漢'][Math.floor(random() * 6)]).join(
        '',
      );
      const bytes = bytesOf(text);
      const cut = Math.floor(random() * (bytes.length + 1));
      const end = completeLength(bytes, cut);
      expect(cut - end).toBeLessThanOrEqual(3);
      const strict = new TextDecoder('utf-8', { fatal: true });
      expect(strict.decode(bytes.subarray(0, end)) + strict.decode(bytes.subarray(end))).toBe(text);
    }
  });

  it('does not wait for ever on bytes that are no text', () => {
    expect(completeLength(Uint8Array.of(0x61, 0x80, 0x80, 0x80))).toBe(4);
    expect(completeLength(Uint8Array.of(0xff))).toBe(1);
  });
});
