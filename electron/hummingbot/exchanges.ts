import catalogue from '../../resources/catalogues/connectors.json';

export interface Exchange {
  /** Connector's name, without a paper ending. */
  name: string;
  kind: 'spot' | 'perpetual';
  /** A pair that the exchange knows, for examples. */
  pair: string;
  /** The exchange's own test network. */
  test: boolean;
}

const PAPER = '_paper_trade';
const known = new Map<string, Exchange>(
  catalogue.connectors.map(({ name, kind, pair, ...rest }) => [
    name,
    { name, kind: kind === 'spot' ? 'spot' : 'perpetual', pair, test: 'test' in rest },
  ]),
);

/** Exchanges that Hummingbot offers on paper without further set-up. */
export const PAPER_EXCHANGES = ['binance', 'kucoin', 'gate_io', 'kraken'];

export const exchanges = (): Exchange[] => [...known.values()];

/** Whether orders on it are only simulated, and its real name: `binance_paper_trade` → `{paper: true, base: 'binance'}`. */
export function splitPaper(exchange: string): { base: string; paper: boolean } {
  return exchange.endsWith(PAPER)
    ? { base: exchange.slice(0, -PAPER.length), paper: true }
    : { base: exchange, paper: false };
}
export const paperName = (exchange: string): string => `${exchange}${PAPER}`;

/** What is wrong with a spot exchange's name (paper ones included), as a sentence, or null. */
export function spotExchangeProblem(exchange: string): string | null {
  const { base, paper } = splitPaper(exchange);
  const found = known.get(base);
  if (!found) return `Hummingbot knows no exchange "${shown(exchange)}".${suggestion(base, [...known.keys()])}`;
  if (found.kind === 'spot') return null;
  return paper
    ? `"${base}" cannot be simulated: paper trading exists for spot exchanges only.`
    : `"${base}" trades perpetuals; this strategy needs a spot exchange.`;
}

/** `BASE-QUOTE`, the parts as exchanges name coins. */
export const isPair = (pair: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._$]*-[A-Za-z0-9][A-Za-z0-9._$]*$/.test(pair);

/** A value from outside, short enough for a sentence. */
export const shown = (value: string): string => (value.length > 40 ? `${value.slice(0, 40)}…` : value);

/** ` Did you mean "x"?` where a name is one or two letters off, else ''. */
export function suggestion(name: string, names: string[]): string {
  let best = '';
  let least = 3;
  for (const candidate of names) {
    const far = distance(name, candidate);
    if (far < least) [best, least] = [candidate, far];
  }
  return best ? ` Did you mean "${best}"?` : '';
}

/** Edits between two names, counted up to 3. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      line.push(Math.min((above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1, (above[column - 1] ?? 0) + same));
    }
    above = line;
  }
  return above[b.length] ?? 3;
}
