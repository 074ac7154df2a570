import { Failure } from '../../shared/errors';
import { openAttach } from '../cluster';
import type { Pod } from '../cluster/objects';
import type { Clock } from '../cluster/types';
import type { Task } from './run';
import { createScreenText, readStopAnswer } from './screen';
import type { Site } from './site';
import { short } from './text';

/** Size asked for: one column of text, without the log pane beside it, and long enough to hold the answer. */
const COLS = 98;
const ROWS = 50;
/** Backspaces: what someone else left on the input line would make another word of it. */
const ERASE = '\x7f'.repeat(80);
/** How long the screen may take to show itself, and to answer, in ms. */
const PAINT = 1_500;
const ANSWER = 60_000;

export interface ClassicOptions {
  task: Task;
  site: Site;
  pod: Pod;
  container: string;
  clock: Clock;
}

/**
 * Types `stop` on a classic bot's screen and waits for its answer: it ignores the signal that ends a container, so its orders are cancelled
 * this way or not at all. Never types `exit`: Kubernetes would start it again, trading.
 * @returns how it answered, to follow "is stopped:". @throws Failure TIMEOUT when it does not answer: nothing else was done
 */
export async function stopClassic({ task, site, pod, container, clock }: ClassicOptions): Promise<string> {
  task.step('screen', 'running', 'Opening its screen');
  const spec = pod.spec.containers.find((one) => one.name === container);
  if (!spec?.tty || !spec.stdin) throw noAnswer(task, pod, 'Its container has no screen to type on.');
  const at = { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, container };
  const program = await openAttach(site.api, {
    ...at,
    clock,
    tty: true,
    stdin: true,
    cols: COLS,
    rows: ROWS,
    signal: task.signal,
  });
  const screen = createScreenText(COLS, ROWS);
  let ended = false;
  program.onData((data) => screen.write(data));
  program.onEnd(() => (ended = true));
  try {
    await task.sleep(PAINT);
    task.step('screen', 'running', '“stop” is typed');
    program.write(Buffer.from(`${ERASE}stop\r`));
    const until = clock.now() + ANSWER;
    for (let round = 1; clock.now() < until && !ended; round++) {
      await task.sleep(500);
      const answer = readStopAnswer(screen.rows());
      if (answer.kind === 'stopped') {
        task.step('screen', 'done', 'It answered that it has stopped and cancelled its orders');
        return 'it said on its screen that it stopped and cancelled its orders';
      }
      if (answer.kind === 'not-cancelled') throw notCancelled(task, pod, answer.words);
      task.step(
        'screen',
        'running',
        answer.kind === 'working' ? 'It is cancelling its orders' : 'Waiting for its answer',
      );
      // Screens send changes only; a whole picture now and then mends what was missed.
      if (round % 6 === 0) program.redraw(COLS, ROWS);
    }
    throw noAnswer(task, pod, ended ? 'The connection to its screen was cut.' : 'It did not answer within a minute.');
  } finally {
    program.close();
  }
}

function noAnswer(task: Task, pod: Pod, why: string): Failure {
  task.offer('force');
  return new Failure({
    code: 'TIMEOUT',
    message: `${pod.metadata.labels?.['app.kubernetes.io/instance'] ?? pod.metadata.name} was not stopped: ${why} It may go on trading.`,
    hint: 'Open its screen and look: type “stop” there and wait for its word, then stop it again. By force it is ended without its word; its open orders then stay on the exchange.',
  });
}

function notCancelled(task: Task, pod: Pod, words: string): Failure {
  task.offer('force');
  return new Failure({
    code: 'SERVER',
    message: `${pod.metadata.name} stopped its strategy, but could not cancel all orders. It was left running.`,
    hint: 'Cancel the orders below on the exchange, then stop it again, or end it by force.',
    cause: short(words, 1000),
  });
}
