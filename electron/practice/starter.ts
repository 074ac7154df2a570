import type { Draft } from '../../shared/bots';
import { createChance } from './chance';

/** How a starter bot is found at the first start. */
export type StarterState = 'running' | 'stopped' | 'crash-loop' | 'no-image' | 'invalid-field';
export interface StarterBot {
  /** `clusterId` is left empty: the manifests do not hold it. */
  draft: Draft;
  state: StarterState;
  /** How long it has been there, ms. */
  age: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const STARTER_PASSWORD = 'practice only 1';
const IMAGE = 'hummingbot/hummingbot:version-2.16.0';

/** The bots of a fresh practice cluster: most trade, some are stopped or in trouble, so that there is something to see and to mend. */
export function starterBots(seed: string | number): StarterBot[] {
  const chance = createChance(`starter ${seed}`);
  const bot = (
    name: string,
    pair: string,
    exchange: string,
    state: StarterState,
    age: number,
    change: Partial<Draft> = {},
    values: Record<string, string> = {},
  ): StarterBot => ({
    state,
    age: Math.round(age * (0.8 + 0.4 * chance())),
    draft: {
      template: 'pmm-paper',
      clusterId: '',
      namespace: 'trading',
      name,
      image: IMAGE,
      exchange: `${exchange}_paper_trade`,
      pair,
      values: { bid_spread: '0.5', ask_spread: '0.5', order_refresh_time: '30', order_amount: '0.001', ...values },
      password: STARTER_PASSWORD,
      memoryMi: 768,
      cpuMilli: 100,
      storageGi: 2,
      storageClass: '',
      pullSecret: '',
      ...change,
    },
  });
  return [
    bot('btc-usdt-calm', 'BTC-USDT', 'binance', 'running', 52 * HOUR),
    bot(
      'eth-usdt-tight',
      'ETH-USDT',
      'kucoin',
      'running',
      9 * HOUR,
      {},
      { bid_spread: '0.15', ask_spread: '0.15', order_amount: '0.05', order_refresh_time: '15' },
    ),
    bot(
      'sol-usdt-levels',
      'SOL-USDT',
      'gate_io',
      'running',
      27 * HOUR,
      {},
      { order_amount: '2', order_levels: '3', order_level_spread: '0.3', order_level_amount: '0.5' },
    ),
    bot(
      'xrp-usdt-wide',
      'XRP-USDT',
      'kraken',
      'running',
      3 * HOUR,
      {},
      { bid_spread: '1.2', ask_spread: '1.2', order_amount: '250' },
    ),
    bot(
      'btc-usdt-classic',
      'BTC-USDT',
      'binance',
      'running',
      5 * HOUR,
      { template: 'classic-btc-usdt' },
      { bid_spread: '1', ask_spread: '1', order_refresh_time: '60' },
    ),
    bot('avax-usdt-night', 'AVAX-USDT', 'kucoin', 'stopped', 6 * 24 * HOUR, {}, { order_amount: '5' }),
    bot('eth-btc-oops', 'ETH-BTC', 'binance', 'crash-loop', 40 * MINUTE, {}, { order_amount: '0.05' }),
    bot(
      'bnb-usdt-typo',
      'BNB-USDT',
      'binance',
      'no-image',
      25 * MINUTE,
      { image: 'hummingbot/hummingbot:version-2.61.0' },
      { order_amount: '0.5' },
    ),
    bot(
      'sol-usdt-idle',
      'SOL-USDT',
      'binance',
      'invalid-field',
      80 * MINUTE,
      {},
      { bid_spread: '150', order_amount: '1' },
    ),
  ];
}

const COINS = ['BTC', 'ETH', 'SOL', 'XRP', 'AVAX', 'BNB', 'DOGE', 'LTC', 'LINK', 'ADA', 'DOT', 'ATOM'];

/** So many bots more, to try the grid's speed: nearly all trade, some are stopped. */
export function crowd(seed: string | number, count: number): StarterBot[] {
  const chance = createChance(`crowd ${seed}`);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!;
  const model = starterBots(seed)[0]!;
  return Array.from({ length: count }, (_, index) => {
    const coin = pick(COINS);
    const name = `${coin.toLowerCase()}-usdt-${String(index + 1).padStart(4, '0')}`;
    const exchange = pick(['binance', 'kucoin', 'gate_io', 'kraken']);
    const values = {
      ...model.draft.values,
      order_refresh_time: pick(['15', '30', '60']),
      bid_spread: pick(['0.2', '0.5', '1']),
    };
    // Many small ones: 110 fit on a machine.
    const draft = {
      ...model.draft,
      name,
      pair: `${coin}-USDT`,
      exchange: `${exchange}_paper_trade`,
      values,
      memoryMi: 512,
      cpuMilli: 50,
    };
    return { draft, state: chance() < 0.06 ? 'stopped' : 'running', age: Math.round(chance() * 20 * 24 * HOUR) };
  });
}
