import { expect, it } from 'vitest';
import type { OperationInfo } from '../../shared/bots';
import { aftermathOf } from './aftermath';
import { leftOrdersOf } from './leftOrders';
import { notClean, verdict } from './stop';

const bot = { clusterId: 'c', namespace: 'trading', name: 'eth-1' };
const operation = (traits: Partial<OperationInfo>): OperationInfo => ({
  ...{ id: 'op', kind: 'stop', bot, clusterName: 'fra', steps: [], outcome: 'done', message: '', error: null },
  ...{ written: [], startedAt: 0, endedAt: 1, actions: [] },
  ...traits,
});
const rowId = 'c/StatefulSet/trading/eth-1';

it('a stop that finds orders left says which; a later clean one says that none is', () => {
  const order = {
    ...{ market: 'binance', pair: 'ETH-USDT', side: 'buy', amount: '1', price: '2000', exchangeOrderId: '77' },
    ...{ clientOrderId: 'x', status: '', at: 0 },
  };
  const unknown = { known: false, reason: '' } as const;
  const after = aftermathOf(unknown, { known: true, orders: [order] });
  const ref = { ...bot, kind: 'StatefulSet' as const, uid: 'u' };
  const how = {
    bot: ref,
    ran: true,
    crashed: false,
    end: null,
    classicStopped: false,
    screen: null,
    after,
    forced: false,
  };
  const { error } = notClean(verdict(how));
  const found = leftOrdersOf(operation({ outcome: 'failed', error }));
  expect(found).toEqual({ rowId, sentence: expect.stringContaining('exchange order id 77') });
  expect(leftOrdersOf(operation({ message: 'eth-1 is stopped.' }))).toEqual({ rowId, sentence: null });
});

it('what failed for another reason, was cancelled or is no stop says nothing', () => {
  const error = { code: 'UNREACHABLE', message: 'No answer.' } as const;
  expect(leftOrdersOf(operation({ outcome: 'failed', error }))).toBeNull();
  expect(leftOrdersOf(operation({ outcome: 'cancelled' }))).toBeNull();
  expect(leftOrdersOf(operation({ kind: 'edit' }))).toBeNull();
});
