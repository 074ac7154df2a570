import { describe, expect, it } from 'vitest';
import type { TradingReading } from '../../shared/rows';
import { bot } from '../demo/rows';
import { tradingCell, tradingTitle } from './tradingCell';

const reading: TradingReading = {
  ...{ at: 1_000, by: 'exec', state: 'trading', sentence: 'It trades.', openOrders: 0 },
  ...{ profit: -1234.567, volume: 0.00012345, quote: 'USDT' },
};
const cells = (row: ReturnType<typeof bot>, practice = false) =>
  (['trading', 'profit', 'volume', 'orders'] as const).map((key) => tradingCell(row, key, true, practice));

describe('cells of what was read of trading', () => {
  it('show nothing but a dash where nothing was read, and say why', () => {
    expect(cells(bot())).toEqual(['–', '–', '–', '–']);
    expect(tradingTitle(bot(), 0, 'real')).toContain('not been read yet');
    expect(tradingTitle(bot({ notRead: 'Exec is not allowed.' }), 0, 'real')).toBe('Exec is not allowed.');
    expect(tradingTitle(bot({ hasPod: false }), 0, 'real')).toContain('no pod');
  });
  it('carry the asset, small amounts their first digits, and no order is a number', () => {
    expect(cells(bot({ trading: reading }))).toEqual(['Trading', '-1,234.57 USDT', '0.000123 USDT', '0']);
    expect(tradingCell(bot({ trading: { ...reading, profit: null } }), 'profit', true)).toBe('–');
  });
  it('mark money that is not real, or perhaps not', () => {
    expect(cells(bot({ trading: reading, paper: true }))[1]).toBe('-1,234.57 USDT paper');
    expect(cells(bot({ trading: reading, paper: true }), true)[1]).toBe('-1,234.57 USDT practice');
    expect(cells(bot({ trading: reading, exchange: '' }))[1]).toBe('-1,234.57 USDT maybe real');
  });
  it('tell their age and where they are from', () => {
    expect(tradingTitle(bot({ trading: reading }), 61_000, 'paper')).toMatch(/60s ago[^]*Paper money, not real/);
  });
});
