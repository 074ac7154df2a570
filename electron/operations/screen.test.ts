import { describe, expect, it } from 'vitest';
import { createScreenText, readStopAnswer } from './screen';

const draw = (...parts: string[]) => {
  const screen = createScreenText(40, 6);
  for (const part of parts) screen.write(Buffer.from(part));
  return screen.rows();
};

describe('the text on a screen', () => {
  it('follows the cursor, erases and scrolls', () => {
    expect(draw('old text', '\x1b[2J\x1b[2;3Hhello\x1b[1;1Htop\x1b[2;5H\x1b[K')).toEqual([
      'top',
      '  he',
      '',
      '',
      '',
      '',
    ]);
    expect(draw('a\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng')[5]).toBe('g');
  });
  it('stays on the screen whatever a sequence asks for', () => {
    expect(draw('\x1b[1:2Ha', '\x1b[999999999999Bb', '\x1b[?;:<=Hc', '\x1b[999999C\x1b[999A')[0]).toContain('c');
  });
  it('keeps what a program did not draw again', () => {
    expect(draw('Hummingbot is here', '\x1b[1;12Hstopped.')[0]).toBe('Hummingbot stopped.');
  });
  it('is not led astray by sequences and characters cut in two', () => {
    expect(draw('\x1b[3', '1mred\x1b]0;ti', 'tle\x07!')[0]).toBe('red!');
    const screen = createScreenText(10, 1);
    const euro = Buffer.from('€');
    screen.write(euro.subarray(0, 1));
    screen.write(euro.subarray(1));
    expect(screen.rows()).toEqual(['€']);
  });
});

describe('the answer to a typed stop', () => {
  const typed = ['>>>  stop', ''];
  it('is none before it is echoed, and working before it is done', () => {
    expect(readStopAnswer(['Hummingbot stopped.', '>>>'])).toEqual({ kind: 'none' });
    expect(readStopAnswer([...typed, 'Winding down...'])).toEqual({ kind: 'working' });
  });
  it('is not the answer to an earlier one', () => {
    expect(readStopAnswer([...typed, 'Hummingbot stopped.', '>>>  start', ...typed, 'Winding down...'])).toEqual({
      kind: 'working',
    });
  });
  it('counts in the left pane only', () => {
    expect(readStopAnswer([...typed, 'Winding down...   | Hummingbot stopped.'])).toEqual({ kind: 'working' });
    expect(readStopAnswer([...typed, 'Hummingbot stopped.   | log'])).toEqual({ kind: 'stopped' });
  });
  it('says which orders could not be cancelled, whatever comes after', () => {
    const rows = [...typed, 'Failed to cancel the following orders on binance:', 'buy-1', 'Hummingbot stopped.'];
    expect(readStopAnswer(rows)).toMatchObject({ kind: 'not-cancelled', words: expect.stringContaining('buy-1') });
  });
});
