import { describe, expect, it } from 'vitest';
import { best, fuzzy } from './fuzzy';

const find = (typed: string, ...items: string[]) => best(items, typed, (item) => item, 3);

describe('palette search', () => {
  it('finds letters in order, wherever they stand', () => {
    expect(find('etb4', 'eth-binance-4', 'btc-okx-1')).toEqual(['eth-binance-4']);
    expect(fuzzy('xyz', 'eth-binance-4')).toBeNull();
  });
  it('puts whole words before scattered letters, and beginnings before middles', () => {
    expect(find('log', 'allow going', 'Open log', 'catalog')[0]).toBe('Open log');
    expect(find('eth', 'teeth-1', 'eth-1')).toEqual(['eth-1', 'teeth-1']);
  });
  it('keeps the given order for nothing typed and gives no more than asked', () => {
    expect(find('', 'b', 'a', 'd', 'c')).toEqual(['b', 'a', 'd']);
  });
  it('does not mind case and blanks', () => {
    expect(find('ETH bin', 'eth-binance-4')).toEqual(['eth-binance-4']);
  });
});
