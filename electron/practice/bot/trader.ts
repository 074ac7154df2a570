import type { Exchange } from './exchange';
import type { StrategyConfig } from './config';
import type { Ledger } from './ledger';
import { priceText, SIGMA, type Market } from './market';

export interface OpenOrder {
  clientId: string;
  exchangeId: string;
  side: 'buy' | 'sell';
  price: number;
  amount: number;
  /** Simulated ms. */
  placedAt: number;
}
export type Say = (at: number, logger: string, level: string, message: string) => void;

export interface TraderOptions {
  /** `namespace/name` at the exchange. */
  bot: string;
  config: StrategyConfig;
  market: Market;
  exchange: Exchange;
  ledger: Ledger;
  balances: Record<string, number>;
  /** Simulated ms when the strategy started. */
  startedAt: number;
  /** Simulated ms → ms since 1970. */
  outside(at: number): number;
  /** Writes to the bot's log; `at` simulated. */
  say: Say;
}
/** A market maker of one pair: pure_market_making by its parameters. Time is simulated ms; it is only worked out when someone looks. */
export interface Trader {
  advance(to: number): void;
  /** Cancels one order. */
  cancel(order: OpenOrder, at: number): void;
  orders(): readonly OpenOrder[];
  balances(): Readonly<Record<string, number>>;
  mid(at: number): number;
  /** In the quote coin: value now less the value of the starting balances now. */
  profit(at: number): number;
}

/** Worked out in detail at most for so long; what lies before is estimated. Simulated ms. */
const LONGEST = 2 * 3_600_000;
const FEE = 0.001;
/** Half of what lies between best bid and best ask, as a share. */
const HALF = 0.0001;

export function createTrader(options: TraderOptions): Trader {
  const { config, market, exchange, ledger, outside, say, bot } = options;
  const { pair } = config;
  const [base = '', quote = ''] = pair.split('-');
  const start = { ...options.balances };
  const balances = { ...options.balances };
  const step = Math.max(1_000, Math.min(10_000, Math.round(config.refresh / 10)));
  let at = options.startedAt;
  let refreshAt = at;
  let createAt = at;
  let serial = 0;
  let lastFill: 'buy' | 'sell' | null = null;
  let own = market.mid(pair, at);
  // A run finds the orders of the one before it again, and trades beside them.
  let orders: OpenOrder[] = ledger.open().map(({ clientId, exchangeId, side, price, amount }) => {
    return { clientId, exchangeId, side, price: Number(price), amount: Number(amount), placedAt: at };
  });
  for (const { clientId } of orders)
    say(at, 'hummingbot.connector.markets_recorder', 'INFO', `Restored order ${clientId}.`);
  const restored = new Set(orders.map(({ clientId }) => clientId));
  const strategy = `hummingbot.strategy.${config.strategy}`;

  const mid = (time: number) => market.mid(pair, time);
  function reference(time: number): number {
    const middle = mid(time);
    if (config.priceType === 'best_bid') return middle * (1 - HALF);
    if (config.priceType === 'best_ask') return middle * (1 + HALF);
    return config.priceType === 'last_own_trade_price' ? own : middle;
  }
  function event(name: string, time: number, fields: object): void {
    const text = JSON.stringify({
      timestamp: Math.round(outside(time)) / 1000,
      ...fields,
      event_name: name,
      event_source: config.market,
    });
    say(time, 'hummingbot.core.event.event_reporter', 'EVENT_LOG', text);
  }
  const forget = (order: OpenOrder) => {
    orders = orders.filter((one) => one !== order);
    restored.delete(order.clientId);
  };

  function place(side: 'buy' | 'sell', price: number, amount: number, time: number): void {
    const locked = orders
      .filter((one) => one.side === side)
      .reduce((sum, one) => sum + one.amount * (side === 'buy' ? one.price : 1), 0);
    if ((balances[side === 'buy' ? quote : base] ?? 0) - locked < (side === 'buy' ? price * amount : amount)) return;
    const clientId = `${side}://${pair}/${Math.round(time * 1000).toString(16)}${(++serial).toString(16).padStart(4, '0')}`;
    const texts = { pair, side, price: priceText(price), amount: amount.toFixed(6) };
    const exchangeId = exchange.place({ bot, clientId, ...texts });
    orders.push({ clientId, exchangeId, side, price: Number(texts.price), amount, placedAt: time });
    const status = side === 'buy' ? 'BuyOrderCreated' : 'SellOrderCreated';
    ledger.placed({ clientId, exchangeId, market: config.market, ...texts, status, at: outside(time) });
    const fields = {
      type: 'OrderType.LIMIT',
      trading_pair: pair,
      amount: texts.amount,
      price: texts.price,
      order_id: clientId,
    };
    event(`${status}Event`, time, { ...fields, exchange_order_id: exchangeId, leverage: 1, position: 'NIL' });
  }
  function fill(order: OpenOrder, time: number): void {
    const sign = order.side === 'buy' ? 1 : -1;
    const fee = order.price * order.amount * FEE;
    balances[base] = (balances[base] ?? 0) + sign * order.amount;
    balances[quote] = (balances[quote] ?? 0) - sign * order.price * order.amount - fee;
    exchange.close(order.exchangeId);
    ledger.filled(order.clientId, {
      at: outside(time),
      side: order.side,
      price: order.price,
      amount: order.amount,
      fee,
    });
    const [price, amount] = [priceText(order.price), order.amount.toFixed(6)];
    const trade = {
      order_id: order.clientId,
      trading_pair: pair,
      trade_type: `TradeType.${order.side.toUpperCase()}`,
      price,
      amount,
    };
    const detail = {
      trade_fee: { percent: '0.001', percent_token: null, flat_fees: [] },
      exchange_trade_id: `t${order.exchangeId}`,
    };
    event('OrderFilledEvent', time, {
      ...trade,
      order_type: 'OrderType.LIMIT',
      ...detail,
      exchange_order_id: order.exchangeId,
    });
    say(
      time,
      strategy,
      'INFO',
      `(${pair}) Maker ${order.side} order ${order.clientId} (${amount} ${base} @ ${price} ${quote}) has been completely filled.`,
    );
    const name = order.side === 'buy' ? 'BuyOrderCompletedEvent' : 'SellOrderCompletedEvent';
    event(name, time, {
      order_id: order.clientId,
      base_asset: base,
      quote_asset: quote,
      base_asset_amount: amount,
      order_type: 'OrderType.LIMIT',
    });
    forget(order);
    own = order.price;
    lastFill = order.side;
    createAt = time + config.filledDelay;
  }
  function cancel(order: OpenOrder, time: number): void {
    exchange.close(order.exchangeId);
    ledger.ended(order.clientId, 'OrderCancelled', outside(time));
    event('OrderCancelledEvent', time, { order_id: order.clientId, exchange_order_id: order.exchangeId });
    say(time, 'hummingbot.connector.client_order_tracker', 'INFO', `Successfully canceled order ${order.clientId}.`);
    forget(order);
  }

  /** What the strategy wants to stand in the book now. */
  function proposal(time: number): { side: 'buy' | 'sell'; price: number; amount: number }[] {
    const price = reference(time);
    const wanted: { side: 'buy' | 'sell'; price: number; amount: number }[] = [];
    for (let level = 0; level < config.levels; level++) {
      const amount = config.amount + level * config.levelAmount;
      const away = level * config.levelSpread;
      if (config.ceiling <= 0 || price < config.ceiling)
        wanted.push({ side: 'buy', price: price * (1 - config.bid - away), amount });
      if (config.floor <= 0 || price > config.floor)
        wanted.push({ side: 'sell', price: price * (1 + config.ask + away), amount });
    }
    const sound = wanted.filter((one) => one.price > 0);
    return config.pingPong && lastFill ? sound.filter(({ side }) => side !== lastFill) : sound;
  }
  function refresh(time: number): void {
    refreshAt = time + config.refresh;
    const wanted = proposal(time);
    const standing = orders.filter((one) => !restored.has(one.clientId));
    const near = (one: OpenOrder) =>
      config.tolerance > 0 &&
      time - one.placedAt < config.maxAge &&
      wanted.some(({ side, price }) => side === one.side && Math.abs(price / one.price - 1) <= config.tolerance);
    if (standing.length > 0 && standing.length === wanted.length && standing.every(near)) return;
    for (const order of standing) cancel(order, time);
    if (time >= createAt) for (const one of wanted) place(one.side, one.price, one.amount, time);
  }
  function tick(time: number): void {
    const middle = mid(time);
    for (const order of [...orders])
      if (order.side === 'buy' ? middle * (1 + HALF) <= order.price : middle * (1 - HALF) >= order.price)
        fill(order, time);
    if (time >= refreshAt) refresh(time);
  }

  /** Long ago is not worked out order by order: about as much was traded as the market's width and the spread make likely. */
  function leap(to: number): void {
    const gap = to - at;
    for (const order of [...orders]) if (!restored.has(order.clientId)) cancel(order, at);
    const width = SIGMA * Math.sqrt(config.refresh / 1000);
    const likely = Math.min(0.6, Math.exp(-(config.bid + config.ask) / 2 / width));
    const pace = config.refresh + likely * config.filledDelay;
    const pairs = Math.floor((gap / pace) * likely * 0.5 * config.levels);
    const worth = mid(to) * config.amount;
    ledger.totals.fills += pairs * 2;
    ledger.totals.volume += pairs * 2 * worth;
    ledger.totals.fees += pairs * 2 * worth * FEE;
    const won = pairs * worth * (config.bid + config.ask - 2 * FEE) * 0.3;
    ledger.totals.cash += won + pairs * 2 * worth * FEE;
    balances[quote] = (balances[quote] ?? 0) + won;
    at += Math.floor(gap / step) * step;
    refreshAt = at;
    createAt = at;
  }

  tick(at);
  return {
    advance(to) {
      if (to - at > LONGEST + step) leap(to - LONGEST);
      while (at + step <= to) tick((at += step));
    },
    cancel,
    orders: () => orders,
    balances: () => balances,
    mid,
    profit(time) {
      const worth = (all: Record<string, number>) => (all[base] ?? 0) * mid(time) + (all[quote] ?? 0);
      return worth(balances) - worth(start);
    },
  };
}
