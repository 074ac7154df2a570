import { describe, expect, it } from 'vitest';
import { bot } from '../demo/rows';
import { matcher, parseFilter } from './filter';

const names: Record<string, string> = { a: 'linode-fra', b: 'do-sgp' };
const rows = [
  bot({ name: 'btc-1', clusterId: 'a', pair: 'BTC-USDT', exchange: 'binance', state: 'running', status: 'Running' }),
  bot({
    name: 'eth-1',
    clusterId: 'a',
    pair: 'ETH-USDT',
    exchange: 'kucoin',
    state: 'trouble',
    status: 'CrashLoopBackOff',
  }),
  bot({
    name: 'eth-2',
    clusterId: 'b',
    pair: 'ETH-BTC',
    exchange: 'kraken',
    state: 'stopped',
    status: 'Stopped',
    namespace: 'desk-two',
  }),
];
const facts = { clusterName: (id: string) => names[id] ?? id };
const find = (text: string) =>
  rows
    .filter(matcher(parseFilter(text), facts))
    .map((row) => row.name)
    .join(' ');

describe('filter', () => {
  it('shows everything for nothing typed, and for what is only begun', () => {
    for (const text of ['', '   ', 'state:', '-', '-state:', '"', 'pair:,'])
      expect(find(text)).toBe('btc-1 eth-1 eth-2');
  });
  it('finds free words in any column, the cluster included, in any case', () => {
    expect(find('KUCOIN')).toBe('eth-1');
    expect(find('sgp')).toBe('eth-2');
    expect(find('eth fra')).toBe('eth-1');
  });
  it('keeps a prefix to its own column', () => {
    expect(find('btc')).toBe('btc-1 eth-2');
    expect(find('name:btc')).toBe('btc-1');
    expect(find('cluster:fra status:crash')).toBe('eth-1');
    expect(find('ns:desk')).toBe('eth-2');
    expect(find('namespace:desk')).toBe('eth-2');
  });
  it('takes a pair with or without its dash', () => {
    expect(find('pair:btcusdt')).toBe('btc-1');
    expect(find('pair:BTC/USDT')).toBe('btc-1');
    expect(find('ethusdt')).toBe('eth-1');
  });
  it('means "or" by a comma and by the same prefix twice', () => {
    expect(find('state:running,stopped')).toBe('btc-1 eth-2');
    expect(find('state:running state:stopped')).toBe('btc-1 eth-2');
  });
  it('turns a part round by a minus, each for itself', () => {
    expect(find('-state:stopped')).toBe('btc-1 eth-1');
    expect(find('-state:stopped -state:trouble')).toBe('btc-1');
    expect(find('-kucoin eth')).toBe('eth-2');
  });
  it('does not take a dash inside a word for a minus', () => {
    expect(find('eth-1')).toBe('eth-1');
    expect(find('desk-two')).toBe('eth-2');
  });
  it('reads an unknown prefix as plain words', () => {
    expect(find('foo:bar')).toBe('');
  });
  it('matches states from their beginning, so that run is not trouble', () => {
    expect(find('state:st')).toBe('eth-2');
  });
});
