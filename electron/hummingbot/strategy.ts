import type { FieldInfo, Issue } from '../../shared/bots';

/** Version of the pure_market_making file that Hummingbot 2.16 writes. */
export const PMM_TEMPLATE_VERSION = 24;

/** Fields of V1 `pure_market_making` in the file's order, without `template_version`, `strategy`, `exchange`, `market`. */
export function pureMarketMakingFields(): FieldInfo[] {
  return [];
}

/**
 * Checks a strategy's YAML the way Hummingbot should but does not: a bad V1 value leaves the bot running without trading.
 * `Issue.field` is `path`, `line` is set where the line is known. Empty: nothing found.
 */
export function checkStrategyFile(path: string, text: string): Issue[] {
  return path && text ? [] : [];
}

/**
 * A pure_market_making file from texts as typed (`exchange` and `market` among them), keys in the file's order.
 * With `base`, its comments, order and unknown keys are kept and only the given values change.
 */
export function renderPureMarketMaking(values: Record<string, string>, base?: string): string {
  return base ?? Object.keys(values).join('\n');
}
