import type { BotRow } from '../../shared/rows';

/** The prefixes the filter understands, in the order they are offered. */
export const filterKeys = [
  'cluster',
  'state',
  'pair',
  'ns',
  'exchange',
  'strategy',
  'status',
  'node',
  'image',
  'name',
] as const;
export type FilterKey = (typeof filterKeys)[number];

/** One part of a filter. Several values of one term, or several terms of one key, mean "or"; different terms mean "and". */
export interface Term {
  key: FilterKey | null;
  values: string[];
  not: boolean;
}

const aliases: Record<string, FilterKey> = { namespace: 'ns', market: 'pair' };

/** `-` before a part turns it round, quotes keep blanks together, `key:a,b` means a or b. Half-typed parts say nothing yet. */
export function parseFilter(text: string): Term[] {
  const terms: Term[] = [];
  for (const part of text.match(/-?(?:[^\s":]+:)?(?:"[^"]*"?|[^\s"]+)/g) ?? []) {
    const not = part.startsWith('-') && part.length > 1;
    const body = (not ? part.slice(1) : part).toLowerCase();
    const colon = body.indexOf(':');
    const key = colon > 0 ? keyOf(body.slice(0, colon)) : null;
    const rest = key ? body.slice(colon + 1) : body;
    const quoted = rest.startsWith('"');
    const bare = rest.replaceAll('"', '').trim();
    const values = (key && !quoted ? bare.split(',') : [bare]).filter((value) => value !== '' && value !== '-');
    if (values.length > 0) terms.push({ key, values, not });
  }
  return joinKeys(terms);
}

function keyOf(word: string): FilterKey | null {
  return filterKeys.find((key) => key === word) ?? aliases[word] ?? null;
}

/** A bot has one state and one cluster: `state:running state:trouble` can only mean either. */
function joinKeys(terms: Term[]): Term[] {
  const joined: Term[] = [];
  for (const term of terms) {
    const same = term.key && !term.not && joined.find((other) => other.key === term.key && !other.not);
    if (same) same.values.push(...term.values);
    else joined.push(term);
  }
  return joined;
}

const haystacks = new WeakMap<BotRow, string>();

/** All of a row's words but its cluster's name, which can change under it. */
function haystack(row: BotRow): string {
  let text = haystacks.get(row);
  if (text === undefined) {
    const words = [row.name, row.namespace, row.pair, row.exchange, row.strategy, row.state, row.status, row.node];
    text = [...words, row.image, row.paper ? 'paper' : '', row.pair.replace('-', '')].join('\n').toLowerCase();
    haystacks.set(row, text);
  }
  return text;
}

const plain = (pair: string) => pair.toLowerCase().replaceAll(/[-/_]/g, '');

/** A quick test for rows. `clusterName` gives a cluster's shown name. */
export function matcher(terms: readonly Term[], clusterName: (id: string) => string): (row: BotRow) => boolean {
  const names = new Map<string, string>();
  const cluster = (row: BotRow) => {
    let name = names.get(row.clusterId);
    if (name === undefined) names.set(row.clusterId, (name = clusterName(row.clusterId).toLowerCase()));
    return name;
  };
  const has = (row: BotRow, term: Term, value: string): boolean => {
    switch (term.key) {
      case null:
        return haystack(row).includes(value) || cluster(row).includes(value);
      case 'cluster':
        return cluster(row).includes(value);
      case 'state':
        return row.state.startsWith(value);
      case 'pair':
        return plain(row.pair).includes(plain(value));
      case 'ns':
        return row.namespace.toLowerCase().includes(value);
      case 'exchange':
        return row.exchange.toLowerCase().includes(value) || (row.paper && 'paper'.startsWith(value));
      default:
        return row[term.key].toLowerCase().includes(value);
    }
  };
  return (row) => terms.every((term) => term.values.some((value) => has(row, term, value)) !== term.not);
}
