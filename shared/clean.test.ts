import { expect, test } from 'vitest';
import { cleanText } from './clean';

test('what could move the cursor, turn or hide text is gone', () => {
  expect(cleanText('a\u001b[31mred\u001b[0m \u001b]0;title\u0007b\u009b2Jc')).toBe('ared b2Jc');
  expect(cleanText('safe\u202egnp.exe\u2066x\u200b')).toBe('safegnp.exex');
  expect(cleanText('two\nlines\tand\r\nmore')).toBe('two lines and more');
});
test('letters of every script stay', () => {
  expect(cleanText('Überweisung 注文 ордер 🙂')).toBe('Überweisung 注文 ордер 🙂');
});
test('a flood is cut', () => {
  expect(cleanText('x'.repeat(1_000_000), 50)).toBe(`${'x'.repeat(50)}…`);
});
