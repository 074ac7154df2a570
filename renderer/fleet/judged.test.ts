import { describe, expect, it } from 'vitest';
import { bot } from '../demo/rows';
import { parseFilter } from './filter';
import type { FilterFacts } from './filterFields';
import { judgedText } from './groupWords';
import { judgedBy } from './judged';

const facts: FilterFacts = {
  clusterName: (id) => id,
  factsOf: (id) => ({ name: id, provider: 'k3s', practice: false, skewMs: id === 'b' ? 60_000 : 0 }),
};
const read = (at: number, traits: object = {}) => ({
  ...{ at, by: 'exec' as const, state: 'trading' as const, sentence: '', openOrders: 0, profit: 2, volume: 9 },
  ...{ quote: 'USDT' },
  ...traits,
});
const rows = [
  bot({ name: 'one', trading: read(100_000) }),
  bot({ name: 'two', clusterId: 'b', trading: read(150_000, { profit: null }) }),
  bot({ name: 'three' }),
  bot({ name: 'four', pair: 'BTC-USDT' }),
];
const said = (text: string) => {
  const judged = judgedBy(rows, parseFilter(text), facts);
  return judged && judgedText(judged, 160_000);
};

describe('a filter that asks for what was read', () => {
  it('says by how many of the bots that fit the rest it was judged, and how old the oldest word is, by this clock', () => {
    expect(said('orders:0')).toBe('Judged by 2 of 4 read, oldest 70s ago');
    expect(said('pair:eth orders:>0 volume:>1')).toBe('Judged by 2 of 3 read, oldest 70s ago');
    expect(said('-trading:idle')).toBe('Judged by 2 of 4 read, oldest 70s ago');
  });
  it('does not count a bot whose record does not tell it', () => {
    expect(said('profit:<0')).toBe('Judged by 1 of 4 read, oldest 60s ago');
    expect(said('pair:btc profit:<0')).toBe('Judged by 0 of 1 read');
  });
  it('does not count a bot of which nobody knows what it does since its start, unless those are asked for', () => {
    const all = [...rows, bot({ name: 'five', trading: read(140_000, { state: 'unknown' }) })];
    const known = (text: string) => judgedBy(all, parseFilter(text), facts)!.known;
    expect(known('trading:idle')).toBe(2);
    expect(known('-trading:trading,idle')).toBe(2);
    expect(known('trading:unknown')).toBe(3);
    expect(known('volume:>1')).toBe(3);
  });
  it('says nothing of what is known of every bot', () => {
    for (const text of ['', 'eth', 'state:running', 'trading:unread', 'profit:']) expect(said(text)).toBeNull();
  });
});
