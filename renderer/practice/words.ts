import type { BotFault, PracticeRights } from '../../shared/practice';

/** What the practice menus say. */
export const words = {
  word: 'practice',
  breakBot: 'Break on purpose…',
  breakItem: 'Practice: break on purpose…',
  breakBotTitle: (bot: string) => `Break ${bot} on purpose`,
  breakBotWhat: (cluster: string) =>
    `On ${cluster}, a practice cluster: nothing real is touched. See what the app says, and mend it again.`,
  cluster: 'Faults and speed…',
  clusterTitle: (cluster: string) => `Faults and speed of ${cluster}`,
  clusterWhat: 'A practice cluster: nothing real is touched.',
  broken: (count: number) => (count === 1 ? '1 fault' : `${count} faults`),
  brokenTitle: 'Broken on purpose, in the practice menu',
  kill: 'Kill it now',
  killHelp:
    'As a crash of its node would: no time to cancel. Its node starts it again, and its next run finds the orders it left.',
  killed: 'Killed. Its row tells of the next run.',
  notRunning: 'It does not run now.',
  mendBot: 'Mend this bot',
  mendAll: 'Mend everything',
  close: 'Close',
  speed: 'Time goes',
  speedHelp:
    'Markets move, pods start and orders are renewed so many times faster. Times and ages on screen stay true.',
  speeds: (speed: number) => (speed === 1 ? 'as in life' : `${speed} times faster`),
  line: 'The way to the cluster',
  unreachable: 'Out of reach',
  unreachableHelp: 'Rows stay, marked stale, and come to life when you give it back.',
  slow: 'Its answers come',
  slows: { 0: 'at once', 800: '0.8 seconds late', 4000: '4 seconds late', 20000: '20 seconds late' } as Record<
    number,
    string
  >,
  cut: 'Cut all connections',
  done: 'Done just now.',
  cutHelp: 'Once. The app makes new ones by itself and loses no row.',
  forget: 'Forget what changed',
  forgetHelp: 'As a server that was restarted: live connections must begin anew (410 Gone).',
  signIn: 'Your sign-in',
  signedOut: 'Is no longer accepted',
  signedOutHelp: 'As a token that ran out: the app stops asking and says so.',
  rights: 'What you may do',
  rightsOf: {
    all: 'everything',
    'read-only': 'look, but change nothing',
    'no-logs-or-shells': 'everything but logs, screens and shells',
    'one-namespace': 'everything, in namespace trading only',
  } satisfies Record<PracticeRights, string>,
  bots: 'Broken bots',
  noBots: 'None. “Break on purpose…” stands beside what can be done to a bot.',
  mend: 'Mend',
  mendNamed: (bot: string) => `Mend ${bot}`,
  asking: 'Asking the practice cluster…',
  nodes: 'Machines',
  nodeLost: (node: string) => `${node} is silent`,
  nodesHelp: 'Its bots are probably still trading; nobody knows. After five minutes Kubernetes gives them up.',
  speedChip: (speed: number) => `${speed}×`,
  chip: (speed: number) => `practice ${speed}×`,
  brokenInAll: (count: number) => `${count} broken on purpose`,
  noteTitle: (names: string) => `Not as in life: ${names}. Click for its faults and speed.`,
  palette: {
    break: (bot: string) => `Practice: break ${bot} on purpose…`,
    cluster: (cluster: string) => `Practice: faults and speed of ${cluster}…`,
    speed: (speed: number) => `Practice: speed ${speed}×`,
    lose: 'Practice: put the cluster out of reach',
    giveBack: 'Practice: give the cluster back',
    mendAll: 'Practice: mend everything',
  },
  faults: {
    crashLoop: {
      label: 'Crashes soon after each start',
      help: 'A crash loop: the row counts restarts and says how Hummingbot ended.',
    },
    outOfMemory: {
      label: 'Runs out of memory',
      help: 'The kernel kills it (OOMKilled): its orders stay open until its next run finds them.',
    },
    wrongPassword: {
      label: 'Its password is wrong',
      help: 'Exit code 4: the key store does not open, and it starts again and again.',
    },
    invalidField: {
      label: 'A field is out of its limits',
      help: 'A spread of 150 %: it runs, and trades nothing. Only its log tells.',
    },
    imageGone: {
      label: 'Its image is gone',
      help: 'It is ended the graceful way and started anew, and the image can’t be pulled.',
    },
    leaveOrders: {
      label: 'A stop leaves its orders open',
      help: 'Stop it then: the app lists what may still be open, with the exchange’s order ids.',
    },
    volumeFull: {
      label: 'Its volume is nearly full',
      help: 'Its next reading tells it (r reads at once), and an alert.',
    },
  } satisfies Record<BotFault, { label: string; help: string }>,
};

export const named = (faults: readonly BotFault[]): string =>
  faults.map((fault) => words.faults[fault].label).join(', ');
