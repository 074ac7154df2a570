import type { FieldInfo, Issue } from '../../shared/bots';
import { shown, suggestion } from './exchanges';
import { PMM, PMM_FIELDS } from './fields';
import { checkPureMarketMaking } from './pmmRules';
import { readMapping } from './yamlText';

export { PMM } from './fields';
export { renderPureMarketMaking } from './render';

const V1 = [
  PMM,
  'perpetual_market_making',
  'amm_arb',
  'spot_perpetual_arbitrage',
  'liquidity_mining',
  'avellaneda_market_making',
  'cross_exchange_market_making',
  'cross_exchange_mining',
  'hedge',
];

/** Fields of V1 `pure_market_making` in the file's order, as the form shows them, without exchange and market. */
export function pureMarketMakingFields(): FieldInfo[] {
  return PMM_FIELDS.map(({ orMinusOne: _, list: __, needs: ___, ...field }) => ({ ...field }));
}

/**
 * Checks a strategy's YAML the way Hummingbot should but does not: a bad V1 value leaves the bot running without trading.
 * `Issue.field` is `path`, `line` is set where the line is known. Empty: nothing found.
 */
export function checkStrategyFile(path: string, text: string): Issue[] {
  const { entries, issues } = readMapping(path, text);
  if (issues.length > 0) return issues;
  const strategy = entries.find((entry) => entry.key === 'strategy');
  const name = strategy?.text ?? '';
  const about = (severity: Issue['severity'], message: string, line?: number): Issue => ({
    field: path,
    severity,
    message,
    ...(line === undefined ? {} : { line }),
  });
  if (!name) return [about('error', 'The line "strategy" is missing: Hummingbot would not know what to run.')];
  if (name !== PMM) {
    if (V1.includes(name)) return [about('warning', `The fields of "${name}" are not checked yet.`, strategy?.line)];
    return [about('error', `Hummingbot knows no strategy "${shown(name)}".${suggestion(name, V1)}`, strategy?.line)];
  }
  return checkPureMarketMaking(entries).map(({ severity, message, line }) => about(severity, message, line));
}
