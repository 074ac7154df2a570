import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseFacts, parseTrading, readingOf, type Facts } from './trading';
import { TRADING_PROGRAM, tradingCommand } from './tradingProgram';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hd-trading-'));
  for (const name of ['data', 'logs']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A record as Hummingbot 2.16 keeps it, prices and amounts in millionths. */
const TABLES = `
create table "Order" (id text, market text, symbol text, creation_timestamp bigint, last_update_timestamp bigint, amount bigint, price bigint, last_status text, exchange_order_id text);
create table TradeFill (symbol text, base_asset text, quote_asset text, timestamp bigint, order_id text, trade_type text, price bigint, amount bigint, trade_fee json, trade_fee_in_quote bigint);
create table MarketState (market text, timestamp bigint, saved_state json);`;
const fee = (flat: object[] = []) => JSON.stringify({ percent: '0', percent_token: null, flat_fees: flat });
const order = (id: string, status: string, at: number) =>
  `insert into "Order" values ('${id}','binance','ETH-USDT',${at},${at},50000,3000000000,'${status}','x');`;
const fill = (side: string, price: number, amount: number, inQuote: number | null, detail = fee(), quote = 'USDT') =>
  `insert into TradeFill values ('ETH-${quote}','ETH','${quote}',1,'o','${side}',${price * 1e6},${amount * 1e6},'${detail}',${inQuote === null ? 'null' : Math.round(inQuote * 1e6)});`;

function database(sql: string, name = 'eth-1'): void {
  const script = `import sqlite3,sys;sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())`;
  execFileSync('python3', ['-c', script, join(folder, 'data', `${name}.sqlite`)], { input: TABLES + sql });
}
/** Runs the very command that runs in a pod. */
function read(file = 'eth-1.yml'): Facts {
  const [, , , program, ...rest] = tradingCommand(file);
  return parseTrading(execFileSync(program!, rest, { cwd: folder, encoding: 'utf8', input: TRADING_PROGRAM }))!;
}
const around = { at: 1.7e12, by: 'exec' as const, pair: 'ETH-USDT', exchange: 'binance' };

describe('the record of a bot', () => {
  it('gives profit with what is held at the last price and fees taken off, and volume', () => {
    database(fill('BUY', 3000, 0.05, 0.15) + fill('SELL', 3100, 0.02, 0.062) + fill('BUY', 2900, 0.01, 0.029));
    const facts = read();
    // Cash -150 +62 -29, held 0.04 at 2900 = 116, fees 0.241.
    expect(facts).toMatchObject({ quote: 'USDT', volume: 241, why: '' });
    expect(facts.profit).toBeCloseTo(-150 + 62 - 29 + 116 - 0.241, 8);
  });

  it('takes fees in the base asset at the trade’s price, and calls profit unknown for those in another', () => {
    database(fill('SELL', 3000, 1, 0, fee([{ token: 'ETH', amount: '0.001' }])));
    expect(read().profit).toBeCloseTo(-3, 8);
    database(fill('SELL', 3000, 1, 0, fee([{ token: 'BNB', amount: '0.01' }])), 'bnb');
    const facts = read('bnb.yml');
    expect(facts).toMatchObject({ profit: null, volume: 3000, why: 'fees' });
    expect(readingOf(facts, { ...around, startedAt: facts.now }).sentence).toMatch(/profit is not known: fees/);
  });

  it('adds up nothing over several quote assets', () => {
    database(fill('BUY', 3000, 1, 1) + fill('BUY', 3000, 1, 1, fee(), 'EUR'));
    expect(read()).toMatchObject({ profit: null, volume: null, why: 'quotes' });
  });

  it('tells how full the file system is that holds its data, as df counts it', () => {
    const kib = execFileSync('df', ['-k', '--output=used,avail,iused,iavail', folder], { encoding: 'utf8' });
    const [used = 0, free = 0] = kib.split('\n')[1]!.trim().split(/\s+/).map(Number);
    const { disk } = read();
    // Others write meanwhile.
    expect(disk!.size / 1024 / (used + free)).toBeCloseTo(1, 2);
    expect((disk!.size - disk!.free) / disk!.size).toBeCloseTo(used / (used + free), 2);
    expect(readingOf(read(), { ...around, startedAt: Date.now() }).disk).toMatchObject({ at: around.at, asked: null });
  });

  it.each(['nothing', [[1]], [[100, 200, 0, 0, 0]], [[0, 0, 0, 0, 0]], [[100, 50, 5, 9, 0]], [[100, '50', 0, 0, 0]]])(
    'takes %j for no word of its disk, and the rest as it is',
    (disk) => {
      const told = { v: 1, now: Date.now(), orders: 2, disk };
      expect(parseFacts(JSON.stringify(told))).toMatchObject({ orders: 2, disk: null });
    },
  );

  it('counts open orders and tells since when', () => {
    const now = Date.now();
    database(order('a', 'BuyOrderCreated', now - 5000) + order('b', 'OrderCancelled', now - 1000));
    const facts = read();
    expect(facts).toMatchObject({ orders: 1, placed: now - 1000, profit: 0, volume: 0 });
    const reading = readingOf(facts, { ...around, startedAt: now - 60_000 });
    expect(reading).toMatchObject({ state: 'trading', openOrders: 1, profit: 0, quote: 'USDT' });
    expect(reading.sentence).toBe('Trades ETH-USDT on binance: 1 order open, as the bot last knew.');
  });

  it('says when there is none, and reads the newest where the file is not known', () => {
    expect(read()).toMatchObject({ orders: null, why: 'missing' });
    database(order('a', 'BuyOrderCreated', Date.now()), 'quickstart');
    expect(read('')).toMatchObject({ orders: 1 });
  });

  it('says so when it is broken', () => {
    writeFileSync(
      join(folder, 'data', 'eth-1.sqlite'),
      'no database at all, but long enough to be taken for one'.repeat(30),
    );
    const facts = read();
    expect(facts.why).toMatch(/^error: DatabaseError/);
    expect(readingOf(facts, { ...around, startedAt: facts.now - 3_600_000 })).toMatchObject({
      state: 'unknown',
      openOrders: null,
      profit: null,
      sentence: expect.stringContaining('could not be read (DatabaseError') as string,
    });
  });
});

describe('what its log says', () => {
  const line = (ago: number, text: string) => {
    const at = new Date(Date.now() - ago - new Date().getTimezoneOffset() * 60_000).toISOString();
    return `${at.slice(0, 10)} ${at.slice(11, 19)},000 - 1 - hummingbot - INFO - ${text}\n`;
  };
  const log = (...lines: string[]) => writeFileSync(join(folder, 'logs', 'logs_eth-1.log'), lines.join(''));
  const reading = (startedAgo: number) => {
    const facts = read();
    return readingOf(facts, { ...around, startedAt: facts.now - startedAgo });
  };

  it('a bot stopped by its kill switch is idle though it runs', () => {
    database(order('a', 'OrderCancelled', Date.now() - 100_000));
    log(
      line(110_000, 'Creating the clock with tick size: 1.0'),
      line(60_000, '[KILL SWITCH TRIGGERED] -5%'),
      line(59_000, 'Strategy stopped successfully'),
    );
    expect(reading(120_000)).toMatchObject({
      state: 'idle',
      sentence: expect.stringContaining('kill switch') as string,
    });
  });

  it('a swallowed start-up error makes it idle, until it places orders all the same', () => {
    database('');
    log(line(60_000, 'Creating the clock with tick size: 1.0'), line(59_000, 'Invalid value 150 for bid_spread'));
    expect(reading(70_000)).toMatchObject({
      state: 'idle',
      sentence: expect.stringContaining('Invalid value 150') as string,
    });
    rmSync(join(folder, 'data', 'eth-1.sqlite'));
    database(order('a', 'BuyOrderCreated', Date.now()));
    expect(reading(70_000).state).toBe('trading');
  });

  it('an earlier run’s words and orders say nothing about this one', () => {
    database(order('a', 'OrderCancelled', Date.now() - 3_000_000));
    log(line(3_000_000, '[KILL SWITCH TRIGGERED] -5%'));
    expect(reading(20_000)).toMatchObject({ state: 'starting' });
    expect(reading(1_000_000)).toMatchObject({
      state: 'idle',
      sentence: 'It had placed no order 16m after its start.',
    });
  });
});

describe('an answer from a stranger', () => {
  it.each([
    '',
    'bash: python3: command not found',
    '@@hummingdeck {"v":1',
    '@@hummingdeck {"v":2,"now":1700000000000}',
    '@@hummingdeck {"v":1,"now":"soon"}',
    '@@hummingdeck {"v":1,"now":-5}',
  ])('%j is nothing', (text) => {
    const facts = parseTrading(text);
    expect(facts).toBeNull();
    const reading = readingOf(facts, { ...around, startedAt: 1 });
    expect(reading).toMatchObject({ state: 'unknown', openOrders: null, profit: null, volume: null });
    expect(reading.sentence).not.toBe('');
  });

  it('keeps what fits and drops the rest', () => {
    const told = {
      v: 1,
      now: 1.7e12,
      orders: -3,
      profit: '1e9',
      volume: '-5',
      quote: '\u202eUSDT\u001b[2J',
      log: 'x',
      why: 7,
    };
    expect(parseTrading(`noise\n@@hummingdeck ${JSON.stringify(told)}\n`)).toMatchObject({
      orders: null,
      profit: null,
      volume: null,
      quote: 'USDT',
      log: '',
      why: '',
    });
  });
});
