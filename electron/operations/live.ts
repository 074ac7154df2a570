import { Failure, type AppError } from '../../shared/errors';
import { recognise } from '../bot/recognise';
import { PERSISTENT_VOLUME_CLAIMS } from '../cluster';
import type { Event, Pod, StatefulSet } from '../cluster/objects';
import type { Clock } from '../cluster/types';
import { since } from './events';
import { eventsOf, logTail, podOfBot } from './pods';
import { progressOf, type StartStep, type Trouble } from './progress';
import type { Claim } from './resources';
import type { Task } from './run';
import { isLineTrouble, orNull, type Site } from './site';
import { createTradeCheck, type Finding } from './trade';

/** Pace of looking at the API server, ms. */
const LOOK = 1_500;

export const LIVE_STEPS: { key: StartStep | 'trade'; title: string }[] = [
  { key: 'volume', title: 'Volume is there' },
  { key: 'place', title: 'A node takes the bot' },
  { key: 'image', title: 'Hummingbot is fetched' },
  { key: 'conf', title: 'Files are laid out' },
  { key: 'run', title: 'Hummingbot runs' },
  { key: 'trade', title: 'The strategy trades' },
];

/** Events of the workload, its pod and its claim. */
async function startEvents(site: Site, workload: StatefulSet, pod: Pod | null, claim: Claim | null): Promise<Event[]> {
  return eventsOf(site, workload.metadata.namespace ?? '', [
    workload.metadata.uid,
    pod?.metadata.uid,
    claim?.metadata.uid,
  ]);
}

export interface LiveOptions {
  task: Task;
  site: Site;
  clock: Clock;
  /** The workload as it is now. @throws Failure when it is gone or another. */
  workload(): Promise<StatefulSet>;
  /** Events from before this start. */
  before?: Event[];
}

/** Events that stand before a start, so that an earlier one's troubles are not taken for new. */
export async function eventsBefore(site: Site, workload: StatefulSet): Promise<Event[]> {
  return startEvents(site, workload, null, (await claimOf(site, workload).catch(() => null)) ?? null);
}

/**
 * Tells each step of a starting bot until it really trades, by the health rule. As long as it gets on, nothing is cut short by a time-out.
 * @returns the sentence of the result. @throws Failure why it does not trade and what to do; CANCELLED
 */
export async function watchStart(options: LiveOptions): Promise<string> {
  const { task, site, clock } = options;
  let standing = { key: '', at: 0 };
  let silentSince: number | null = null;
  let events: Event[] = [];
  let lookedAtEvents = -Infinity;
  const trade = createTradeCheck(task, site, clock);

  async function look(): Promise<Finding> {
    const workload = await options.workload();
    const pod = await podOfBot(site, workload);
    const claim = await claimOf(site, workload);
    const container = recognise(workload)?.container ?? '';
    const view = { workload, pod, claim, events, container, clusterName: site.name };
    let progress = progressOf(view);
    if (!progress.running && clock.now() - lookedAtEvents > 2 * LOOK) {
      events = since(await startEvents(site, workload, pod, claim ?? null), options.before ?? []);
      lookedAtEvents = clock.now();
      progress = progressOf({ ...view, events });
    }
    silentSince = null;
    for (const [key, { state, detail }] of Object.entries(progress.steps)) task.step(key, state, detail);
    const { trouble } = progress;
    const key = trouble ? `${trouble.step} ${trouble.error.message}` : '';
    if (standing.key !== key) standing = { key, at: clock.now() };
    if (trouble && clock.now() - standing.at >= trouble.patience)
      return { kind: 'failed', error: await withLog(site, pod, trouble) };
    return progress.running && pod ? trade(workload, pod, container) : { kind: 'wait' };
  }

  /** A lost line is no news of the bot: say so and look again. */
  function silence(thrown: unknown): Finding {
    if (!isLineTrouble(thrown)) throw thrown;
    silentSince ??= clock.now();
    const seconds = Math.round((clock.now() - silentSince) / 1000);
    const running = task.info.steps.find((step) => step.state === 'running');
    const words = `${site.name} has not answered for ${seconds} s; the bot goes on by itself`;
    if (running) task.step(running.key, 'running', words);
    return { kind: 'wait' };
  }

  for (;;) {
    const finding = await look().catch(silence);
    if (finding.kind === 'done') return finding.message;
    if (finding.kind === 'failed') throw new Failure(finding.error);
    await task.sleep(LOOK);
  }
}

/** Claim of the bot's data; undefined: it has none. null: not there, or not to be seen. */
export async function claimOf(site: Site, workload: StatefulSet): Promise<Claim | null | undefined> {
  const volume = workload.spec.template.spec.volumes?.find((one) => one.persistentVolumeClaim);
  if (!volume) return undefined;
  const { namespace = '' } = workload.metadata;
  const name = volume.persistentVolumeClaim!.claimName;
  return orNull(site.api.get<Claim>(PERSISTENT_VOLUME_CLAIMS, namespace, name), 'FORBIDDEN');
}

/** The trouble with the last words of the container's log. */
async function withLog(site: Site, pod: Pod | null, { error, log }: Trouble): Promise<AppError> {
  if (!pod || !log) return error;
  const words = (await logTail(site, pod, log.container, { previous: log.previous, lines: 15 })) ?? '';
  return words ? { ...error, cause: words.slice(-3000) } : error;
}
