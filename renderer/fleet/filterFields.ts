import type { BotRow, ProviderId } from '../../shared/rows';
import { moneyKinds, moneyOf } from '../bot/money';
import { providers } from '../texts';
import type { ClusterFacts } from './sums';

/** What a filter looks at besides the row itself. Times in ms. */
export interface FilterFacts {
  clusterName(id: string): string;
  /** Provider, practice flag and clock of a cluster. */
  factsOf?(id: string): ClusterFacts | undefined;
  /** This machine's now, ms since 1970: for ages. */
  now?: number;
}

interface TextField {
  kind: 'text';
  help: string;
  /** What a row says there. */
  of(row: BotRow, facts: FilterFacts): string;
  /** How a value is offered, where a row says it in several ways. */
  offer?(row: BotRow, facts: FilterFacts): string;
  /** A value stands at the beginning of the word, not anywhere in it. */
  begins?: boolean;
  /** All values there are, where they are few. */
  only?: readonly string[];
}
interface NumberField {
  kind: 'number' | 'duration';
  help: string;
  /** null: not known; fits neither `>` nor `<`. */
  of(row: BotRow, facts: FilterFacts): number | null;
  examples: readonly string[];
}

const providerOf = (row: BotRow, facts: FilterFacts): ProviderId =>
  facts.factsOf?.(row.clusterId)?.provider ?? 'unknown';

/** `eks`, `Amazon EKS`, `aws`: what people know first, then all else it is found by. */
const providerWords = (id: ProviderId): string[] => {
  const { mark, name } = providers[id];
  return [mark.toLowerCase() || id, name, id];
};

const states = ['running', 'trouble', 'stopped', 'unknown', 'starting', 'stopping'];

/** The fields of the filter, in the order they are offered. */
export const filterFields = {
  cluster: { kind: 'text', help: 'its cluster', of: (row, facts) => facts.clusterName(row.clusterId) },
  state: { kind: 'text', help: 'what it is doing', of: (row) => row.state, begins: true, only: states },
  pair: { kind: 'text', help: 'trading pair', of: (row) => row.pair },
  ns: { kind: 'text', help: 'Kubernetes namespace', of: (row) => row.namespace },
  exchange: { kind: 'text', help: 'exchange, or paper', of: (row) => row.exchange },
  strategy: { kind: 'text', help: 'strategy', of: (row) => row.strategy },
  status: { kind: 'text', help: 'as kubectl shows it', of: (row) => row.status },
  restarts: { kind: 'number', help: 'times started again', of: (row) => row.restarts, examples: ['>0', '>3', '>10'] },
  age: {
    kind: 'duration',
    help: 'since its pod was made',
    of: (row, facts) =>
      facts.now === undefined ? null : facts.now + (facts.factsOf?.(row.clusterId)?.skewMs ?? 0) - row.createdAt,
    examples: ['<1h', '<1d', '>7d'],
  },
  profit: {
    kind: 'number',
    help: 'in its quote asset, where it was read',
    of: (row) => row.trading?.profit ?? null,
    examples: ['<0', '>0', '<-100'],
  },
  volume: {
    kind: 'number',
    help: 'in its quote asset, where it was read',
    of: (row) => row.trading?.volume ?? null,
    examples: ['>0', '>1000', '0'],
  },
  orders: {
    kind: 'number',
    help: 'open orders, where they were read',
    of: (row) => row.trading?.openOrders ?? null,
    examples: ['0', '>0', '>10'],
  },
  trading: {
    kind: 'text',
    help: 'what its record says',
    of: (row) => row.trading?.state ?? 'unread',
    begins: true,
    only: ['trading', 'idle', 'starting', 'unknown', 'unread'],
  },
  money: {
    kind: 'text',
    help: 'real, test, paper or practice',
    of: (row, facts) => moneyOf(row, facts.factsOf?.(row.clusterId)?.practice),
    begins: true,
    only: moneyKinds,
  },
  provider: {
    kind: 'text',
    help: 'where its cluster runs',
    of: (row, facts) => providerWords(providerOf(row, facts)).join('\n'),
    offer: (row, facts) => providerWords(providerOf(row, facts))[0]!,
  },
  node: { kind: 'text', help: 'machine it runs on', of: (row) => row.node },
  image: { kind: 'text', help: 'version of its image', of: (row) => row.image },
  name: { kind: 'text', help: 'its name', of: (row) => row.name },
} satisfies Record<string, TextField | NumberField>;
export type FilterKey = keyof typeof filterFields;
export const filterKeys = Object.keys(filterFields) as FilterKey[];
export const fieldOf = (key: FilterKey): TextField | NumberField => filterFields[key];

const aliases: Record<string, FilterKey> = { namespace: 'ns', market: 'pair', restart: 'restarts', order: 'orders' };

/** The field a word before a colon means; null: none. */
export function keyOf(word: string): FilterKey | null {
  const small = word.toLowerCase();
  return filterKeys.find((key) => key === small) ?? (Object.hasOwn(aliases, small) ? aliases[small]! : null);
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A value as a test of numbers: `>3`, `<=0`, `5`, `<1h30m`. null: only begun; undefined: wrong. */
export function comparison(
  value: string,
  kind: 'number' | 'duration',
): ((amount: number) => boolean) | null | undefined {
  const [, sign = '', rest = ''] = /^(>=|<=|>|<|=)?(.*)$/.exec(value) ?? [];
  if (rest === '' || rest === '-') return null;
  const wanted = kind === 'number' ? plainNumber(rest) : duration(rest);
  if (wanted === null || wanted === undefined) return wanted;
  switch (sign) {
    case '>':
      return (amount) => amount > wanted;
    case '>=':
      return (amount) => amount >= wanted;
    case '<':
      return (amount) => amount < wanted;
    case '<=':
      return (amount) => amount <= wanted;
    default:
      return (amount) => amount === wanted;
  }
}

const plainNumber = (text: string) => (/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined);

function duration(text: string): number | null | undefined {
  // A number without its unit is one that is still being typed.
  if (/^(\d+[smhdw])*\d+$/.test(text)) return null;
  if (!/^(\d+[smhdw])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smhdw])/g)].reduce(
    (sum, [, digits, unit]) => sum + Number(digits) * units[unit!]!,
    0,
  );
}
