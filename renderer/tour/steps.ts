import type { OperationInfo } from '../../shared/bots';
import type { BotRow } from '../../shared/rows';
import type { TerminalKind } from '../../shared/terminals';
import type { Screen } from '../state/app.svelte';
import type { Seen } from './seen';

export interface Step {
  id: string;
  title: string;
  /** Between backticks stands what is typed. */
  words: string;
  /** Where it can be done; the first is where "Show me" leads. */
  screens: readonly [Screen, ...Screen[]];
  /** CSS selectors of what to point at, best first: the first that can be seen is taken. */
  points: (seen: Seen) => string[];
  /** Whether the trader has done it. `start`: what was seen when the step came up. */
  done: (now: Seen, start: Seen) => boolean;
}

const rowOf = (bot: BotRow | undefined) => (bot ? [`[data-row=${JSON.stringify(bot.id)}]`] : []);
const first = (seen: Seen, fits: (bot: BotRow) => boolean) => seen.rows.find(fits);
const runs = (bot: BotRow) => bot.state === 'running';
const classic = (bot: BotRow) => runs(bot) && bot.run === 'classic';

/** The bot that is picked, where it fits, else the first that does. */
const row = (fits: (bot: BotRow) => boolean) => (seen: Seen) =>
  rowOf(seen.bot && fits(seen.bot) ? seen.bot : first(seen, fits));

/** The bot the tour has deployed, as long as it is there; else one that runs. */
function own(seen: Seen): BotRow | undefined {
  const made = seen.operations.find((operation) => operation.kind === 'deploy')?.bot;
  const mine = made && first(seen, (bot) => bot.namespace === made.namespace && bot.name === made.name);
  return mine ?? first(seen, runs);
}

/** First the bot, then the button of its page. */
function button(action: string, fits: (bot: BotRow) => boolean, usual: (seen: Seen) => BotRow | undefined) {
  return (seen: Seen): string[] => {
    const picked = seen.bot && fits(seen.bot);
    return [...(picked ? [`[data-act="${action}"]`] : []), ...rowOf(picked ? seen.bot : usual(seen))];
  };
}

const ended = (seen: Seen, kind: OperationInfo['kind']) =>
  seen.operations.filter((operation) => operation.kind === kind && operation.outcome === 'done');
const isNew = (now: readonly OperationInfo[], before: readonly OperationInfo[]) =>
  now.some(({ id }) => !before.some((old) => old.id === id));
const open = (kind: TerminalKind) => (now: Seen) => now.terminals.includes(kind);
const versions = (bot: BotRow) => `${bot.configName} ${bot.pendingConfig}`;

/** The main job, in its order. `test/tour/steps.mjs` holds one action for each id. */
export const steps: readonly Step[] = [
  {
    id: 'fleet',
    title: 'A living fleet',
    words:
      'Each row is a bot: what it trades, how it is, and since when. Here all is simulated. Click one that is running.',
    screens: ['fleet', 'bot'],
    points: row(runs),
    done: ({ bot }) => bot?.state === 'running',
  },
  {
    id: 'trouble',
    title: 'A bot in trouble',
    words: 'A triangle marks trouble. Click such a bot: beside the grid stands what is wrong and what to do about it.',
    screens: ['fleet', 'bot'],
    points: row((bot) => bot.state === 'trouble'),
    done: ({ bot }) => bot?.state === 'trouble',
  },
  {
    id: 'deploy',
    title: 'Deploy a bot',
    words:
      'Open the form by the plus on the left. Give the bot a name and a password, look that the practice cluster is chosen, and press Deploy.',
    screens: ['deploy'],
    points: ({ screen }) => [screen === 'deploy' ? '[data-tour="deploy"]' : '[data-tour="to-deploy"]'],
    done: (now, start) => {
      const deploys = (seen: Seen) => seen.operations.filter((operation) => operation.kind === 'deploy');
      return isNew(deploys(now), deploys(start));
    },
  },
  {
    id: 'watch',
    title: 'Watch it start',
    words: 'Every step is shown until the bot really trades. If something stops it, it says what, and how to mend it.',
    screens: ['deploy', 'fleet', 'bot'],
    points: () => ['[data-tour="progress"]', '[data-tour="operations"]'],
    done: ({ operations }) => operations.find((operation) => operation.kind === 'deploy')?.outcome === 'done',
  },
  {
    id: 'log',
    title: 'Read its log',
    words: 'Select the bot in the fleet and press `l`. Each order it places, changes and cancels comes by.',
    screens: ['fleet', 'bot'],
    points: button('log', runs, own),
    done: open('log'),
  },
  {
    id: 'screen',
    title: "A classic bot's own screen",
    words:
      'btc-usdt-classic runs with Hummingbot’s own screen. Select it and press `a`. Closing the tab never stops it.',
    screens: ['fleet', 'bot'],
    points: button('screen', classic, (seen) => first(seen, classic)),
    done: open('screen'),
  },
  {
    id: 'shell',
    title: 'Open a shell',
    words: 'Select your bot and press `s`: a shell beside it, for who wants to look closer. Try `ls conf/strategies`',
    screens: ['fleet', 'bot'],
    points: button('shell', runs, own),
    done: open('shell'),
  },
  {
    id: 'edit',
    title: 'Edit its configuration',
    words:
      'Select your bot and press `e`, change a value in the strategy file and save. Nothing restarts but by you: it trades on with the old one until then.',
    screens: ['fleet', 'bot', 'editor'],
    points: (seen) => (seen.screen === 'editor' ? ['[data-tour="save"]'] : button('edit', runs, own)(seen)),
    done: (now, start) =>
      now.rows.some((bot) => start.rows.some((old) => old.uid === bot.uid && versions(old) !== versions(bot))),
  },
  {
    id: 'break',
    title: 'Break it',
    words:
      'Select your bot, press “Break on purpose…” and let its password be wrong. Soon its page says in words what is wrong, as it would of a real bot.',
    screens: ['fleet', 'bot'],
    points: (seen) => [...(seen.bot ? ['[data-tour="break"]'] : []), ...rowOf(own(seen))],
    done: ({ rows, broken }) => rows.some((bot) => bot.state === 'trouble' && broken.includes(bot.uid)),
  },
  {
    id: 'mend',
    title: 'Mend it',
    words: 'Press “Break on purpose…” again and then “Mend this bot”. It starts anew and trades on.',
    screens: ['fleet', 'bot'],
    points: (seen) => [
      ...(seen.bot && seen.broken.includes(seen.bot.uid) ? ['[data-tour="break"]'] : []),
      ...rowOf(first(seen, (bot) => seen.broken.includes(bot.uid)) ?? own(seen)),
    ],
    done: (now, start) =>
      now.rows.some((bot) => runs(bot) && start.broken.includes(bot.uid) && !now.broken.includes(bot.uid)),
  },
  {
    id: 'stop',
    title: 'Stop it',
    words: 'Select your bot and press Stop. It cancels its orders first, and you are told whether any may be left.',
    screens: ['fleet', 'bot'],
    points: (seen) => {
      const begun = seen.operations.some((operation) => operation.kind === 'stop');
      return [...(begun ? ['[data-tour="operations"]'] : []), ...button('stop', runs, own)(seen)];
    },
    done: (now, start) => isNew(ended(now, 'stop'), ended(start, 'stop')),
  },
];
