import { Failure, type AppError } from '../../shared/errors';
import { openLog, PODS, type LogState, type LogStream } from '../cluster';
import { createSanitiser } from './sanitise';
import { noPod, terminalError } from './sentences';
import type { PodTarget, Session, Tab, TerminalCluster, TerminalsOptions } from './types';

/** How often the rows are asked for the bot's next pod, ms. */
const LOOK_EVERY = 1_000;
/** After a failure that may pass, ms. */
const AGAIN_AFTER = 5_000;
/** A stream of a pod that was replaced gets this long without a word before it is given up, ms. */
const LAST_WORDS = 3_000;
/** Failures that waiting does not mend. */
const LASTING = ['FORBIDDEN', 'UNAUTHORIZED', 'WRONG_CLUSTER', 'INVALID'];

/**
 * A bot's log: text and colours only. `openLog` carries it over lost connections and restarts of the container, this over
 * the bot's next pods. The pods are told apart by uid: a StatefulSet gives each the same name.
 */
export function openLogSession(tab: Tab, options: TerminalsOptions): Session {
  const { connectionOf, findPod, clock } = options;
  const { bot, previous, tail } = tab.input;
  let target = findPod(bot);
  let stream: LogStream | null = null;
  let running = false;
  let closed = false;
  let resting = false;
  let wake: () => void = () => {};

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  async function nextPod(shown: string): Promise<PodTarget | null> {
    for (let told = false; !closed; told = true) {
      const found = findPod(bot);
      if (found && found.podUid !== shown) return found;
      if (!told && !shown) tab.state({ phase: 'ended', code: null, message: noPod(bot.name, 'log') });
      await sleep(LOOK_EVERY);
    }
    return null;
  }

  async function run(): Promise<void> {
    running = true;
    let shown = '';
    let lines: number | undefined = tail;
    while (!closed) {
      const next = await nextPod(shown);
      if (!next) break;
      if (shown) tab.note(`${bot.name} runs in a new pod since; its log goes on here`);
      target = next;
      const error = await follow(next, lines);
      if (closed) break;
      if (!error) {
        if (previous) break;
        shown = target.podUid;
        lines = undefined;
        continue;
      }
      const lasting = LASTING.includes(error.code) || (previous && error.code === 'NOT_FOUND');
      tab.state({ phase: 'lost', error, retryAt: lasting ? null : clock.now() + AGAIN_AFTER });
      if (lasting) break;
      await sleep(AGAIN_AFTER);
    }
    running = false;
  }

  /** Rows may be a moment behind: the pod's own word counts, where it may be read. */
  async function pin(cluster: TerminalCluster, at: PodTarget): Promise<void> {
    const pod = await cluster.api.get(PODS, at.namespace, at.podName).catch((thrown: unknown) => {
      if (thrown instanceof Failure && thrown.error.code === 'FORBIDDEN') return null;
      throw thrown;
    });
    if (pod) target = { ...at, podUid: pod.metadata.uid };
  }

  /** Shows one pod's log to its end; gives why it could not. */
  async function follow(at: PodTarget, tailLines: number | undefined): Promise<AppError | null> {
    const filter = createSanitiser();
    const place = { namespace: at.namespace, pod: at.podName, container: at.container };
    tab.state({ phase: 'connecting' });
    try {
      const cluster = connectionOf(bot.clusterId, bot.namespace);
      await cluster.verify(bot.clusterId);
      await pin(cluster, at);
      if (closed) return null;
      const open = openLog(cluster.api, { ...place, clock, follow: !previous, previous, tailLines, onState: tell });
      stream = open;
      await pump(open, filter.push);
      tab.data(filter.end());
      if (open.ended) tab.state({ phase: 'ended', code: open.ended.code, message: ending(open.ended.message) });
      return null;
    } catch (thrown) {
      tab.data(filter.end());
      return terminalError(thrown, 'log', bot.namespace);
    } finally {
      stream?.close();
      stream = null;
    }
  }

  async function pump(open: LogStream, filter: (bytes: Uint8Array) => Uint8Array): Promise<void> {
    let heardAt = clock.now();
    const look = () => {
      const found = findPod(bot);
      const replaced = found !== null && found.podUid !== target?.podUid;
      if (replaced && clock.now() - heardAt > LAST_WORDS) open.close();
      cancel = clock.after(LOOK_EVERY, look);
    };
    let cancel = clock.after(LOOK_EVERY, look);
    try {
      for await (const chunk of open.chunks) {
        if (closed) return;
        tab.data(filter(chunk));
        await tab.ready();
        heardAt = clock.now();
      }
    } finally {
      cancel();
    }
  }

  const ending = (words: string) => {
    if (previous) return words || 'This is the whole log of the run before.';
    return `${words || 'The log ended.'} It goes on here when ${bot.name} starts again.`;
  };

  function tell(state: LogState): void {
    if (closed) return;
    if (state.phase === 'waiting') {
      if (!resting) tab.note(`${bot.name} has no running program now${state.reason ? `: ${state.reason}` : ''}`);
      resting = true;
      tab.state({ phase: 'connecting' });
      return;
    }
    if (state.phase === 'open') resting = false;
    tab.state(state);
  }

  void run();

  return {
    pod: () => target,
    input: () => {},
    resize: () => {},
    reconnect() {
      wake();
      if (!running && !closed) void run();
    },
    close() {
      closed = true;
      stream?.close();
      wake();
    },
  };
}
