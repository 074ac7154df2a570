import { Failure, type AppError } from '../../shared/errors';
import { openLog, type LogState, type LogStream } from '../cluster';
import { createSanitiser } from './sanitise';
import { noPod, terminalError } from './sentences';
import type { PodTarget, Session, Tab, TerminalsOptions } from './types';

/** How often the rows are asked for the bot's next pod while its log rests, ms. */
const LOOK_EVERY = 1_000;
/** After a failure that may pass, ms. */
const AGAIN_AFTER = 5_000;
/** Failures that waiting does not mend. */
const LASTING = ['FORBIDDEN', 'UNAUTHORIZED', 'WRONG_CLUSTER', 'INVALID'];

/** A bot's log: text and colours only, over lost connections, restarts and the bot's next pods. */
export function openLogSession(tab: Tab, options: TerminalsOptions): Session {
  const { connectionOf, findPod, clock } = options;
  const { bot, previous, tail } = tab.input;
  let target = findPod(bot);
  let stream: LogStream | null = null;
  let round = 0;
  let closed = false;
  let wake: () => void = () => {};

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  /** The pod after the one shown; the first one at first. */
  async function nextPod(shown: PodTarget | null, mine: number): Promise<PodTarget | null> {
    for (let told = false; !closed && mine === round; told = true) {
      const found = findPod(bot);
      if (found && found.podUid !== shown?.podUid) return found;
      if (!told && !shown) tab.state({ phase: 'ended', code: null, message: noPod(bot.name, 'log') });
      await sleep(LOOK_EVERY);
    }
    return null;
  }

  async function run(): Promise<void> {
    const mine = ++round;
    let shown: PodTarget | null = null;
    let lines: number | undefined = tail;
    while (!closed && mine === round) {
      const next = await nextPod(shown, mine);
      if (!next) return;
      if (shown) tab.note(`${bot.name} runs in a new pod since; its log goes on here`);
      target = next;
      const error = await follow(next, lines, mine);
      if (closed || mine !== round) return;
      if (!error) {
        if (previous) return;
        shown = next;
        lines = undefined;
        continue;
      }
      const lasting = previous || LASTING.includes(error.code);
      tab.state({ phase: 'lost', error, retryAt: lasting ? null : clock.now() + AGAIN_AFTER });
      if (lasting) return;
      await sleep(AGAIN_AFTER);
    }
  }

  /** Shows one pod's log to its end; gives why it could not. */
  async function follow(at: PodTarget, tailLines: number | undefined, mine: number): Promise<AppError | null> {
    const filter = createSanitiser();
    tab.state({ phase: 'connecting' });
    let open: LogStream | null = null;
    let stopWatch = () => {};
    try {
      const cluster = connectionOf(bot.clusterId);
      await cluster.verify(bot.clusterId);
      if (closed || mine !== round) return null;
      open = await openLog(cluster.api, {
        namespace: at.namespace,
        pod: at.podName,
        container: at.container,
        clock,
        follow: !previous,
        previous,
        tailLines,
        onState: tell,
      });
      stream = open;
      stopWatch = whenReplaced(at, open);
      for await (const chunk of open.chunks) {
        if (closed || mine !== round) return null;
        tab.data(filter.push(chunk));
        await tab.ready();
      }
      tab.data(filter.end());
      const words = open.ended?.message || 'The log ended.';
      tab.state({ phase: 'ended', code: open.ended?.code ?? null, message: words });
      return null;
    } catch (thrown) {
      if (open && thrown instanceof Failure && thrown.error.code === 'CANCELLED') return null;
      tab.data(filter.end());
      return terminalError(thrown, 'log', bot.namespace);
    } finally {
      stopWatch();
      open?.close();
      if (stream === open) stream = null;
    }
  }

  /** A StatefulSet's next pod bears the same name: the stream is ended once the rows know another uid. */
  function whenReplaced(at: PodTarget, open: LogStream): () => void {
    let cancel = clock.after(LOOK_EVERY, look);
    function look(): void {
      const found = findPod(bot);
      if (found && found.podUid !== at.podUid) open.close();
      else cancel = clock.after(LOOK_EVERY, look);
    }
    return () => cancel();
  }

  let resting = false;
  function tell(state: LogState): void {
    if (closed) return;
    if (state.phase === 'waiting') {
      if (!resting) tab.note(`${bot.name} has no running program now${state.reason ? `: ${state.reason}` : ''}`);
      resting = true;
    } else if (state.phase === 'open') resting = false;
    tab.state(state.phase === 'waiting' ? { phase: 'connecting' } : state);
  }

  void run();

  return {
    pod: () => target,
    input: () => {},
    resize: () => {},
    reconnect() {
      if (closed) return;
      stream?.close();
      wake();
      if (!stream) void run();
    },
    close() {
      closed = true;
      round++;
      stream?.close();
      wake();
    },
  };
}
