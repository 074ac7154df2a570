import catalogue from '../../resources/templates/templates.json';
import type { TemplateId, TemplateInfo } from '../../shared/bots';
import { Failure } from '../../shared/errors';
import { paperName } from './exchanges';
import { pureMarketMakingFields } from './strategy';

/** Simulated coins a paper bot starts with, beside those of its own pair. */
const BALANCES: Record<string, number> = { BTC: 1, ETH: 20, USDT: 100_000, USDC: 100_000, USD: 100_000, EUR: 100_000 };
/** Exchanges whose prices Hummingbot can convert with; others use Binance's. */
const RATE_SOURCES = ['binance', 'kucoin', 'gate_io', 'mexc', 'coinbase_advanced_trade', 'hyperliquid'];

/** The built-in templates, first the one to start with. A field's `default` is the template's own where it has one. */
export const templates = (): TemplateInfo[] => (known ??= readCatalogue());
let known: TemplateInfo[] | null = null;

function readCatalogue(): TemplateInfo[] {
  return catalogue.map((template) => {
    const values: Record<string, string | undefined> = template.values;
    return {
      id: template.id as TemplateId,
      title: template.title,
      summary: template.summary,
      run: template.run === 'classic' ? 'classic' : 'engine',
      strategy: template.strategy,
      exchanges: template.exchanges.map(paperName),
      fields: pureMarketMakingFields().map((field) => ({ ...field, default: values[field.key] ?? field.default })),
      images: template.images,
      pair: template.pair,
      size: template.size,
    };
  });
}

/** @throws Failure NOT_FOUND */
export function templateOf(id: TemplateId): TemplateInfo {
  const found = templates().find((template) => template.id === id);
  if (!found) throw new Failure({ code: 'NOT_FOUND', message: `There is no template "${id}".` });
  return found;
}

/** Starting balances for a paper bot of one pair: both its coins are among them. */
export function paperBalances(pair: string): Record<string, number> {
  const [base = '', quote = ''] = pair.split('-');
  const own = Object.fromEntries([base, quote].filter(Boolean).map((coin) => [coin, BALANCES[coin] ?? 1000]));
  return { ...own, USDT: 100_000, ...(quote ? { [quote]: BALANCES[quote] ?? 100_000 } : {}) };
}

/** Where a bot on this exchange (without a paper ending) gets conversion rates. */
export const rateSource = (exchange: string): string => (RATE_SOURCES.includes(exchange) ? exchange : 'binance');
