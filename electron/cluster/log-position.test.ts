import { describe, expect, it } from 'vitest';
import { createLogPosition } from './log-position';

const t = (n: number) => `2026-01-02T03:04:05.${String(n).padStart(9, '0')}Z`;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe('a log that goes on after a cut', () => {
  it('wherever it is cut, no line is lost and none comes twice, also of lines that bear the same time', () => {
    const lines = [
      [1, 'a'],
      [1, 'b – ü€😀'],
      [1, 'b – ü€😀'],
      [2, ''],
      [3, 'c'],
      [3, 'd'],
      [4, 'e'],
    ].map(([time, words]) => `${t(time as number)} ${words}\n`);
    const log = Buffer.from(lines.join(''));
    const whole = 'a\nb – ü€😀\nb – ü€😀\n\nc\nd\ne\n';
    for (let first = 0; first <= log.length; first++) {
      for (const second of [0, 10, 60, 130, 200, log.length]) {
        const position = createLogPosition(false);
        let out = text(position.push(log.subarray(0, first)));
        position.resume();
        // The node cuts the time to whole seconds: everything of the second comes again.
        out += text(position.push(log.subarray(0, second)));
        position.resume();
        for (const byte of log) out += text(position.push(Uint8Array.of(byte)));
        expect(out).toBe(whole);
      }
    }
  });
  it('goes on though rotation has removed the line it stood at', () => {
    const position = createLogPosition(false);
    position.push(Buffer.from(`${t(1)} a\n${t(2)} b\n`));
    position.resume();
    expect(text(position.push(Buffer.from(`${t(5)} later\n`)))).toBe('later\n');
  });
  it('compares times written with fewer digits or another zone', () => {
    const position = createLogPosition(false);
    position.push(Buffer.from('2026-01-02T03:04:05.5Z a\n'));
    position.resume();
    expect(
      text(position.push(Buffer.from('2026-01-02T05:04:05.50+02:00 a\n2026-01-02T05:04:05.500000001+02:00 b\n'))),
    ).toBe('b\n');
  });
  it('a line without end comes in pieces, and the rest of it after a cut', () => {
    const line = `${t(1)} ${'€'.repeat(300_000)}\n${t(2)} next\n`;
    const bytes = Buffer.from(line);
    const position = createLogPosition(false);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < 700_000; at += 65_536) pieces.push(position.push(bytes.subarray(at, at + 65_536)));
    for (const piece of pieces) expect(text(piece)).not.toContain('\ufffd');
    position.resume();
    for (let at = 0; at < bytes.length; at += 65_536) pieces.push(position.push(bytes.subarray(at, at + 65_536)));
    expect(text(Buffer.concat(pieces))).toBe(`${'€'.repeat(300_000)}\nnext\n`);
  });
  it('keeps the times where they are wanted, and words that bear none', () => {
    const position = createLogPosition(true);
    expect(text(position.push(Buffer.from(`${t(1)} a\nunable to retrieve container logs\n`)))).toBe(
      `${t(1)} a\nunable to retrieve container logs\n`,
    );
    expect(position.since()).toBe(t(1));
  });
});
