import type { Alert, AlertKind, AlertPart } from '../../shared/alerts';

export interface Words {
  sentence: string;
  hint: string;
}

/** What an alert says, by what it is about. `all`: how many real or practice clusters are on. Parts that are over count only once all are. */
export function wordsOf(kind: Alert['kind'], parts: readonly AlertPart[], all: number): Words {
  const open = parts.filter(({ endedAt }) => endedAt === null);
  const told = open.length > 0 ? open : parts;
  const [first] = told;
  if (!first) return { sentence: '', hint: '' };
  if (told.length === 1) return first;
  if (kind === 'atStart') return { sentence: atStart(told), hint: 'Each of them is listed below.' };
  if (kind === 'nodeSilent')
    return {
      sentence: `A node of ${first.cluster} does not answer: ${told.length} bots on it are probably still trading.`,
      hint: first.hint,
    };
  if (kind === 'volumeFull')
    return {
      sentence: `A node’s disk on ${first.cluster} that holds the data of ${told.length} bots is nearly full.`,
      hint: first.hint,
    };
  if (kind === 'lostCluster' && told.length >= all)
    return {
      sentence: `None of your ${told.length} clusters answers.`,
      hint: 'Most likely it is this computer’s own network or VPN. The bots trade on; what is shown of them is old.',
    };
  if (kind === 'lostCluster')
    return {
      sentence: `${told.length} of ${all} clusters do not answer: ${listed(told.map(({ cluster }) => cluster))}.`,
      hint: 'Their bots trade on; what is shown of them is old.',
    };
  return first;
}

const COUNTED: [AlertKind, (count: number) => string][] = [
  ['lostCluster', (count) => (count === 1 ? '1 cluster does not answer' : `${count} clusters do not answer`)],
  ['crashLoop', (count) => `${bots(count)} ${count === 1 ? 'fails' : 'fail'} again and again`],
  ['outOfMemory', (count) => `${bots(count)} ran out of memory`],
  ['nodeSilent', (count) => `${bots(count)} ${count === 1 ? 'is' : 'are'} on nodes that do not answer`],
  ['leftOrders', (count) => `${bots(count)} may have left orders open`],
  ['idle', (count) => `${bots(count)} ${count === 1 ? 'runs' : 'run'}, but ${count === 1 ? 'does' : 'do'} not trade`],
  ['noQuote', (count) => `${bots(count)} had no order open for ten minutes`],
  ['volumeFull', (count) => `${bots(count)} ${count === 1 ? 'has a disk that is' : 'have disks that are'} nearly full`],
];
const bots = (count: number): string => (count === 1 ? '1 bot' : `${count} bots`);

function atStart(parts: readonly AlertPart[]): string {
  const said = COUNTED.flatMap(([kind, words]) => {
    const count = parts.filter((part) => part.kind === kind).length;
    return count > 0 ? [words(count)] : [];
  });
  return `In trouble already when Hummingdeck began to look: ${said.join('; ')}.`;
}

function listed(names: string[]): string {
  const shown = names.slice(0, 5);
  return names.length > 5 ? `${shown.join(', ')} and ${names.length - 5} more` : shown.join(', ');
}
