import { Failure, type AppError } from '../../shared/errors';
import { openAttach, openExec, PODS, type Pod, type Program } from '../cluster';
import type { Api } from '../cluster/types';
import { noPod, noScreen, notRunning, terminalError } from './sentences';
import { hangUp, shellCommand } from './shell';
import type { PodTarget, Session, Tab, TerminalsOptions } from './types';

const encoder = new TextEncoder();

/** A bot's screen (attach) or a shell beside it (exec). Closing detaches: nothing is ever typed for the trader. */
export function openProgramSession(tab: Tab, options: TerminalsOptions): Session {
  const { connectionOf, findPod, clock } = options;
  const { bot, kind } = tab.input;
  let { cols, rows } = tab.input;
  let program: Program | null = null;
  let target = findPod(bot);
  let left: { api: Api; target: PodTarget } | null = null;
  let control: AbortController | null = null;
  let attempt = 0;
  let closed = false;

  tab.onPace(
    () => program?.pause(),
    () => program?.resume(),
  );

  function lost(error: AppError): void {
    program = null;
    tab.state({ phase: 'lost', error, retryAt: null });
  }
  function ended(code: number | null, message: string): void {
    program = null;
    tab.state({ phase: 'ended', code, message });
  }

  async function connect(): Promise<void> {
    const mine = ++attempt;
    control?.abort();
    control = new AbortController();
    const { signal } = control;
    const current = () => !closed && mine === attempt;
    tab.state({ phase: 'connecting' });
    try {
      const cluster = connectionOf(bot.clusterId, bot.namespace);
      await cluster.verify(bot.clusterId);
      if (left) await hangUpLeft();
      const next = findPod(bot);
      if (!current()) return;
      if (!next) return ended(null, noPod(bot.name, kind));
      const pod = await cluster.api.get<Pod>(PODS, next.namespace, next.podName, { signal });
      if (!current()) return;
      if (target && target.podUid !== pod.metadata.uid) tab.note(`${bot.name} runs in a new pod since`);
      target = { ...next, podUid: pod.metadata.uid };
      const obstacle =
        (kind === 'screen' && noScreen(pod, next.container, bot.name)) || notRunning(pod, next.container, bot.name);
      if (obstacle) return ended(null, obstacle);
      const opened = await open(cluster.api, target, pod, signal);
      if (!current()) return opened.close();
      attend(opened, mine);
    } catch (thrown) {
      if (current()) lost(terminalError(thrown, kind, bot.namespace));
    }
  }

  function open(api: Api, at: PodTarget, pod: Pod, signal: AbortSignal): Promise<Program> {
    const place = { namespace: at.namespace, pod: at.podName, container: at.container };
    if (kind === 'shell') {
      left = { api, target: at };
      return openExec(api, {
        ...place,
        clock,
        command: shellCommand(tab.id),
        tty: true,
        stdin: true,
        cols,
        rows,
        signal,
      });
    }
    const spec = pod.spec.containers.find((one) => one.name === at.container) as {
      stdin?: boolean;
      stdinOnce?: boolean;
    };
    // With `stdinOnce` a viewer that leaves ends the program's input for good: then only watch.
    const stdin = !!spec.stdin && !spec.stdinOnce;
    if (!stdin) tab.note('This container takes no input: the screen can only be watched');
    return openAttach(api, { ...place, clock, tty: true, stdin, cols, rows, signal });
  }

  function attend(opened: Program, mine: number): void {
    program = opened;
    tab.state({ phase: 'open' });
    opened.onData((data) => {
      if (!closed && mine === attempt) tab.data(data);
    });
    opened.onEnd(({ code, error }) => {
      if (closed || mine !== attempt) return;
      if (error) return lost(terminalError(new Failure(error), kind, bot.namespace));
      if (kind === 'shell') {
        left = null;
        ended(code, code ? `The shell ended with code ${code}.` : 'The shell ended.');
      } else ended(null, `${bot.name}’s program ended or its container was stopped.`);
    });
    void tab.ready().then(() => program === opened && opened.resume());
  }

  async function hangUpLeft(): Promise<void> {
    const leaving = left;
    left = null;
    if (leaving) await hangUp(leaving.api, clock, leaving.target, tab.id);
  }

  void connect();

  return {
    pod: () => target,
    input: (data) => program?.write(encoder.encode(data)),
    resize(nextCols, nextRows) {
      [cols, rows] = [nextCols, nextRows];
      program?.resize(cols, rows);
    },
    reconnect() {
      if (!program && !closed) void connect();
    },
    close() {
      closed = true;
      control?.abort();
      program?.close();
      program = null;
      return hangUpLeft().catch(() => undefined);
    },
  };
}
