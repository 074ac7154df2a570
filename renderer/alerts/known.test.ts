import { expect, it } from 'vitest';
import { bot } from '../demo/rows';
import { oldestText } from '../fleet/groupWords';
import { knownOf } from './known';
import { words } from './words';

const reading = (at: number, state: 'trading' | 'unknown') => ({
  ...{ at, by: 'exec' as const, state, sentence: '', openOrders: 0, profit: 2, volume: 9, quote: 'USDT' },
});
const factsOf = (id: string) => ({
  name: id,
  provider: 'k3s' as const,
  practice: false,
  skewMs: id === 'b' ? 60_000 : 0,
});

it('“no alerts” says of how many bots that can run the trading is known, and how old the oldest word is, by this clock', () => {
  const rows = [
    bot({ trading: reading(100_000, 'trading') }),
    bot({ name: 'b', clusterId: 'b', trading: reading(150_000, 'trading') }),
    bot({ name: 'started again', trading: reading(1_000, 'unknown') }),
    bot({ name: 'not read' }),
    bot({ name: 'stopped', replicas: 0, trading: reading(1_000, 'trading') }),
  ];
  const { known, bots, oldest } = knownOf(rows, factsOf);
  expect(words.known(known, bots, oldestText(oldest, 160_000))).toMatch(
    /^Trading is known of 2 of 4 that are not stopped, oldest 70s ago\./,
  );
  expect(knownOf([], factsOf)).toEqual({ bots: 0, known: 0, oldest: null });
});
