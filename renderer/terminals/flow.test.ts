import { describe, expect, test } from 'vitest';
import { createFlow } from './flow';

/** A terminal that parses when told to, as xterm does between frames. */
function slowTerminal() {
  const unparsed: (() => void)[] = [];
  const seen: number[] = [];
  const acked: number[] = [];
  const flow = createFlow(
    (data, parsed) => {
      seen.push(...data);
      unparsed.push(parsed);
    },
    (bytes) => acked.push(bytes),
  );
  return { flow, seen, acked, parse: () => unparsed.splice(0).forEach((parsed) => parsed()) };
}
const bytes = (length: number, fill = 65) => new Uint8Array(length).fill(fill);

describe('flow control of a terminal', () => {
  test('bytes are acknowledged only once the terminal has parsed them', async () => {
    const { flow, acked, parse } = slowTerminal();
    flow.push(bytes(1000));
    await Promise.resolve();
    expect(acked).toEqual([]);
    parse();
    await Promise.resolve();
    expect(acked).toEqual([1000]);
  });

  test('every byte is acknowledged exactly once, many writes in one message', async () => {
    const { flow, acked, parse } = slowTerminal();
    for (let i = 1; i <= 50; i++) flow.push(bytes(i));
    parse();
    await Promise.resolve();
    flow.push(bytes(7));
    parse();
    await Promise.resolve();
    expect(acked).toEqual([1275, 7]);
  });

  test('a paused log takes nothing in and acknowledges nothing, then goes on in order', async () => {
    const { flow, seen, acked, parse } = slowTerminal();
    flow.push(bytes(1, 1));
    flow.pause(true);
    flow.push(bytes(1, 2));
    flow.push(bytes(1, 3));
    parse();
    await Promise.resolve();
    expect({ seen, acked, held: flow.held() }).toEqual({ seen: [1], acked: [1], held: 2 });
    flow.pause(false);
    parse();
    await Promise.resolve();
    expect({ seen, acked, held: flow.held() }).toEqual({ seen: [1, 2, 3], acked: [1, 2], held: 0 });
  });

  test('a closed tab acknowledges nothing more', async () => {
    const { flow, acked, parse } = slowTerminal();
    flow.push(bytes(10));
    flow.dispose();
    parse();
    await Promise.resolve();
    expect(acked).toEqual([]);
  });
});
