import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkConfClient, confClient } from './confClient';

const options = {
  instanceId: 'no',
  paperExchanges: ['binance'],
  paperBalances: { BTC: 1, ON: 2.5 },
  rateOracle: 'binance',
};

test('a bot reports nothing to anyone, and no name turns into another type', () => {
  const text = confClient(options);
  expect(parse(text)).toEqual({
    instance_id: 'no',
    log_level: 'INFO',
    kill_switch_mode: {},
    mqtt_bridge: { mqtt_autostart: false },
    send_error_logs: false,
    anonymized_metrics_mode: {},
    rate_oracle_source: { name: 'binance' },
    paper_trade: { paper_trade_exchanges: ['binance'], paper_trade_account_balance: { BTC: 1, ON: 2.5 } },
  });
  expect(text).toContain('instance_id: "no"');
  expect(checkConfClient(text)).toEqual([]);
});
test.each([
  ['send_error_log: false', 'error', /Did you mean "send_error_logs"/],
  ['send_error_logs: true', 'warning', /makers of Hummingbot/],
  ['kill_switch_mode: {kill_switch_rate: lots}', 'error', /kill_switch_rate/],
  ['kill_switch_mode: -5', 'error', /kill_switch_rate/],
  ['paper_trade: {exchanges: []}', 'error', /unknown key/],
  ['paper_trade: {paper_trade_exchanges: [binanse]}', 'error', /Did you mean "binance"/],
  ['paper_trade: {paper_trade_account_balance: {BTC: -1}}', 'error', /0 or more/],
  ['rate_oracle_source: {}', 'error', /name: binance/],
  ['telegram_mode: {}', 'warning', /older/],
  ['a: [', 'error', /not valid YAML/],
])('%s is told', (line, severity, message) => {
  const [issue] = checkConfClient(`log_level: INFO\n${line}\n`);
  expect(issue).toMatchObject({ field: 'conf_client.yml', severity, line: expect.any(Number) as number });
  expect(issue?.message).toMatch(message);
});
test('the kill switch can be on', () => {
  expect(checkConfClient('kill_switch_mode:\n  kill_switch_rate: -5.0\n')).toEqual([]);
});
