import { describe, expect, it } from 'vitest';
import { bot } from '../demo/rows';
import { completions, MOST } from './complete';
import { hasTerm, matcher, parseFilter, withTerm, wrongIn } from './filter';
import { filterKeys, type FilterFacts } from './filterFields';

const facts: FilterFacts = {
  clusterName: (id) => (id === 'a' ? 'desk one' : id),
  factsOf: (id) => ({ name: id, provider: id === 'a' ? 'linode' : 'k3s', practice: id === 'p', skewMs: 0 }),
  now: 10 * 3_600_000,
};
const reading = {
  ...{ at: 0, by: 'exec' as const, state: 'trading' as const, sentence: '', openOrders: 4 },
  ...{ profit: -3, volume: 900, quote: 'USDT' },
};
const rows = [
  bot({ name: 'one', clusterId: 'a', restarts: 4, createdAt: 9.5 * 3_600_000, trading: reading }),
  bot({
    name: 'two',
    clusterId: 'b',
    pair: 'BTC-USDT',
    restarts: 3,
    trading: { ...reading, profit: 8, openOrders: 0 },
  }),
  bot({ name: 'three', clusterId: 'p', pair: 'BTC-USDT', paper: true, createdAt: 9 * 3_600_000 }),
];
const find = (text: string) =>
  rows
    .filter(matcher(parseFilter(text), facts))
    .map(({ name }) => name)
    .join(' ');

describe('filter by numbers and times', () => {
  it('compares restarts, profit, volume and orders; what was never read fits neither side', () => {
    expect(find('restarts:>3')).toBe('one');
    expect(find('restarts:>=3')).toBe('one two');
    expect(find('restarts:0')).toBe('three');
    expect(find('profit:<0')).toBe('one');
    expect(find('profit:>-5')).toBe('one two');
    expect(find('orders:0')).toBe('two');
    expect(find('-profit:<0')).toBe('two three');
  });
  it('compares ages by the clock of the cluster; two of them bound a span', () => {
    expect(find('age:<1h')).toBe('one');
    expect(find('age:<=1h age:>45m')).toBe('three');
    expect(find('age:>1h30m')).toBe('two');
  });
  it('knows provider, kind of money and quoted values with blanks', () => {
    expect(find('provider:linode')).toBe('one');
    expect(find('money:practice')).toBe('three');
    expect(find('money:real cluster:"desk one"')).toBe('one');
    expect(find('trading:unread')).toBe('three');
  });
  it('says nothing yet while a value is only begun', () => {
    for (const text of ['restarts:', 'restarts:>', 'profit:<-', 'age:<', 'age:<1'])
      expect(find(text)).toBe('one two three');
  });
  it('tells in words what is wrong, and such a part fits no bot, turned round or not', () => {
    expect(wrongIn('cluster:fra "a b" -pair:btc restarts:>3 profit:-0.5 age:<1h30m state:run')).toEqual([]);
    expect(wrongIn('restarts:many')).toEqual(['restarts: “many” is no number. Write it like restarts:>0.']);
    expect(wrongIn('age:<5')[0]).toContain('lacks its unit');
    expect(wrongIn('clutser:fra')[0]).toContain('Did you mean cluster:?');
    expect(wrongIn('state:broken')[0]).toContain('is none of running, trouble');
    for (const text of ['restarts:many', '-restarts:many', '-state:broken']) expect(find(text)).toBe('');
  });
});

describe('one term of a filter', () => {
  it('is set and taken back without touching what else is typed', () => {
    expect(withTerm('pair:btc  fra', 'state', 'trouble')).toBe('pair:btc fra state:trouble');
    expect(withTerm('pair:btc state:trouble fra', 'state', 'trouble')).toBe('pair:btc fra');
    expect(withTerm('state:running,stopped', 'state', 'trouble')).toBe('state:trouble');
    expect(withTerm('-state:trouble', 'state', 'trouble')).toBe('state:trouble');
    expect(hasTerm(parseFilter('fra state:trouble'), 'state', 'trouble')).toBe(true);
    expect(hasTerm(parseFilter('-state:trouble'), 'state', 'trouble')).toBe(false);
  });
});

describe('completion', () => {
  const offer = (text: string, caret = text.length) => completions(text, caret, rows, facts);
  it('offers fields by their beginning, also turned round, and leaves the caret behind the colon', () => {
    expect(offer('st').map(({ label }) => label)).toEqual(['state:', 'strategy:', 'status:']);
    expect(offer('fra -cl')[0]).toMatchObject({ text: 'fra -cluster:', caret: 13 });
  });
  it('offers every field in an empty box, and behind a blank', () => {
    expect(offer('').map(({ label }) => label)).toEqual(filterKeys.map((key) => `${key}:`));
    expect(offer('fra ')).toHaveLength(filterKeys.length);
  });
  it('offers providers by the names people know, and finds them by each of their names', () => {
    expect(offer('provider:').map(({ label, note }) => `${label} ${note}`)).toEqual(['k3s 2', 'lke 1']);
    expect(offer('provider:aka')[0]!.text).toBe('provider:lke ');
    for (const name of ['lke', 'linode', 'akamai']) expect(find(`provider:${name}`)).toBe('one');
  });
  it('offers the values the rows have, most frequent first, quoted where they hold blanks', () => {
    expect(offer('pair:').map(({ label, note }) => `${label} ${note}`)).toEqual(['BTC-USDT 2', 'ETH-USDT 1']);
    expect(offer('cluster:des')[0]!.text).toBe('cluster:"desk one" ');
    expect(offer('pair:btc-usdt,e')[0]!.text).toBe('pair:btc-usdt,ETH-USDT ');
  });
  it('completes in the middle of a text, and offers no more than can be looked over', () => {
    expect(offer('pair:bt fra', 7)[0]).toMatchObject({ text: 'pair:BTC-USDT fra', caret: 13 });
    const many = Array.from({ length: 50 }, (_, i) => bot({ namespace: `ns-${i}` }));
    expect(completions('ns:', 3, many, facts)).toHaveLength(MOST);
  });
  it('offers nothing for words, quotes and unknown fields', () => {
    for (const text of ['xyz', '"pa', 'foo:b']) expect(offer(text)).toEqual([]);
  });
});
