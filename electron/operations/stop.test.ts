import { describe, expect, it } from 'vitest';
import type { OpenOrder } from '../hummingbot/openOrders';
import { aftermathOf } from './aftermath';
import { verdict } from './stop';

const bot = { clusterId: 'c', kind: 'StatefulSet' as const, namespace: 'bots', name: 'eth-1', uid: 'u' };
const order: OpenOrder = {
  market: 'binance',
  pair: 'ETH-USDT',
  side: 'buy',
  price: '2990',
  amount: '0.05',
  clientOrderId: 'c-1',
  exchangeOrderId: '1001',
  status: 'BuyOrderCreated',
  at: 0,
};
const none = { known: true as const, orders: [] };
const some = { known: true as const, orders: [order] };
const unknown = { known: false as const, reason: 'No right.' };

describe('what is known of orders after a stop', () => {
  it('lists what may be open with its ids', () => {
    const after = aftermathOf(none, some);
    expect(after.kind).toBe('some');
    expect(after.words).toContain('buy 0.05 ETH-USDT at 2990 (exchange order id 1001, binance)');
  });
  it('never takes a reading from before the stop for one after it', () => {
    expect(aftermathOf(none, unknown).kind).toBe('unknown');
    expect(aftermathOf(some, unknown).words).toMatch(/1 order was open before the stop .* not checked: No right\./);
    expect(aftermathOf(some, none).kind).toBe('none');
  });
});

describe('the verdict', () => {
  const base = {
    bot,
    ran: true,
    crashed: false,
    end: { exitCode: 0 },
    classicStopped: false,
    screen: null,
    after: aftermathOf(some, none),
    forced: false,
  };
  it('is clean after a graceful end, even where the record could not be read', () => {
    expect(verdict(base).clean).toBe(true);
    expect(verdict({ ...base, after: aftermathOf(some, unknown) }).clean).toBe(true);
  });
  it('is not clean when orders may be open, however gracefully it ended', () => {
    expect(verdict({ ...base, after: aftermathOf(some, some) }).clean).toBe(false);
  });
  it('is not clean when it was killed, or its end was not seen, and nothing could be read', () => {
    const after = aftermathOf(some, unknown);
    expect(verdict({ ...base, end: { exitCode: 137 }, after })).toMatchObject({
      clean: false,
      sentence: expect.stringContaining('was killed'),
    });
    expect(verdict({ ...base, end: null, after })).toMatchObject({
      clean: false,
      sentence: expect.stringContaining('not seen'),
    });
  });
  it('is not clean when it had crashed and nothing could be read', () => {
    const after = aftermathOf(unknown, unknown);
    expect(verdict({ ...base, ran: false, end: null, after }).clean).toBe(true);
    expect(verdict({ ...base, ran: false, crashed: true, end: null, after }).clean).toBe(false);
  });
  it('is never clean by force', () => {
    expect(verdict({ ...base, forced: true, end: null })).toMatchObject({
      clean: false,
      sentence: expect.stringContaining('whether it still trades is not known'),
    });
  });
});
