import { Terminal } from '@xterm/xterm';
import { expect, test } from 'vitest';
import { guardSequences, linkAllowed } from './guard';

/** A terminal without a window, as xterm parses without one. */
function headless() {
  const terminal = new Terminal({ allowProposedApi: true, cols: 40, rows: 5 });
  const seen = { titles: [] as string[], answers: [] as string[] };
  terminal.onTitleChange((title) => seen.titles.push(title));
  terminal.onData((data) => seen.answers.push(data));
  const write = (text: string) => new Promise<void>((done) => terminal.write(text, done));
  const line = () => terminal.buffer.active.getLine(0)?.translateToString(true);
  return { terminal, seen, write, line };
}
const HOSTILE = [
  '\x1b]0;paid\x07',
  '\x1b]52;c;cm0gLXJmIC8=\x07',
  '\x1b]10;?\x07',
  '\x1b]11;#000000\x07',
  '\x1b[21t',
  '\x1bP$qm\x1b\\',
];

test('a bot’s output can neither set titles nor make the terminal answer back', async () => {
  const { terminal, seen, write, line } = headless();
  guardSequences(terminal);
  for (const sequence of HOSTILE) await write(sequence);
  await write('after');
  expect(seen).toEqual({ titles: [], answers: [] });
  expect(line()).toBe('after');
});

test('without the guard some of these would have an effect', async () => {
  const { seen, write } = headless();
  for (const sequence of HOSTILE) await write(sequence);
  expect(seen.titles.length + seen.answers.length).toBeGreaterThan(0);
});

test('only whole https addresses are links', () => {
  expect(linkAllowed('https://www.binance.com/en/support')).toBe(true);
  const refused = [
    'http://a.b',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://binance.com@evil.example',
    'x',
    `https://a/${'x'.repeat(5000)}`,
  ];
  for (const url of refused) expect(linkAllowed(url)).toBe(false);
});
