import { expect, test } from 'vitest';
import { createColouring } from './colour';

const bytes = (text: string) => new TextEncoder().encode(text);
const plain = (text: string) => text.replace(/\x1b\[\d+m/g, '');
const LOG =
  '2026-02-24 22:08:49,149 - 1 - hummingbot.core.clock - INFO - started\r\n' +
  '2026-02-24 22:08:50,001 - 1 - connector.binance - ERROR - 429 Too Many Requests – 東京\r\n' +
  'Traceback (most recent call last):\r\n  File "x.py", line 1\r\n' +
  '2026 is a number at a line’s start\r\n';

test('levels stand out, and without the colours every character is as it came', () => {
  const out = createColouring().push(bytes(LOG));
  expect(out).toContain('\x1b[31mERROR');
  expect(plain(out)).toBe(LOG);
});

test('however the bytes are cut, the text and its colours are the same', () => {
  const whole = createColouring().push(bytes(LOG));
  const data = bytes(LOG);
  for (const size of [1, 2, 3, 7, 64]) {
    const colouring = createColouring();
    let out = '';
    for (let at = 0; at < data.length; at += size) out += colouring.push(data.subarray(at, at + size));
    expect(out + colouring.flush()).toBe(whole);
  }
});

test('a line that is not finished is shown after a while and goes on without loss', () => {
  const colouring = createColouring();
  expect(colouring.push(bytes('12 of 30'))).toBe('');
  expect(colouring.flush()).toBe('12 of 30');
  expect(colouring.push(bytes(' done\r\n'))).toBe(' done\r\n');
});
