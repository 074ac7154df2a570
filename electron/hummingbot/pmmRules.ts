import type { Issue } from '../../shared/bots';
import { isPair, PAPER_EXCHANGES, shown, splitPaper, spotExchangeProblem, suggestion } from './exchanges';
import {
  isOn,
  listOf,
  PMM_FIELDS,
  PMM_REMOVED,
  PMM_TEMPLATE_VERSION,
  valueProblem,
  type StrategyField,
} from './fields';
import type { Entry } from './yamlText';

/** One finding about a field's value. */
export interface Finding {
  key: string;
  severity: Issue['severity'];
  message: string;
  line?: number;
}

/** The rules of pure_market_making over the lines of a file, or over texts from a form (`entriesOf`). */
export function checkPureMarketMaking(entries: Entry[]): Finding[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const findings: Finding[] = [];
  const report = (key: string, message: string, severity: Issue['severity'] = 'error'): void => {
    const line = byKey.get(key)?.line;
    findings.push({ key, severity, message, ...(line ? { line } : {}) });
  };
  const textOf = (key: string): string => byKey.get(key)?.text?.trim() ?? '';

  checkVersion(byKey.get('template_version'), report);
  checkKeys(entries, textOf('template_version'), report);
  const exchange = textOf('exchange');
  const problem = exchange ? spotExchangeProblem(exchange) : 'The exchange is missing.';
  if (problem) report('exchange', problem);
  else checkPaper(exchange, report);
  checkPair('market', textOf('market'), report);
  for (const field of PMM_FIELDS) checkField(field, byKey.get(field.key), textOf, report);
  checkTogether(textOf, report);
  return findings;
}

type Report = (key: string, message: string, severity?: Issue['severity']) => void;

function checkVersion(entry: Entry | undefined, report: Report): void {
  const version = Number(entry?.text);
  if (!entry || entry.text === '') {
    report(
      'template_version',
      `"template_version: ${PMM_TEMPLATE_VERSION}" is missing; Hummingbot will rewrite the file when it starts.`,
      'warning',
    );
  } else if (!Number.isInteger(version) || version < 0) {
    report('template_version', `"template_version" must be a whole number, now ${PMM_TEMPLATE_VERSION}.`);
  } else if (version < PMM_TEMPLATE_VERSION) {
    report(
      'template_version',
      `Version ${version} of the file is older than ${PMM_TEMPLATE_VERSION}; Hummingbot will rewrite it when it starts.`,
      'warning',
    );
  } else if (version > PMM_TEMPLATE_VERSION) {
    report(
      'template_version',
      `Version ${version} of the file is newer than ${PMM_TEMPLATE_VERSION}, the newest known here; its new fields are not checked.`,
      'warning',
    );
  }
}

const KEYS = [
  'template_version',
  'strategy',
  'exchange',
  'market',
  'order_override',
  ...PMM_FIELDS.map(({ key }) => key),
];

function checkKeys(entries: Entry[], version: string, report: Report): void {
  for (const { key } of entries) {
    if (KEYS.includes(key)) continue;
    if (PMM_REMOVED.includes(key)) report(key, `"${key}" no longer exists; Hummingbot drops it.`, 'warning');
    else
      report(
        key,
        `This strategy has no field "${shown(key)}".${suggestion(key, KEYS)}`,
        Number(version) > PMM_TEMPLATE_VERSION ? 'warning' : 'error',
      );
  }
}

function checkPaper(exchange: string, report: Report): void {
  const { base, paper } = splitPaper(exchange);
  if (paper && !PAPER_EXCHANGES.includes(base))
    report(
      'exchange',
      `Paper trading on ${base} works only if "conf_client.yml" lists it under paper_trade_exchanges.`,
      'warning',
    );
}

function checkPair(key: string, pair: string, report: Report): void {
  if (pair === '') report(key, 'The trading pair is missing.');
  else if (!isPair(pair)) report(key, `"${shown(pair)}" is no trading pair: write it as BASE-QUOTE, like BTC-USDT.`);
  else if (pair !== pair.toUpperCase())
    report(key, `"${shown(pair)}": most exchanges name their pairs in capital letters.`, 'warning');
}

function checkField(
  field: StrategyField,
  entry: Entry | undefined,
  textOf: (key: string) => string,
  report: Report,
): void {
  const { key, label, needs } = field;
  if (entry?.text === null) return report(key, `${label} ("${key}") must be a single value.`);
  const text = textOf(key);
  const active = needs === null || isActive(needs, textOf);
  if (text === '') {
    if (field.required) report(key, `${label} ("${key}") is missing.`);
    else if (needs !== null && active && field.default === '' && field.type !== 'bool')
      report(key, `${label} ("${key}") is missing, and ${because(needs)}.`);
    return;
  }
  const problem = valueProblem(field, text);
  if (problem) return report(key, `${label} ("${key}") ${problem}, not "${shown(text)}".`);
  if (!active) {
    if (
      Number(text) !== Number(field.default || NaN) &&
      text !== field.default &&
      !(field.type === 'bool' && !isOn(text))
    )
      report(key, `${label} ("${key}") has no effect unless ${unless(needs)}.`, 'warning');
    return;
  }
  if (field.type === 'pair') checkPair(key, text, report);
  if (field.type === 'exchange') {
    const wrong = spotExchangeProblem(text);
    if (wrong) report(key, wrong);
    else if (text === textOf('exchange'))
      report(key, 'The price must come from another exchange than the one traded on.');
  }
}

function isActive(needs: NonNullable<StrategyField['needs']>, textOf: (key: string) => string): boolean {
  const other = textOf(needs.key);
  if (needs.value !== null) return other === needs.value;
  return needs.key === 'order_levels' ? Number(other) > 1 : isOn(other);
}
const because = (needs: NonNullable<StrategyField['needs']>): string =>
  needs.value === null ? `"${needs.key}" is on` : `"${needs.key}" is ${needs.value}`;
const unless = (needs: NonNullable<StrategyField['needs']> | null): string =>
  needs === null ? '' : needs.key === 'order_levels' ? '"order_levels" is above 1' : because(needs);

/** What only shows between fields. */
function checkTogether(textOf: (key: string) => string, report: Report): void {
  const number = (key: string): number => (textOf(key) === '' ? -1 : Number(textOf(key)));
  const [floor, ceiling] = [number('price_floor'), number('price_ceiling')];
  if (floor > 0 && ceiling > 0 && floor >= ceiling)
    report('price_floor', 'The price floor must be below the price ceiling, or no order is ever placed.');
  const custom = textOf('price_source') === 'custom_api';
  const type = textOf('price_type');
  if (custom && type !== 'custom')
    report('price_type', 'With a price from a web address the price type must be "custom".');
  if (!custom && type === 'custom')
    report('price_type', 'The price type "custom" needs the price source "custom_api".');
  if (
    isOn(textOf('moving_price_band_enabled')) &&
    textOf('price_floor_pct') !== '' &&
    textOf('price_ceiling_pct') !== ''
  )
    if (Number(textOf('price_floor_pct')) >= Number(textOf('price_ceiling_pct')))
      report('price_floor_pct', "The band's floor must be below its ceiling.");
  if (!isOn(textOf('split_order_levels_enabled'))) return;
  for (const side of ['bid', 'ask']) {
    const [spreads, amounts] = [textOf(`${side}_order_level_spreads`), textOf(`${side}_order_level_amounts`)];
    if (spreads && amounts && listOf(spreads).length !== listOf(amounts).length)
      report(
        `${side}_order_level_amounts`,
        `Give as many ${side} amounts as ${side} spreads: Hummingbot drops what is left over.`,
      );
  }
}

/** Texts from a form as if they stood in a file. */
export function entriesOf(values: Record<string, string>): Entry[] {
  return Object.entries(values).map(([key, text]) => ({
    key,
    text,
    value: text,
    line: 0,
    at: [0, 0, 0],
    quoted: false,
  }));
}
