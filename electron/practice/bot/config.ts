import { parse } from 'yaml';
import { exchanges, splitPaper } from '../../hummingbot/exchanges';
import { isDict, type Dict } from '../objects';

/** A strategy as its file says it, with Hummingbot's defaults. Spreads as shares (0.005), times in ms. */
export interface StrategyConfig {
  strategy: string;
  exchange: string;
  /** As database and status name it: `binance_PaperTrade`. */
  market: string;
  pair: string;
  bid: number;
  ask: number;
  amount: number;
  refresh: number;
  levels: number;
  levelSpread: number;
  levelAmount: number;
  filledDelay: number;
  tolerance: number;
  maxAge: number;
  ceiling: number;
  floor: number;
  pingPong: boolean;
  priceType: string;
  minimumSpread: number;
}

const V1 = [
  'pure_market_making',
  'perpetual_market_making',
  'amm_arb',
  'spot_perpetual_arbitrage',
  'liquidity_mining',
  'avellaneda_market_making',
  'cross_exchange_market_making',
  'cross_exchange_mining',
  'hedge',
];

/** @throws Error in the words of Hummingbot's log where the file is no YAML mapping */
export function readYaml(text: string): Dict {
  const value = parse(text) as unknown;
  if (!isDict(value)) throw new Error('the file holds no keys');
  return value;
}

const numberOf = (value: unknown, fallback: number): number => {
  const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value ?? NaN);
  return Number.isFinite(number) ? number : fallback;
};
const flagOf = (value: unknown): boolean => /^(true|yes|y|1)$/i.test(String(value ?? ''));

/** Why a V1 strategy will not trade, though Hummingbot runs on, in the words of its log; null: it will. */
export function v1Problem(data: Dict): string | null {
  const strategy = String(data['strategy'] ?? '');
  if (!V1.includes(strategy)) return `Invalid value ${strategy || 'None'} for config variable strategy`;
  const exchange = String(data['exchange'] ?? data['derivative'] ?? '');
  if (!exchanges().some(({ name }) => name === splitPaper(exchange).base))
    return `Invalid value ${exchange} for config variable exchange: Invalid value, please choose value from the list of exchanges.`;
  const market = String(data['market'] ?? '');
  if (!/^[A-Za-z0-9.]+-[A-Za-z0-9.]+$/.test(market)) return `Invalid value ${market} for config variable market`;
  return (
    within(data, 'bid_spread', 0, 100) ??
    within(data, 'ask_spread', 0, 100) ??
    within(data, 'order_refresh_time', 0, Infinity) ??
    within(data, 'order_amount', 0, Infinity) ??
    (data['order_levels'] === undefined ? null : within(data, 'order_levels', 0, Infinity))
  );
}
function within(data: Dict, name: string, low: number, high: number): string | null {
  const value = data[name];
  const number = numberOf(value, NaN);
  if (Number.isNaN(number)) return `Invalid value ${JSON.stringify(value ?? null)} for config variable ${name}`;
  if (number > low && number < high) return null;
  const limits =
    high === Infinity ? `Value must be more than ${low}.` : `Value must be between ${low} and ${high} (exclusive).`;
  return `Invalid value ${number} for config variable ${name}: ${limits}`;
}

export function strategyOf(data: Dict): StrategyConfig {
  const number = (key: string, fallback: number) => numberOf(data[key], fallback);
  const exchange = String(data['exchange'] ?? data['derivative'] ?? 'binance_paper_trade');
  const { base, paper } = splitPaper(exchange);
  const levels = Math.max(1, Math.min(50, Math.floor(number('order_levels', 1))));
  return {
    strategy: String(data['strategy'] ?? ''),
    exchange,
    market: paper ? `${base}_PaperTrade` : exchange,
    pair: String(data['market'] ?? 'BTC-USDT').toUpperCase(),
    bid: number('bid_spread', 1) / 100,
    ask: number('ask_spread', 1) / 100,
    amount: number('order_amount', 0),
    refresh: Math.max(1, number('order_refresh_time', 30)) * 1000,
    levels,
    levelSpread: number('order_level_spread', 1) / 100,
    levelAmount: number('order_level_amount', 0),
    filledDelay: number('filled_order_delay', 60) * 1000,
    tolerance: number('order_refresh_tolerance_pct', 0) / 100,
    maxAge: number('max_order_age', 1800) * 1000,
    ceiling: number('price_ceiling', -1),
    floor: number('price_floor', -1),
    pingPong: flagOf(data['ping_pong_enabled']),
    priceType: String(data['price_type'] ?? 'mid_price'),
    minimumSpread: number('minimum_spread', -100) / 100,
  };
}

/** Starting balances of the simulation; where the file names none, enough to trade. */
export function balancesOf(client: string, pair: string): Record<string, number> {
  const [base = '', quote = ''] = pair.split('-');
  const start: Record<string, number> = { [base]: 10, [quote]: 100_000 };
  try {
    const paper = readYaml(client)['paper_trade'];
    const given = isDict(paper) ? paper['paper_trade_account_balance'] : null;
    if (isDict(given)) for (const coin of [base, quote]) if (coin in given) start[coin] = numberOf(given[coin], 0);
  } catch {
    // A client configuration that can't be read ends the bot before it gets here.
  }
  return start;
}
