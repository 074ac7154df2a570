import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkFiles } from './check';
import { PMM_FIELDS } from './fields';
import { checkStrategyFile, pureMarketMakingFields, renderPureMarketMaking } from './strategy';

const good = `template_version: 24
strategy: pure_market_making
exchange: binance_paper_trade
market: BTC-USDT
bid_spread: 0.5
ask_spread: 0.5
order_refresh_time: 30
order_amount: 0.001
`;
const check = (text: string) => checkStrategyFile('strategies/a.yml', text);
const errors = (text: string) => check(text).filter(({ severity }) => severity === 'error');
const withLine = (line: string): string => {
  const key = line.slice(0, line.indexOf(':'));
  const kept = good.split('\n').filter((other) => other && !other.startsWith(`${key}:`));
  return [...kept, line, ''].join('\n');
};

test('a good file has no findings', () => {
  expect(check(good)).toEqual([]);
});

describe('what would leave a bot running without trading is found', () => {
  test.each([
    ['bid_spread: 150', /above 0 and below 100/],
    ['bid_spread: 0', /above 0/],
    ['ask_spread: 100', /below 100/],
    ['bid_spread: .nan', /must be a number/],
    ['bid_spread: half', /must be a number/],
    ['bid_spread: [1, 2]', /single value/],
    ['order_amount:', /missing/],
    ['order_amount: -1', /above 0/],
    ['order_levels: 1.5', /whole number/],
    ['order_levels: 0', /at least 1/],
    ['price_ceiling: 0', /above 0, or -1/],
    ['ping_pong_enabled: maybe', /true or false/],
    ['price_source: elsewhere', /one of current_market/],
    ['exchange: ascend_ex', /knows no exchange/],
    ['exchange: binanse', /Did you mean "binance"/],
    ['exchange: binance_perpetual', /perpetuals/],
    ['exchange: bybit_perpetual_paper_trade', /paper trading exists for spot/],
    ['market: BTCUSDT', /BASE-QUOTE/],
    ['market: BTC-USDT-PERP', /BASE-QUOTE/],
    ['strategy: pure_market_makin', /Did you mean "pure_market_making"/],
    ['bid_spred: 1', /Did you mean "bid_spread"/],
    ['template_version: new', /whole number/],
    ['price_source: external_market', /missing, and "price_source" is external_market/],
    ['price_type: custom', /custom_api/],
    ['split_order_levels_enabled: true', /missing/],
  ])('%s', (line, message) => {
    const text = withLine(line);
    const found = errors(text);
    expect(found.map((issue) => issue.message).join('\n')).toMatch(message);
    if (/missing, and|missing$/.test(String(found[0]?.message))) return;
    expect(found.every((issue) => issue.line === undefined || text.split('\n')[issue.line - 1] !== undefined)).toBe(
      true,
    );
  });
  test('each required line that is not there', () => {
    for (const key of [
      'exchange',
      'market',
      'bid_spread',
      'ask_spread',
      'order_refresh_time',
      'order_amount',
      'strategy',
    ])
      expect(errors(good.replace(new RegExp(`^${key}:.*\n`, 'm'), ''))).toHaveLength(1);
  });
  test('a floor that is not below the ceiling', () => {
    expect(errors(`${good}price_ceiling: 10\nprice_floor: 10\n`)[0]?.line).toBe(10);
  });
});

test('the line of a finding is the line of its field', () => {
  const text = good.replace('bid_spread: 0.5', '# wide\nbid_spread: 500');
  expect(errors(text)).toMatchObject([{ field: 'strategies/a.yml', line: 6 }]);
});
test('broken YAML is told with its line', () => {
  expect(errors(`${good}price_type: "mid\n`)[0]).toMatchObject({ line: expect.any(Number) as number });
  expect(errors('a: 1\na: 2\n')[0]).toMatchObject({ line: 2 });
  expect(errors('just words')).toHaveLength(1);
  expect(errors('')).toHaveLength(1);
});
test('quoted numbers and the words of YAML 1.1 are taken as Hummingbot takes them', () => {
  expect(check(withLine('bid_spread: "0.5"'))).toEqual([]);
  expect(check(withLine('ping_pong_enabled: yes'))).toEqual([]);
});
test('an old file is told to be rewritten, a newer one is not held against its unknown fields', () => {
  const old = check(`${good.replace('24', '22')}maximum_spread: 5\n`);
  expect(old.map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  const newer = check(`${good.replace('24', '30')}brand_new: 5\n`);
  expect(newer.map(({ severity }) => severity)).toEqual(['warning', 'warning']);
});
test('a field without effect is pointed out, its default is not', () => {
  expect(check(`${good}inventory_target_base_pct: 70\n`)).toMatchObject([{ severity: 'warning', line: 9 }]);
  expect(check(`${good}inventory_target_base_pct: 50.0\n`)).toEqual([]);
  expect(check(`${good}inventory_skew_enabled: true\ninventory_target_base_pct: 70\n`)).toEqual([]);
});
test('an exchange that is not on the paper list of conf_client.yml is an error', () => {
  const client = { path: 'conf_client.yml', text: 'paper_trade:\n  paper_trade_exchanges: [kucoin]\n' };
  const strategy = { path: 'strategies/a.yml', text: good };
  expect(checkFiles([strategy, client])).toMatchObject([{ field: 'strategies/a.yml', severity: 'error', line: 3 }]);
  expect(checkFiles([strategy, { ...client, text: client.text.replace('kucoin', 'binance') }])).toEqual([]);
});
test('files of bots made by hand are checked too', () => {
  expect(checkFiles([{ path: 'quickstart.yml', text: withLine('exchange: ascend_ex') }])).toMatchObject([
    { severity: 'error' },
  ]);
  expect(checkFiles([{ path: 'encrypted_default.json', text: '{' }])).toMatchObject([{ severity: 'error' }]);
});

test('the rules hold for every number field, at, inside and outside its limits', () => {
  for (const field of PMM_FIELDS.filter(({ type, list }) => (type === 'decimal' || type === 'int') && !list)) {
    const base = new Map(
      good
        .trim()
        .split('\n')
        .map((line) => line.split(': ') as [string, string]),
    );
    if (field.needs)
      base.set(field.needs.key, field.needs.value ?? (field.needs.key === 'order_levels' ? '2' : 'true'));
    if (field.needs?.value === 'custom_api')
      base.set('price_type', 'custom').set('price_source_custom_api', 'http://x');
    if (field.key === 'price_floor_pct') base.set('price_ceiling_pct', '1000');
    if (field.key === 'price_ceiling_pct') base.set('price_floor_pct', '-1000');
    const wrong = (value: number): boolean => {
      const text = [...base.set(field.key, String(value))].map(([key, text]) => `${key}: ${text}\n`).join('');
      return errors(text).length > 0;
    };
    const { min, max, exclusiveMin, exclusiveMax, orMinusOne } = field;
    const fits = (value: number): boolean =>
      orMinusOne
        ? value === -1 || value > 0
        : (min === undefined || (exclusiveMin ? value > min : value >= min)) &&
          (max === undefined || (exclusiveMax ? value < max : value <= max));
    const edges = [min, max].flatMap((edge) => (edge === undefined ? [] : [edge - 1, edge, edge + 1]));
    for (const value of new Set([
      ...edges,
      -1,
      0,
      1,
      2,
      ...Array.from({ length: 30 }, () => Math.floor(Math.random() * 400 - 200)),
    ]))
      expect({ key: field.key, value, wrong: wrong(value) }).toEqual({ key: field.key, value, wrong: !fits(value) });
  }
});

describe('the form and the file', () => {
  const values = Object.fromEntries(pureMarketMakingFields().map((field) => [field.key, field.default || '1']));
  test('what the form writes is what it meant, in digits as typed', () => {
    const text = renderPureMarketMaking({
      exchange: 'kucoin',
      market: 'ETH-USDT',
      bid_spread: '0.50',
      order_amount: '1e-3',
      ping_pong_enabled: 'Yes',
    });
    expect(text).toBe(
      'template_version: 24\nstrategy: pure_market_making\nexchange: kucoin\nmarket: ETH-USDT\nbid_spread: 0.50\norder_amount: 1e-3\nping_pong_enabled: true\n',
    );
  });
  test('texts can not add lines or change their type', () => {
    const nasty = {
      exchange: 'binance\nbid_spread: 9',
      market: 'true',
      price_source_custom_api: 'http://x/?a: b #c',
      price_source_market: '"',
    };
    expect(parse(renderPureMarketMaking(nasty))).toMatchObject(nasty);
  });
  test('comments, order, unknown lines and untouched digits of a file stay', () => {
    const base =
      '# mine\nstrategy: pure_market_making # this\n\norder_amount: 0.10   # small\nbid_spread: "1"\nown: [a, b]\nask_spread:\n';
    const text = renderPureMarketMaking(
      { bid_spread: '1.0', ask_spread: '2', order_amount: '0.2', order_levels: '3' },
      base,
    );
    expect(text).toBe(
      '# mine\nstrategy: pure_market_making # this\n\norder_amount: 0.2   # small\norder_levels: 3\nbid_spread: "1"\nown: [a, b]\nask_spread: 2\n',
    );
  });
  test('an emptied field loses its line', () => {
    expect(renderPureMarketMaking({ order_levels: '' }, 'a: 1\norder_levels: 3 # x\nb: 2')).toBe('a: 1\nb: 2\n');
  });
  test('a broken file is not written into', () => {
    expect(() => renderPureMarketMaking(values, 'a: "')).toThrow(/not valid/);
  });
  test('writing the same twice changes nothing', () => {
    const all = { ...values, exchange: 'binance', market: 'BTC-USDT' };
    const once = renderPureMarketMaking(all);
    expect(renderPureMarketMaking(all, once)).toBe(once);
    expect(renderPureMarketMaking(all, '')).toBe(once.replace(/^template_version.*\nstrategy.*\n/, ''));
  });
});
