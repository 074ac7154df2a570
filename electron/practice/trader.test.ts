import { describe, expect, it } from 'vitest';
import { strategyOf, v1Problem } from './bot/config';
import { createExchange } from './bot/exchange';
import { createLedger } from './bot/ledger';
import { createMarket } from './bot/market';
import { createTrader } from './bot/trader';

const HOUR = 3_600_000;
function bot(values: object, seed = 'a') {
  const market = createMarket(seed);
  const exchange = createExchange();
  const ledger = createLedger();
  const config = strategyOf({
    strategy: 'pure_market_making',
    exchange: 'binance_paper_trade',
    market: 'ETH-USDT',
    bid_spread: 0.5,
    ask_spread: 0.5,
    order_amount: 0.1,
    order_refresh_time: 30,
    ...values,
  });
  const said: string[] = [];
  const trader = createTrader({
    bot: 'trading/x',
    config,
    market,
    exchange,
    ledger,
    balances: { ETH: 10, USDT: 100_000 },
    startedAt: 0,
    outside: (at) => at,
    say: (_, __, level, message) => said.push(`${level} ${message}`),
  });
  return { trader, exchange, ledger, market, said, config };
}

describe('a simulated market maker', () => {
  it('keeps an order on each side at its spread from the price', () => {
    const { trader, exchange } = bot({});
    const mid = trader.mid(0);
    expect(exchange.open().map(({ side, price }) => [side, Number(price)])).toEqual([
      ['buy', expect.closeTo(mid * 0.995, 2)],
      ['sell', expect.closeTo(mid * 1.005, 2)],
    ]);
  });

  it('places as many levels as it is told, each further and larger', () => {
    const { exchange } = bot({ order_levels: 3, order_level_spread: 1, order_level_amount: 0.05 });
    const buys = exchange.open().filter(({ side }) => side === 'buy');
    expect(buys.map(({ amount }) => Number(amount))).toEqual([0.1, 0.15, 0.2]);
    expect(Number(buys[2]!.price)).toBeLessThan(Number(buys[0]!.price));
  });

  it('fills at the price it asked for, keeps its books, and waits before it goes on', () => {
    const { trader, ledger, said } = bot({ bid_spread: 0.05, ask_spread: 0.05 });
    trader.advance(HOUR);
    const { fills, volume, fees } = ledger.totals;
    expect(fills).toBeGreaterThan(3);
    expect(fees).toBeCloseTo(volume * 0.001, 6);
    const paid = ledger
      .fills()
      .reduce((sum, fill) => sum + (fill.side === 'buy' ? -1 : 1) * fill.price * fill.amount - fill.fee, 0);
    expect(trader.balances()['USDT']).toBeCloseTo(100_000 + paid, 6);
    expect(said.some((line) => /has been completely filled/.test(line))).toBe(true);
  });

  it('ends up the same however often it was looked at', () => {
    const [often, once] = [bot({ bid_spread: 0.1 }), bot({ bid_spread: 0.1 })];
    for (let at = 0; at <= HOUR; at += 7_777) often.trader.advance(at);
    often.trader.advance(HOUR);
    once.trader.advance(HOUR);
    expect(once.ledger.totals).toEqual(often.ledger.totals);
    expect(once.trader.orders()).toEqual(often.trader.orders());
  });

  it('buys nothing above its price ceiling', () => {
    const { exchange } = bot({ price_ceiling: 1 });
    expect(exchange.open().map(({ side }) => side)).toEqual(['sell']);
  });

  it('comes through months without working them out order by order', () => {
    const { trader, ledger, exchange } = bot({ bid_spread: 0.1, ask_spread: 0.1 });
    trader.advance(60 * 24 * HOUR);
    expect(ledger.totals.fills).toBeGreaterThan(1_000);
    expect(exchange.open().length).toBe(trader.orders().length);
  });

  it('refuses in its log what Hummingbot refuses there', () => {
    const good = {
      strategy: 'pure_market_making',
      exchange: 'kucoin_paper_trade',
      market: 'BTC-USDT',
      bid_spread: 1,
      ask_spread: 1,
      order_refresh_time: 10,
      order_amount: 1,
    };
    expect(v1Problem(good)).toBeNull();
    expect(v1Problem({ ...good, bid_spread: 150 })).toBe(
      'Invalid value 150 for config variable bid_spread: Value must be between 0 and 100 (exclusive).',
    );
    expect(v1Problem({ ...good, exchange: 'nowhere' })).toMatch(/^Invalid value nowhere for config variable exchange/);
    expect(v1Problem({ ...good, order_amount: undefined })).toMatch(
      /^Invalid value null for config variable order_amount/,
    );
  });
});
