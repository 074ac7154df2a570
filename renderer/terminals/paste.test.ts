import { describe, expect, test } from 'vitest';
import { asOneLine, readPaste } from './paste';

describe('pasting into a terminal', () => {
  test('the end mark of bracketed paste is taken out, in both spellings and when nested', () => {
    for (const hostile of ['ls\x1b[201~; rm -rf /', 'ls\x9b201~; rm -rf /', 'ls\x1b[20\x1b[201~1~; rm -rf /']) {
      const { text, cleaned } = readPaste(hostile);
      expect(text).not.toMatch(/[\x1b\x9b]/);
      expect(cleaned).toBe(true);
    }
    expect(readPaste('ls\x1b[201~; id').text).toBe('ls; id');
  });

  test('control characters and hidden reordering go, tabs stay', () => {
    expect(readPaste('a\x03b\x00c\td\u202ee').text).toBe('abc\tde');
  });

  test('several lines are asked about, however they are broken', () => {
    for (const text of ['a\nb', 'a\r\nb', 'a\rb\n']) expect(readPaste(text)).toMatchObject({ ask: true, lines: 2 });
  });

  test('one line with a line break at its end does not run by itself', () => {
    expect(readPaste('kill 1\r\n')).toEqual({ text: 'kill 1', lines: 1, ask: false, cleaned: false });
  });

  test('several lines keep their breaks, or become one line', () => {
    const { text } = readPaste('for i in 1 2\r\ndo echo $i\r\ndone\r\n');
    expect(text).toBe('for i in 1 2\ndo echo $i\ndone\n');
    expect(asOneLine(text)).toBe('for i in 1 2 do echo $i done');
  });
});
