import { describe, expect, it } from 'vitest';
import { createSanitiser } from './sanitise';
import { concat } from './utf8';
import { bytesOf, chance, textOf } from './testing';

function clean(...parts: (string | Uint8Array)[]): string {
  const filter = createSanitiser();
  const out = parts.map((part) => filter.push(typeof part === 'string' ? bytesOf(part) : part));
  return textOf(concat([...out, filter.end()]));
}

describe('log lines from a hostile cluster', () => {
  it('keeps text and colours', () => {
    expect(clean('a \x1b[1;31mred\x1b[0m 🐦\tb\n')).toBe('a \x1b[1;31mred\x1b[0m 🐦\tb\r\n');
    expect(clean('\x1b[38;5;8mgrey\x1b[38;2;1;2;3mrgb\x1b[m')).toBe('\x1b[38;5;8mgrey\x1b[38;2;1;2;3mrgb\x1b[m');
  });

  it.each([
    ['the clipboard', '\x1b]52;c;aGk=\x07'],
    ['the window title', '\x1b]0;owned\x1b\\'],
    ['a link', '\x1b]8;;https://evil.example\x1b\\'],
    ['a screen wipe', '\x1b[2J\x1b[H'],
    ['a device question', '\x1b[c\x1b[6n\x1b[>0q'],
    ['a device control string', '\x1bP+q544e\x1b\\'],
    ['C1 forms', '\u009b2J\u009d0;x\u009c\u0090q\u009c'],
    ['hidden text', '\x1b[8m'],
    ['keyboard modes', '\x1b[>4;1m\x1b[?1000h\x1b='],
    ['a character set', '\x1b(0'],
    ['bell, backspace, delete, null', '\x07\x08\x7f\x00'],
    ['text direction', '\u202e\u2066\u200f'],
    ['an endless colour', `\x1b[${'1;'.repeat(80)}m`],
  ])('leaves out %s', (_name, hostile) => {
    expect(clean(`before ${hostile}after\n`)).toBe('before after\r\n');
  });

  it('lets no line be written over', () => {
    expect(clean('sold 1 BTC\rnothing   \n')).toBe('sold 1 BTC\r\nnothing   \r\n');
    expect(clean('tty line\r\r\n')).toBe('tty line\r\n');
  });

  it('loses one line at most to a string that never ends', () => {
    expect(clean('a\x1b]0;never\nnext\n')).toBe('a\r\nnext\r\n');
  });

  it('makes the same of any split, and valid text of any bytes', () => {
    const words = [
      '\x1b[31m',
      '\x1b]0;t\x07',
      '\x1b]0;t\x1b\\',
      '🐦',
      'é',
      'plain',
      '\r',
      '\n',
      '\r\n',
      '\x1b',
      '\x1b[',
      '\u009b',
      '\x18',
    ];
    for (let seed = 1; seed <= 400; seed++) {
      const random = chance(seed);
      const pieces = Array.from({ length: 30 }, () =>
        random() < 0.15
          ? Uint8Array.of(Math.floor(random() * 256))
          : bytesOf(words[Math.floor(random() * words.length)]!),
      );
      const whole = concat(pieces);
      const parts: Uint8Array[] = [];
      for (let at = 0; at < whole.length;) {
        const size = 1 + Math.floor(random() * 7);
        parts.push(whole.slice(at, at + size));
        at += size;
      }
      const once = clean(whole);
      expect(clean(...parts), `seed ${seed}`).toBe(once);
      expect(once.replace(/\x1b\[[0-9;:]*m/g, '')).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]/);
    }
  });
});
