import { HOME } from '../files';
import type { Launch, Running } from '../program';
import { createBrain, type Brain } from './brain';
import { botLine, createJournal } from './journal';
import { createScreen } from './screen';
import { judgePassword, strategyText, type Verdict } from './start';

const HELP = `usage: {config,exit,help,history,start,status,stop} ...
  help      list available commands
  history   see the past performance of the current bot
  start     start the current bot
  status    get the market status of the current bot
  stop      stop the current bot
  exit      exit and cancel all outstanding orders`;
const READY_AT = 2_500;
const WINDS_DOWN = 800;
const VERSION = '2.16.0';

/** `bin/hummingbot_quickstart.py -f FILE`: the text interface on the container's terminal. It does not hear SIGTERM. */
export function startClassic(launch: Launch, file: string): Running {
  const { world, namespace, pod, files, journal, startedAt, exit } = launch;
  const { pace } = world;
  const faults = () => world.faults.of(`${namespace}/${pod.replace(/-\d+$/, '')}`);
  const stem = file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  const born = pace.inside(startedAt);
  const screen = createScreen(`Version: ${VERSION} | Strategy: | Strategy File: ${file}`);
  const logFile = createJournal();
  let brain: Brain | null = null;
  let verdict: Verdict | null = null;
  let ended = false;
  let loaded = false;
  let interrupted = -Infinity;
  let ticking = false;

  const say = (at: number, logger: string, level: string, message: string) => {
    const time = pace.outside(at);
    logFile.write(time, botLine(time, logger, level, message));
    if (level !== 'EVENT_LOG')
      screen.note(`${new Date(time).toISOString().slice(11, 19)} - ${logger.split('.').pop()} - ${message}`);
  };
  const text = strategyText(launch, file);
  const now = () => world.agenda.now();
  const later = (ms: number, run: () => void) => world.agenda.after(Math.max(0, ms), () => !ended && run());
  const at = (age: number, run: () => void) => later(pace.outside(born + age) - now(), run);
  function end(code: number, words: string, reason?: string): void {
    if (ended) return;
    if (words) journal.write(now(), words);
    ended = true;
    exit(code, reason);
  }

  function begin(inside: number): void {
    if (brain?.running()) return screen.say('The bot is already running - please run "stop" first');
    brain = createBrain(launch, stem, text ?? '', say);
    const { config } = brain;
    screen.title = `Version: ${VERSION} | Strategy: ${config.strategy} | Strategy File: ${file}`;
    if (config.market.endsWith('_PaperTrade'))
      screen.say('\nPaper Trading Active: All orders are simulated and no real orders are placed.');
    brain.start(inside);
    screen.say(`\nStatus check complete. Strategy '${config.strategy}' started successfully.`);
  }
  function proceed(time: number): void {
    if (ended || loaded || !verdict?.ok || pace.inside(time) - born < READY_AT) return;
    loaded = true;
    screen.say(
      [
        '',
        '  Welcome to Hummingbot',
        `  Version ${VERSION}, practice`,
        '',
        "  Type 'help' for the list of commands",
        '',
      ].join('\n'),
    );
    try {
      begin(born + READY_AT);
    } catch (thrown) {
      end(1, `Error loading strategy config file: ${thrown instanceof Error ? thrown.message.split('\n')[0] : ''}`);
    }
  }
  function catchUp(time: number): void {
    if (ended) return;
    proceed(time);
    brain?.advance(pace.inside(time));
  }
  /** The screen is only kept moving while someone looks at it. */
  function show(): void {
    if (ended || screen.viewers() === 0) return void (ticking = false);
    ticking = true;
    catchUp(now());
    const seconds = Math.round((now() - startedAt) / 1000);
    const clock = [3600, 60, 1]
      .map((unit, index) =>
        String(index === 0 ? Math.floor(seconds / unit) : Math.floor(seconds / unit) % 60).padStart(2, '0'),
      )
      .join(':');
    screen.footer = `Trades: ${brain?.fills() ?? 0}, Total P&L: 0.00, Return %: 0.00 | CPU: 2.0%, Mem: 313.00 MB, Threads: 1 | Duration: ${clock}`;
    screen.draw();
    later(1_000, show);
  }
  function windDown(then: () => void): void {
    later(WINDS_DOWN / pace.speed(), () => {
      catchUp(now());
      brain?.stop(pace.inside(now()), !!faults().leaveOrders);
      then();
      screen.draw();
    });
  }

  function command(line: string): void {
    catchUp(now());
    screen.say(`\n>>>  ${line}`);
    const word = line.split(' ')[0] ?? '';
    if (word === 'stop') {
      screen.say('\nWinding down...');
      windDown(() =>
        screen.say(
          faults().leaveOrders
            ? 'Failed to cancel all outstanding orders: the exchange did not answer.'
            : 'Hummingbot stopped.',
        ),
      );
    } else if (word === 'start') begin(pace.inside(now()));
    else if (word === 'status')
      screen.say(
        brain?.formatStatus(pace.inside(now())) ??
          'No strategy definition found.\n  - Strategy check: Please import or create a strategy.',
      );
    else if (word === 'history')
      screen.say(brain?.fills() ? `\n  Trades: ${brain.fills()}` : '\n  No past trades to report.');
    else if (word === 'exit') {
      screen.say('Winding down notifiers...');
      windDown(() => end(0, ''));
    } else if (word === 'help') screen.say(HELP);
    else if (word)
      screen.say(`argument : invalid choice: '${word}' (choose from config, exit, help, history, start, status, stop)`);
  }
  function type(data: string): void {
    for (const char of data.replace(/\x1b\[20[01]~/g, '')) {
      if (char === '\r' || char === '\n') {
        const line = screen.typed.trim();
        screen.typed = '';
        if (line) command(line);
      } else if (char === '\x7f' || char === '\b') screen.typed = screen.typed.slice(0, -1);
      else if (char === '\x03') {
        // Twice ends the program, once does nothing.
        if (now() - interrupted < 2_000) {
          screen.say('\n[Double CTRL + C] keyboard exit');
          windDown(() => end(0, ''));
        }
        interrupted = now();
      } else if (char === '\x13') command('status');
      else if (char === '\x0c') screen.redraw();
      else if (char >= ' ') screen.typed += char;
    }
    screen.draw();
  }

  function judged(given: Verdict): void {
    verdict = given;
    if (given.ok) {
      if (!launch.settled) at(READY_AT, () => proceed(now()));
    } else if (given.words === 'no password verification')
      at(1_500, () =>
        end(1, `FileNotFoundError: [Errno 2] No such file or directory: '${HOME}/conf/.password_verification'`),
      );
    // The classic start says so and ends as if all were well.
    else at(1_500, () => end(0, 'Invalid password.'));
  }
  if (text === null) at(1_500, () => end(1, `Strategy config file not found: ${HOME}/conf/strategies/${file}`));
  else {
    const given = judgePassword(launch, false);
    if (given instanceof Promise) void given.then(judged);
    else judged(given);
  }
  if (faults().crash) at(8_000, () => end(1, 'RuntimeError: made to crash for practice'));
  if (faults().memory) at(10_000, () => end(137, '', 'OOMKilled'));
  files.write(`${HOME}/logs/logs_${stem}.log`, {
    at: startedAt,
    text: () => {
      catchUp(now());
      return logFile
        .lines()
        .map((line) => `${line.text}\n`)
        .join('');
    },
  });

  return {
    cmdline: `python3 bin/hummingbot_quickstart.py -f ${file} `,
    catchUp,
    hearsTerm: () => false,
    term: () => undefined,
    kill(time) {
      catchUp(time);
      ended = true;
    },
    screen: {
      attach(viewer) {
        const leave = screen.attach(viewer);
        if (!ticking) show();
        return leave;
      },
      type,
      resize: (cols, rows) => screen.resize(cols, rows),
    },
  };
}
