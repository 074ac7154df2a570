import { expect, it } from 'vitest';
import { ANNOTATION } from '../bot/format';
import { annotationsOf } from './configVersions';

it('tells the row only what the strategy file says', () => {
  const files = [
    { path: 'strategies/eth-1.yml', text: 'strategy: pure_market_making\nexchange: kraken\nmarket: ETH-EUR\n' },
    { path: 'conf_client.yml', text: 'exchange: no\n' },
  ];
  expect(annotationsOf(files, 'eth-1.yml')).toEqual({
    [ANNOTATION.pair]: 'ETH-EUR',
    [ANNOTATION.exchange]: 'kraken',
    [ANNOTATION.strategy]: 'pure_market_making',
    [ANNOTATION.paper]: 'false',
  });
  expect(annotationsOf([{ path: 'strategies/eth-1.yml', text: 'a: [' }], 'eth-1.yml')).toEqual({});
});
