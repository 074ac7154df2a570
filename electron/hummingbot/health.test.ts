import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitMeaning, openOrdersCommand, parseOpenOrders, parseReading, readStatus, statusCommand } from './health';

const connector = { ready: true, trading_pairs: ['BTC-USDT'], orders_count: 2, balances: {} };
const status = (change: object = {}, engine: object = {}): string =>
  JSON.stringify({
    running: true,
    updated_at: 1795459611.66,
    engine: { strategy_running: true, connectors: { binance_PaperTrade: connector }, ...engine },
    format_status: '\n  Markets:\n',
    ...change,
  });

describe('a bot is called trading only when everything says so', () => {
  test('all well', () => {
    expect(readStatus(status(), 'INFO - all fine')).toMatchObject({
      trading: true,
      sentence: 'Trades BTC-USDT on binance_PaperTrade: 2 orders open, as the bot last knew.',
      orders: 2,
      at: 1795459611660,
    });
  });
  test.each([
    ['no status', '', '', /not told its status/],
    ['half a status', status().slice(0, 40), '', /not told its status/],
    [
      'a swallowed error',
      status(),
      'x\n2026 - ERROR - Invalid value 150 for config variable bid_spread',
      /does not trade.*150/,
    ],
    ['a stopped strategy', status({}, { strategy_running: false }), '', /its strategy does not/],
    ['no connector', status({}, { connectors: {} }), '', /not connected/],
    [
      'one connector not ready',
      status({}, { connectors: { a: connector, b: { ...connector, ready: false } } }),
      '',
      /Waits for b/,
    ],
    ['no status text', status({ format_status: null }), '', /no status yet/],
    ['not running', status({ running: false }), '', /not running/],
    ['another shape', '{"engine": [1], "running": true}', '', /its strategy does not/],
  ])('%s', (_, json, log, sentence) => {
    const health = readStatus(json, log);
    expect(health.trading).toBe(false);
    expect(health.sentence).toMatch(sentence);
  });
  test('Python writes NaN where JSON has none', () => {
    expect(readStatus(status().replace('"balances":{}', '"balances":{"BTC": NaN}'), '').trading).toBe(true);
  });
  test('orders are not known when one connector does not count them', () => {
    const { orders, sentence } = readStatus(
      status({}, { connectors: { a: connector, b: { ...connector, orders_count: null } } }),
      '',
    );
    expect(orders).toBeNull();
    expect(sentence).not.toMatch(/order/);
  });
  test("the bot's text comes without escape sequences", () => {
    expect(readStatus(status({ format_status: 'a\u001b[2Jb\nc\u202e' }), '').statusText).toBe('ab\nc');
  });
});

test('a process that is no engine is sent nothing', () => {
  // PID 1 of whatever runs this test is no Hummingbot engine.
  const [, , , ...command] = statusCommand(1);
  expect(parseReading(execFileSync(command[0] ?? '', command.slice(1), { encoding: 'utf8' }))).toEqual({
    kind: 'not-engine',
  });
});
test('readings are told apart from noise', () => {
  expect(parseReading('@@hummingdeck status\n{"a":\n1}\n')).toEqual({ kind: 'status', statusJson: '{"a":\n1}' });
  expect(parseReading('bash: tr: not found')).toEqual({ kind: 'unreadable', output: 'bash: tr: not found' });
});

describe('possibly open orders of a database', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hd-orders-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const python = (program: string): void => void execFileSync('python3', ['-c', program, join(folder, 'eth-1.sqlite')]);
  const read = () => {
    const [, , , ...command] = openOrdersCommand('strategies/eth-1.yml', folder);
    return parseOpenOrders(execFileSync(command[0] ?? '', command.slice(1), { encoding: 'utf8' }));
  };
  const TABLES = `
import sqlite3, sys, json
db = sqlite3.connect(sys.argv[1])
db.execute('create table "Order" (id text, market text, symbol text, price bigint, amount bigint, last_status text, last_update_timestamp bigint, creation_timestamp bigint, exchange_order_id text)')
db.execute('create table MarketState (id integer, market text, timestamp bigint, saved_state json)')
db.execute('create table TradeFill (order_id text, amount bigint)')
def order(id, status, amount=2000000, exchange=None): db.execute('insert into "Order" values (?,?,?,?,?,?,?,?,?)', (id, 'binance', 'ETH-USDT', 1234567890, amount, status, 1000, 1, exchange))
`;
  test('those without an end, those half filled, those saved, and those of an unknown word', () => {
    python(`${TABLES}
order('created', 'BuyOrderCreated', exchange='77'); order('done', 'SellOrderCompleted'); order('gone', 'OrderCancelled'); order('bad', 'OrderFailure')
order('half', 'OrderFilled'); order('whole', 'OrderFilled'); order('odd', 'SomethingNew')
db.execute("insert into TradeFill values ('half', 500000), ('whole', 1500000), ('whole', 500000)")
db.execute('insert into MarketState values (1, ?, 5, ?)', ('binance', json.dumps({'saved': {'trading_pair': 'ETH-USDT', 'trade_type': 'SELL', 'price': '9.5', 'amount': '1', 'exchange_order_id': '88'}, 'half': {'trade_type': 'BUY'}, 'gone': {}})))
db.commit()`);
    const found = read();
    expect(found).toMatchObject({ known: true });
    const orders = found.known ? found.orders : [];
    expect(orders.map(({ clientOrderId }) => clientOrderId)).toEqual(['created', 'half', 'odd', 'saved']);
    expect(orders[0]).toEqual({
      market: 'binance',
      pair: 'ETH-USDT',
      side: 'buy',
      price: '1234.56789',
      amount: '2',
      clientOrderId: 'created',
      exchangeOrderId: '77',
      status: 'BuyOrderCreated',
      at: 1000,
    });
    expect(orders[1]?.side).toBe('buy');
    expect(orders[3]).toMatchObject({ side: 'sell', price: '9.5', exchangeOrderId: '88' });
  });
  test('of a bot that was killed in mid-write', () => {
    python(
      `${TABLES}
order('before', 'BuyOrderCreated'); db.commit()
import os
db.execute('pragma cache_size = 1'); db.execute('begin')
for i in range(3000): order('x' * 200 + str(i), 'BuyOrderCreated')
os._exit(0)`,
    );
    // What is left of it has to be rolled back, which a read-only reader can't do.
    expect(existsSync(join(folder, 'eth-1.sqlite-journal'))).toBe(true);
    const found = read();
    expect(found.known ? found.orders.map(({ clientOrderId }) => clientOrderId) : found).toEqual(['before']);
  });
  test('nothing is claimed where nothing can be read', () => {
    expect(read()).toMatchObject({ known: false, reason: expect.stringMatching(/no record/) as string });
    python("import sys; open(sys.argv[1], 'w').write('no database at all, but long enough to be looked at')");
    expect(read()).toMatchObject({ known: false });
    expect(parseOpenOrders('')).toMatchObject({ known: false });
    expect(parseOpenOrders('@@hummingdeck {"orders": [{"mar')).toMatchObject({ known: false });
  });
});

test('an end is told in words', () => {
  expect(exitMeaning(4)).toBe('did not accept its configuration or its password (exit code 4)');
  expect(exitMeaning(137, 'OOMKilled')).toMatch(/more memory/);
  expect(exitMeaning(137)).toMatch(/killed.*137/);
  expect(exitMeaning(0, '', 11)).toBe('was ended by signal 11');
  expect(exitMeaning(77)).toBe('ended with an error (exit code 77)');
});
