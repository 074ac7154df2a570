import { humanDuration } from '../../shared/duration';
import type { AppError } from '../../shared/errors';
import type { BotRow } from '../../shared/rows';
import type { Fact } from '../ui/Facts.svelte';
import type { Money } from './money';

export interface Advice {
  tone: 'bad' | 'warn' | 'info';
  error: AppError;
}

/** What to do by kubectl's STATUS. The sentence why comes with the row; this is the second one. */
const BY_STATUS: [RegExp, string][] = [
  [
    /ImagePull|ErrImage|InvalidImageName/,
    'Check the image version and, for a private registry, the pull secret; then start it again.',
  ],
  [/OOMKilled/, 'It ran out of memory. Give it more, then restart it; look at its log of the run before.'],
  [
    /CrashLoop|Error|RunContainerError|CreateContainerError/,
    'Its log of the run before says why it ended (Log, then “run before”).',
  ],
  [/CreateContainerConfigError/, 'A configuration or Secret it needs is missing on the cluster.'],
  [
    /Pending|Unschedulable|SchedulingGated/,
    'No node takes it yet: too little memory, CPU or no volume. Its events below say which.',
  ],
  [/Refused/, 'The cluster refuses its pod by a quota or a policy. Its events below say which.'],
  [/Evicted/, 'The node was full and put it out. Its orders may still be open: look at the exchange.'],
];

/** What the panel says above everything: why the bot is not simply running and what the trader can do. null when all is well. */
export function adviceFor(row: BotRow): Advice | null {
  // Between two runs the status tells of neither end.
  const status = row.outOfMemory && row.status === 'CrashLoopBackOff' ? 'OOMKilled' : row.status;
  const known = BY_STATUS.find(([pattern]) => pattern.test(status))?.[1];
  switch (row.state) {
    case 'trouble':
      return say('bad', row.reason || `It is in trouble: ${row.status}.`, known ?? 'Its log and events say more.');
    case 'unknown':
      return say(
        'warn',
        row.reason || 'Its node does not answer: it is probably still trading.',
        'Nothing needs to be done at once. Cancel its orders at the exchange if you can’t wait for the node.',
      );
    case 'starting':
      return row.reason ? say('info', row.reason, known ?? '') : null;
    case 'stopping':
      return say('info', row.reason || 'It is stopping and cancels its orders.', 'This can take up to two minutes.');
    default:
      return row.reason ? say('info', row.reason, '') : null;
  }
}

const say = (tone: Advice['tone'], message: string, hint: string): Advice => ({
  tone,
  error: { code: 'SERVER', message, ...(hint ? { hint } : {}) },
});

/** Age as kubectl writes it, e.g. `3h12m`. Both in ms since 1970. */
export const age = (since: number, now: number): string => humanDuration(Math.max(0, now - since));

const moneyWord: Record<Money, string> = {
  real: 'real',
  maybe: 'not known, maybe real',
  test: 'test network, not real',
  paper: 'paper',
  practice: 'practice, not real',
};

/** The list of facts; what is not known is left out. `now` in ms since 1970, by the cluster's clock. */
export function factsOf(
  row: BotRow,
  details: { image: string; volume: string } | null,
  { money, now }: { money: Money; now: number },
): Fact[] {
  const facts: Fact[] = [
    { label: 'Pair', value: row.pair },
    { label: 'Exchange', value: row.exchange },
    { label: 'Strategy', value: row.strategy },
    { label: 'Money', value: moneyWord[money] },
    { label: 'Ready', value: row.ready, title: 'READY of kubectl' },
    { label: 'Status', value: row.status, title: 'STATUS of kubectl' },
    { label: 'Restarts', value: restarts(row, now), title: 'RESTARTS of kubectl' },
    {
      label: row.hasPod ? 'Running for' : 'Made',
      value: row.hasPod ? age(row.createdAt, now) : `${age(row.createdAt, now)} ago`,
      title: 'AGE of kubectl',
    },
    { label: 'Version', value: details?.image || row.image, title: 'Image', mono: true },
    { label: 'Configuration', value: row.configName, title: 'ConfigMap in effect', mono: true },
    { label: 'Waiting', value: row.pendingConfig, title: 'ConfigMap saved for the next restart', mono: true },
    { label: 'Volume', value: details?.volume ?? '', title: 'PersistentVolumeClaim' },
    { label: 'Node', value: row.node, mono: true },
    { label: 'Pod', value: row.podName, mono: true },
    {
      label: 'Run',
      value: row.run === 'engine' ? 'without a screen' : row.run === 'classic' ? 'with its own screen' : '',
      title: row.run,
    },
  ];
  return facts.filter((fact) => fact.value !== '');
}

function restarts(row: BotRow, now: number): string {
  if (row.restarts === 0 || row.lastRestartAt === null) return String(row.restarts);
  return `${row.restarts}, last ${age(row.lastRestartAt, now)} ago`;
}
