import { describe, expect, it } from 'vitest';
import { bot, manyBots } from '../demo/rows';
import type { BotRow } from '../../shared/rows';
import { createOrdered } from './ordered';
import { natural, sortables, sorter, type ColumnKey, type Sort } from './sort';

/** As the grid puts them in order. */
const sortRows = (rows: readonly BotRow[], sort: Sort, clusterName: (id: string) => string) =>
  createOrdered(sorter(sort, sortables(sort.key, clusterName))).update(new Map(rows.map((row) => [row.id, row])), null);

const sorted = (rows: ReturnType<typeof bot>[], key: ColumnKey, descending = false) =>
  sortRows(rows, { key, descending }, (id) => id).map((row) => row.name);

describe('sort', () => {
  it('orders numbers inside names as numbers', () => {
    expect(sorted([bot({ name: 'bot-10' }), bot({ name: 'Bot-2' }), bot({ name: 'bot-1' })], 'name')).toEqual([
      'bot-1',
      'Bot-2',
      'bot-10',
    ]);
    expect(natural('v2.9') < natural('v2.16')).toBe(true);
  });
  it('puts trouble first by state and the youngest first by age', () => {
    const rows = [
      bot({ name: 'ok', state: 'running', createdAt: 1000 }),
      bot({ name: 'off', state: 'stopped', createdAt: 3000 }),
      bot({ name: 'bad', state: 'trouble', createdAt: 2000 }),
    ];
    expect(sorted(rows, 'state')).toEqual(['bad', 'ok', 'off']);
    expect(sorted(rows, 'age')).toEqual(['off', 'bad', 'ok']);
  });
  it('keeps equal rows by name whichever way is sorted and in whatever order they came', () => {
    const rows = [bot({ name: 'c' }), bot({ name: 'a' }), bot({ name: 'b' })];
    expect(sorted(rows, 'exchange')).toEqual(['a', 'b', 'c']);
    expect(sorted([...rows].reverse(), 'exchange', true)).toEqual(['a', 'b', 'c']);
  });
  it('sorts by the name a cluster is shown under', () => {
    const rows = [bot({ name: 'x', clusterId: '1' }), bot({ name: 'y', clusterId: '2' })];
    const names: Record<string, string> = { 1: 'zurich', 2: 'ams' };
    const result = sortRows(rows, { key: 'cluster', descending: false }, (id) => names[id]!);
    expect(result.map((row) => row.name)).toEqual(['y', 'x']);
  });
  it('orders ten thousand rows the same from any beginning', () => {
    const rows = manyBots(10_000, 1_700_000_000_000);
    const first = sorted(rows, 'status');
    expect(sorted([...rows].reverse(), 'status')).toEqual(first);
    expect(new Set(first).size).toBe(10_000);
  });
  it('leaves rows whose value is not known last, whichever way is sorted', () => {
    const trading = {
      at: 0,
      by: 'exec',
      state: 'trading',
      sentence: '',
      openOrders: 1,
      volume: 1,
      quote: 'USDT',
    } as const;
    const rows = [
      bot({ name: 'unread' }),
      bot({ name: 'loss', trading: { ...trading, profit: -5 } }),
      bot({ name: 'gain', trading: { ...trading, profit: 7 } }),
      bot({ name: 'blank', trading: { ...trading, profit: null } }),
    ];
    expect(sorted(rows, 'profit')).toEqual(['loss', 'gain', 'blank', 'unread']);
    expect(sorted(rows, 'profit', true)).toEqual(['gain', 'loss', 'blank', 'unread']);
    expect(sorted([bot({ name: 'a', node: '' }), bot({ name: 'b', node: 'n1' })], 'node')).toEqual(['b', 'a']);
  });
  it('never weighs amounts of different assets against each other', () => {
    const amount = (name: string, profit: number, quote: string) =>
      bot({
        name,
        trading: { at: 0, by: 'exec', state: 'idle', sentence: '', openOrders: 0, volume: 0, profit, quote },
      });
    const rows = [
      amount('u1', 10, 'USDT'),
      amount('b1', 0.5, 'BTC'),
      amount('u2', 900, 'USDT'),
      amount('b2', 2, 'BTC'),
    ];
    expect(sorted(rows, 'profit', true)).toEqual(['b2', 'b1', 'u2', 'u1']);
  });
});
