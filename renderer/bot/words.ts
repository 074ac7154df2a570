import { humanDuration } from '../../shared/duration';
import { READINGS_A_MINUTE } from '../../shared/readings';
import type { OperationKind } from '../../shared/rows';
import { count } from '../count';
import type { Money } from './money';
import type { ActionId } from './rules';

/** Every text of the bot's panel, its confirmations and its operations, in one place. */
export const words = {
  action: {
    log: 'Log',
    screen: 'Screen',
    shell: 'Shell',
    edit: 'Edit',
    details: 'Details',
    read: 'Read now',
    start: 'Start…',
    stop: 'Stop…',
    restart: 'Restart…',
    delete: 'Delete…',
  } satisfies Record<ActionId, string>,
  actions: 'What can be done',
  facts: 'Facts',
  trading: 'Trading',
  profit: 'Profit',
  profitOnPaper: 'Profit (paper)',
  profitHelp:
    'Since its record of trades began, fees taken off; what it holds is valued at the price of its last trade',
  volumeTraded: 'Volume',
  volumeTradedHelp: 'What was traded since its record began',
  openOrders: 'Open orders',
  disk: {
    volume: 'Disk (its volume)',
    larger: 'Disk (holds its volume)',
    node: 'Disk (its node’s)',
    unknown: 'Disk',
  },
  diskHelp: {
    volume: 'What its workload asks for, and of that size',
    larger: 'Larger than what its workload asks for: others may write there too',
    node: 'Its data lies on its node’s own disk, shared with all that runs there',
    unknown: 'The file system that holds its data folder, as the bot sees it',
  },
  readAgo: (ago: string) => `read ${ago} ago`,
  readAt: 'Read',
  readBy: { exec: 'by looking into the bot', reporter: 'by its own reporter' },
  notKnown: 'not known',
  neverRead: `Its trading has not been read yet. That is done for bots that can be seen, at most ${READINGS_A_MINUTE} a minute of all together.`,
  nothingToRead: 'It has no pod, so there is nothing to read.',
  reporter: {
    '': 'It has no reporter of its own: its numbers are known when it is looked into.',
    on: 'Its own reporter tells once a minute.',
    next: 'It gets a reporter of its own from its next start on.',
    last: 'Its reporter goes with its next start.',
  },
  reporterOn: 'Give it a reporter',
  reporterOff: 'Take its reporter away',
  reporterHelp:
    'From its next start on; nothing is restarted now. The reporter sees no keys and may only write on its own pod’s status.',
  /** How long a press for many takes; '' where it is a matter of moments. */
  readMany: (asked: number, left: number): string => {
    const pace = `At most ${READINGS_A_MINUTE} a minute are read, so ${count(asked)} take ${humanDuration((asked / READINGS_A_MINUTE) * 60_000)} or more.`;
    if (left > 0) return `${pace} The other ${count(left)} are left out: pick them when these are read.`;
    return asked > READINGS_A_MINUTE ? pace : '';
  },
  notAllRead: (read: number, all: number) => `${read} of ${all} could be read.`,
  lately: 'Lately',
  lastEnd: 'Last end:',
  noEvents: 'The cluster has told nothing lately. It forgets its events after an hour or so.',
  objects: 'What it is made of',
  objectsHelp: 'Kubernetes objects of this bot',
  warnings: 'Worth knowing',
  loading: 'Asking the cluster…',
  refresh: 'Ask again',
  close: 'Close',
  handMadeTitle: 'This bot was made by hand. Here it is read-only.',
  handMadeHint:
    'You can read its log, open its screen and a shell, and look at its configuration. Hummingdeck starts, stops, changes and deletes only bots it has made.',
  staleTitle: (cluster: string) => `${cluster} does not answer right now. What is shown is its last word.`,
  pending: 'A saved change waits for the next restart.',
  cancel: 'Cancel',
  many: (count: number) => `${count} bots`,
  leftOut: 'Left out:',
  typeName: (what: string) => `Type “${what}” to go on`,
  volumeKeep: (bots: number) => (bots === 1 ? 'Keep its volume' : 'Keep their volumes'),
  volumeKeepHelp: 'Trades, order records and logs stay on the cluster.',
  volumeDelete: (bots: number) => (bots === 1 ? 'Delete its volume too' : 'Delete their volumes too'),
  volumeDeleteHelp: (bots: number) =>
    `Trades, order records and logs of ${bots === 1 ? 'this bot' : `these ${bots} bots`} are lost for good.`,
  volume: (bots: number) => (bots === 1 ? 'Its data' : 'Their data'),
  forceWhat: 'The cluster forgets the bot’s pod without waiting for its word. What that risks:',
  forceRisks: [
    'Its open orders are not cancelled; look for them at the exchange.',
    'If its node is alive after all, the bot may go on trading there, unseen, beside the next one.',
  ],
  forceStartWhat:
    'It is started although an earlier run of it was given up by force and nobody has seen its end. What that risks:',
  forceStartRisks: [
    'Two bots may trade on one account: each cancels, fills and doubles what the other does.',
    'Look at the account’s open orders at the exchange first: none should change by itself.',
  ],
  removeWhat: 'These objects are removed. Nothing else on the cluster is touched.',
  money: {
    real: 'Real money',
    maybe: 'Maybe real money',
    test: 'Test money',
    paper: 'Paper money',
    practice: 'Practice money',
  } satisfies Record<Money, string>,
  operations: 'Operations',
  noOperations: 'Nothing runs and nothing is left to look at.',
  written: 'Written to the cluster so far',
  openLog: 'Open log',
  serverWords: 'In the server’s own words',
};

export const operationTitle: Record<OperationKind, string> = {
  deploy: 'Deploy',
  stop: 'Stop',
  start: 'Start',
  restart: 'Restart',
  delete: 'Delete',
  edit: 'Change configuration',
};

export const operationAction = {
  cleanUp: 'Remove what was written',
  retry: 'Try again',
  force: 'Force…',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
} as const;

export const outcomeLook = {
  running: { tone: 'info', shape: '◔', word: 'Running' },
  done: { tone: 'good', shape: '✓', word: 'Done' },
  failed: { tone: 'bad', shape: '▲', word: 'Failed' },
  cancelled: { tone: 'idle', shape: '○', word: 'Cancelled' },
} as const;

export const stepLook = {
  waiting: { shape: '○', word: 'waiting' },
  running: { shape: '◔', word: 'running' },
  done: { shape: '✓', word: 'done' },
  failed: { shape: '▲', word: 'failed' },
  skipped: { shape: '–', word: 'left out' },
} as const;
