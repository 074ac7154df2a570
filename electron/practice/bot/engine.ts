import { fixed, HOME } from '../files';
import { lineOf, type Launch, type Running } from '../program';
import { createBrain, type Brain } from './brain';
import { botLine, createJournal } from './journal';
import { judgePassword, strategyText, type Verdict } from './start';

/** Simulated ms after the process' start, as the real 2.16 takes. */
const UNLOCKED_AT = 2_000;
const STRATEGY_AT = 4_000;
const SIGNALS_AT = 5_000;
const STOP_TAKES = 1_500;

/** `hbot start FILE --foreground`: silent but for its errors, with its log in a file that the app's start command tails into the container's. */
export function startEngine(launch: Launch, file: string): Running {
  const { world, namespace, pod, files, journal, startedAt, exit } = launch;
  const { pace } = world;
  const faults = () => world.faults.of(`${namespace}/${pod.replace(/-\d+$/, '')}`);
  const stem = file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  const born = pace.inside(startedAt);
  const tailed = lineOf(launch.container).includes(`logs/logs_${stem}.log`);
  const logFile = createJournal();
  let brain: Brain | null = null;
  let verdict: Verdict | null = null;
  let ended = false;
  let stopping = false;
  let asked = 0;

  const say = (at: number, logger: string, level: string, message: string) => {
    const time = pace.outside(at);
    const line = botLine(time, logger, level, message);
    logFile.write(time, line);
    if (tailed) journal.write(time, line);
  };
  const text = strategyText(launch, file);
  const age = (now: number) => pace.inside(now) - born;
  /** Runs at a simulated age, on a timer of its own. */
  const at = (when: number, run: () => void) =>
    world.agenda.after(Math.max(0, pace.outside(born + when) - world.agenda.now()), () => !ended && run());
  function end(code: number, words: string, reason?: string): void {
    if (ended) return;
    if (words) journal.write(world.agenda.now(), words);
    ended = true;
    exit(code, reason);
  }

  let loaded = false;
  /** Goes through the start as far as time and the password have come. */
  function proceed(now: number): void {
    if (ended || !verdict?.ok || loaded || age(now) < STRATEGY_AT) return;
    loaded = true;
    say(born + 2_500, 'hummingbot.client.runner', 'INFO', `Starting regular strategy: ${stem}`);
    try {
      brain = createBrain(launch, stem, text ?? '', say);
    } catch (thrown) {
      const words = thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown);
      say(born + STRATEGY_AT, 'root', 'ERROR', `Error loading strategy config file: ${words}`);
      say(born + STRATEGY_AT, 'root', 'ERROR', 'Failed to load strategy. Exiting.');
      return end(1, '');
    }
    brain.start(born + STRATEGY_AT);
  }
  function catchUp(now: number): void {
    if (ended) return;
    proceed(now);
    if (!stopping) brain?.advance(pace.inside(now));
  }

  function judged(given: Verdict): void {
    verdict = given;
    if (given.ok) {
      if (!launch.settled) at(STRATEGY_AT, () => proceed(world.agenda.now()));
      return;
    }
    at(UNLOCKED_AT, () => end(given.code, `Error: ${given.words} (code ${given.code})`));
  }
  if (text === null) at(300, () => end(2, `Error: config file not found: ${file} (code 2)`));
  else {
    const given = judgePassword(launch, true);
    if (given instanceof Promise) void given.then(judged);
    else judged(given);
  }
  if (faults().crash)
    at(8_000, () => {
      catchUp(world.agenda.now());
      say(
        pace.inside(world.agenda.now()),
        'root',
        'ERROR',
        'Engine crashed.\nTraceback (most recent call last):\n  File "engine.py", line 1, in run_engine\nRuntimeError: made to crash for practice',
      );
      end(1, '');
    });
  if (faults().memory) at(10_000, () => end(137, '', 'OOMKilled'));

  files.write(`${HOME}/logs/logs_${stem}.log`, {
    at: startedAt,
    text: () => {
      catchUp(world.agenda.now());
      return logFile
        .lines()
        .map((line) => `${line.text}\n`)
        .join('');
    },
  });
  files.write(`${HOME}/data/bot/bot.pid`, fixed('1', startedAt));

  return {
    cmdline: `python3 -m hummingbot.cli.engine --name ${stem} --config ${file} `,
    catchUp,
    hearsTerm: (now) => {
      catchUp(now);
      return brain !== null && age(now) >= SIGNALS_AT;
    },
    term(now) {
      if (ended || stopping || !this.hearsTerm(now)) return;
      stopping = true;
      say(pace.inside(now), 'root', 'INFO', 'Stop requested — winding down strategy and cancelling orders.');
      world.agenda.after(STOP_TAKES / pace.speed(), () => {
        if (ended) return;
        const inside = pace.inside(world.agenda.now());
        brain?.stop(inside, !!faults().leaveOrders);
        say(inside, 'hummingbot.core.trading_core', 'INFO', 'Trading core shutdown complete');
        end(0, '');
      });
    },
    kill(now) {
      catchUp(now);
      ended = true;
    },
    reading(now) {
      catchUp(now);
      if (!brain || age(now) < SIGNALS_AT) return { kind: 'starting' };
      const inside = pace.inside(now);
      const status = {
        name: stem,
        pid: 1,
        running: true,
        updated_at: now / 1000 + ++asked / 1e6,
        engine: brain.engine(inside),
        format_status: brain.formatStatus(inside),
        balances: brain.balances(),
      };
      const json = JSON.stringify(status, null, 2);
      files.write(`${HOME}/data/bot/status.json`, fixed(json, now));
      return { kind: 'status', text: json };
    },
  };
}
