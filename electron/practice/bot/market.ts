import { hashOf, noise } from '../chance';

/** Prices of coins in dollars around which the practice market wanders. */
const MIDDLES: Record<string, number> = {
  BTC: 60_000,
  ETH: 3_000,
  SOL: 150,
  BNB: 600,
  XRP: 0.6,
  AVAX: 30,
  DOGE: 0.15,
  LTC: 80,
  LINK: 15,
  EUR: 1.1,
};
const DOLLARS = /^(USD[TC]?|BUSD|TUSD|FDUSD|DAI)$/;
const priceOf = (coin: string): number => MIDDLES[coin] ?? (DOLLARS.test(coin) ? 1 : 2 + (hashOf(coin) % 1000) / 50);

/** How far it moves in a second, as a share: lively, so that orders half a percent away are met a few times an hour. */
export const SIGMA = 0.00035;
const SHORTEST = 8;
const OCTAVES = 14;

export interface Market {
  /** Middle price of a pair at a simulated time (ms). Any time can be asked for, in any order. */
  mid(pair: string, at: number): number;
}

/** A seeded walk: layers of smooth noise, each twice as slow and √2 as wide as the one before it, as a random walk's layers are. */
export function createMarket(seed: string): Market {
  const seeds = new Map<string, { seed: number; middle: number }>();
  return {
    mid(pair, at) {
      let one = seeds.get(pair);
      if (!one) {
        const [base = '', quote = ''] = pair.split('-');
        one = { seed: hashOf(`${seed} ${pair}`), middle: priceOf(base) / priceOf(quote) };
        seeds.set(pair, one);
      }
      let walk = 0;
      for (let k = 0; k < OCTAVES; k++) {
        const period = SHORTEST * 2 ** k;
        const place = at / 1000 / period;
        const cell = Math.floor(place);
        const part = place - cell;
        const smooth = part * part * (3 - 2 * part);
        const [a, b] = [noise(one.seed + k, cell), noise(one.seed + k, cell + 1)];
        walk += (a + (b - a) * smooth - 0.5) * SIGMA * Math.sqrt(period) * 1.4;
      }
      return one.middle * Math.exp(walk);
    },
  };
}

/** As many digits as exchanges show for such a price. */
export const priceText = (price: number): string => price.toFixed(price >= 1000 ? 2 : price >= 1 ? 4 : 6);
