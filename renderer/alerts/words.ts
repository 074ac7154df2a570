import type { Alert, AlertKind } from '../../shared/alerts';
import { count } from '../count';

/** Every text of the alerts, in one place. */
export const words = {
  title: 'Alerts',
  key: 'b',
  bell: (open: number, fresh: number) =>
    open === 0 ? 'Alerts: none' : `Alerts: ${open} going on${fresh > 0 ? `, ${fresh} not looked at` : ''}`,
  command: 'Show alerts',
  open: (count: number) => (count === 0 ? 'Nothing goes on' : `${count} going on`),
  over: (count: number) => `${count} over`,
  dismiss: (what: string) => `Dismiss: ${what}`,
  dismissAll: 'Dismiss all',
  close: 'Close alerts',
  toBot: (bot: string) => `Go to ${bot}`,
  toBotShort: 'Go to bot',
  toClusters: 'Go to clusters',
  gone: 'The bot is no longer there.',
  parts: (count: number) => `All ${count}`,
  more: (count: number) => `and ${count} more`,
  since: (ago: string) => `since ${ago}`,
  asRead: (ago: string) => `as read ${ago} ago`,
  ended: (lasted: string, ago: string) => `over, after ${lasted}, ${ago} ago`,
  practice: 'practice',
  asBefore: 'As it was when Hummingdeck was closed; nothing has been heard of it since.',
  emptyTitle: 'No alerts',
  empty:
    'Told here: bots that fail again and again, run out of memory, leave orders behind or sit idle; clusters and nodes that do not answer.',
  closed: 'Nothing watches while Hummingdeck is closed.',
  /** What alerts from readings are judged by. */
  known: (known: number, bots: number, oldest: string) =>
    `Trading is known of ${count(known)} of ${count(bots)} that are not stopped${oldest}. Idle bots, missing orders and full volumes show by readings alone.`,
  settings: {
    title: 'Alerts',
    intro:
      'The bell tells of trouble while the app is open. Each occurrence is told once; practice clusters are never told outside the app.',
    system: 'Also by notifications of the system',
    systemHelp: 'Grouped, and only while this window is not in front. A click opens the bot.',
    unsupported: 'This system shows no notifications of the app.',
    kinds: 'Which of them',
    closed: 'Nothing watches while Hummingdeck is closed: your bots trade on, and no one tells you of trouble.',
  },
  kinds: {
    crashLoop: { label: 'A bot fails again and again', help: '' },
    outOfMemory: { label: 'A bot runs out of memory', help: '' },
    nodeSilent: { label: 'A node does not answer', help: '' },
    lostCluster: { label: 'A cluster is lost', help: 'For longer than 45 seconds.' },
    leftOrders: { label: 'A bot may have left orders open', help: 'As a stop by this app found.' },
    idle: {
      label: 'A bot runs, but does not trade',
      help: 'A kill switch, a fault at its start, no order placed for long; known where its trading is read.',
    },
    noQuote: {
      label: 'A bot had no order open for ten minutes',
      help: 'Known where its trading is read, again and again.',
    },
    volumeFull: {
      label: 'A volume is nearly full',
      help: 'From 90 % on, of its room or its inodes; known where its trading is read.',
    },
  } satisfies Record<AlertKind, { label: string; help: string }>,
};

type Look = { tone: 'bad' | 'warn' | 'unknown' | 'info' | 'idle'; shape: string };
const LOOKS: Record<Alert['kind'], Look> = {
  crashLoop: { tone: 'bad', shape: '▲' },
  outOfMemory: { tone: 'bad', shape: '▲' },
  leftOrders: { tone: 'bad', shape: '▲' },
  nodeSilent: { tone: 'unknown', shape: '?' },
  lostCluster: { tone: 'warn', shape: '△' },
  idle: { tone: 'warn', shape: '△' },
  noQuote: { tone: 'warn', shape: '△' },
  volumeFull: { tone: 'warn', shape: '△' },
  atStart: { tone: 'info', shape: 'i' },
};
export const lookOf = ({ kind, endedAt }: Pick<Alert, 'kind' | 'endedAt'>): Look =>
  endedAt === null ? LOOKS[kind] : { tone: 'idle', shape: '○' };
