import type { Issue } from '../../shared/bots';
import catalogue from '../../resources/catalogues/conf-client.json';
import { exchanges, shown, suggestion } from './exchanges';
import { isBool, isNumber } from './fields';
import { quoteIfNeeded, readMapping, type Entry } from './yamlText';

const PATH = 'conf_client.yml';

export interface ConfClientOptions {
  /** Bot's name, for its own messages. */
  instanceId: string;
  /** Exchanges simulated on paper, without the `_paper_trade` ending, e.g. `['binance']`. */
  paperExchanges: string[];
  /** Simulated starting balances by asset, e.g. `{BTC: 1, USDT: 100000}`. */
  paperBalances: Record<string, number>;
  /** Source of conversion rates, e.g. `binance`. */
  rateOracle: string;
}

/**
 * `conf_client.yml` for a bot the app makes: nothing is reported to anyone, no broker, kill switch off. Only the exchange in use is on
 * the paper list: Hummingbot asks every listed exchange for its markets.
 */
export function confClient(options: ConfClientOptions): string {
  const balances = Object.entries(options.paperBalances).map(
    ([asset, amount]) => `    ${quoteIfNeeded(asset)}: ${amount}\n`,
  );
  return [
    `instance_id: ${quoteIfNeeded(options.instanceId)}\n`,
    'log_level: INFO\n',
    '# {} is off; {kill_switch_rate: -5} stops the strategy at a loss of 5 %.\n',
    'kill_switch_mode: {}\n',
    'mqtt_bridge:\n  mqtt_autostart: false\n',
    '# Nothing is sent to the makers of Hummingbot.\n',
    'send_error_logs: false\n',
    'anonymized_metrics_mode: {}\n',
    `rate_oracle_source:\n  name: ${quoteIfNeeded(options.rateOracle)}\n`,
    '# Starting balances of the simulation.\n',
    `paper_trade:\n  paper_trade_exchanges: [${options.paperExchanges.map(quoteIfNeeded).join(', ')}]\n`,
    balances.length > 0 ? `  paper_trade_account_balance:\n${balances.join('')}` : '',
  ].join('');
}

/** Checks `conf_client.yml`: YAML, unknown keys (Hummingbot refuses to start on them), values. `Issue.field` is `conf_client.yml`. */
export function checkConfClient(text: string): Issue[] {
  const { entries, issues } = readMapping(PATH, text);
  if (issues.length > 0) return issues;
  return entries.flatMap((entry) => {
    const problem = problemOf(entry);
    return problem ? [{ field: PATH, line: entry.line, ...problem }] : [];
  });
}

type Problem = Pick<Issue, 'severity' | 'message'>;
const wrong = (message: string): Problem => ({ severity: 'error', message });
const doubtful = (message: string): Problem => ({ severity: 'warning', message });

function problemOf({ key, text, value }: Entry): Problem | null {
  if (catalogue.former.includes(key))
    return doubtful(`"${key}" is from an older Hummingbot; newer ones refuse to start on it.`);
  if (!catalogue.keys.includes(key))
    return wrong(`Hummingbot refuses to start on the unknown key "${shown(key)}".${suggestion(key, catalogue.keys)}`);
  if (key === 'send_error_logs') {
    if (!isBool(text ?? '')) return wrong('"send_error_logs" must be true or false.');
    return /^(true|yes|y)$/i.test(text ?? '') ? doubtful('Error reports go to the makers of Hummingbot.') : null;
  }
  if (key === 'kill_switch_mode') return killSwitch(value);
  if (key === 'paper_trade') return paperTrade(value);
  if (key === 'rate_oracle_source' && !(text || (isRecord(value) && typeof value['name'] === 'string')))
    return wrong('"rate_oracle_source" must be of the form {name: binance}.');
  return null;
}

function killSwitch(value: unknown): Problem | null {
  if (isRecord(value)) {
    const keys = Object.keys(value);
    if (keys.length === 0) return null;
    const rate = value['kill_switch_rate'];
    if (keys.length === 1 && isNumber(String(rate)) && Number(rate) >= -100) return null;
  }
  return wrong('"kill_switch_mode" must be {} (off) or of the form {kill_switch_rate: -5}.');
}

function paperTrade(value: unknown): Problem | null {
  if (!isRecord(value)) return wrong('"paper_trade" must hold paper_trade_exchanges and paper_trade_account_balance.');
  const { paper_trade_exchanges: list, paper_trade_account_balance: balances, ...rest } = value;
  const other = Object.keys(rest)[0];
  if (other !== undefined)
    return wrong(`Hummingbot refuses to start on the unknown key "paper_trade: ${shown(other)}".`);
  if (list !== undefined && !Array.isArray(list))
    return wrong('"paper_trade_exchanges" must be a list like [binance].');
  const names = exchanges().map(({ name }) => name);
  for (const name of (list ?? []) as unknown[])
    if (!names.includes(String(name)))
      return wrong(`Hummingbot knows no exchange "${shown(String(name))}".${suggestion(String(name), names)}`);
  if (balances === undefined || balances === null) return null;
  if (!isRecord(balances)) return wrong('"paper_trade_account_balance" must give an amount for each coin.');
  for (const [coin, amount] of Object.entries(balances))
    if (!isNumber(String(amount)) || Number(amount) < 0)
      return wrong(`The paper balance of ${shown(coin)} must be a number, 0 or more.`);
  return null;
}

/** Exchanges on the paper list of a `conf_client.yml`; null when the file names none (Hummingbot's own list then counts). */
export function paperExchangesOf(text: string): string[] | null {
  const value = readMapping(PATH, text).entries.find(({ key }) => key === 'paper_trade')?.value;
  const list = isRecord(value) ? value['paper_trade_exchanges'] : null;
  return Array.isArray(list) ? list.map(String) : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
