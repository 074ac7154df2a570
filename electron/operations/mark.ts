import type { BotRef, OperationKind, OperationMark } from '../../shared/rows';
import { Failure } from '../../shared/errors';
import { DOING, isOurs, otherThan, whoDoesWhat, type Me } from '../../shared/marks';
import { ANNOTATION } from '../bot/format';
import type { StatefulSet } from '../cluster/objects';
import type { Clock } from '../cluster/types';
import { STATEFUL_SETS } from '../cluster';
import { pause } from './run';
import { codeOf, isLineTrouble, workloadOf, type Site } from './site';
import { short } from './text';

/** How long a mark is good for without a new word of its holder, and how often the holder renews it, in ms. */
export const MARK_LIFE = 60_000;
export const MARK_RENEWAL = 20_000;
/** A mark that claims to live longer than this was written by a clock that is wrong. */
const PLAUSIBLE_LIFE = 5 * MARK_LIFE;

/** `since`: start of the operation, ms since 1970 by its holder's clock. */
export type Mark = OperationMark & { since: number };

/** The annotation's value. Anything unreadable is no mark. */
export function parseMark(text: string | undefined): Mark | null {
  if (!text) return null;
  try {
    const raw = JSON.parse(text) as Partial<Mark> | null;
    if (!raw || typeof raw.id !== 'string' || typeof raw.expiresAt !== 'number') return null;
    const { id, expiresAt } = raw;
    const since = typeof raw.since === 'number' ? raw.since : expiresAt - MARK_LIFE;
    const kind = Object.hasOwn(DOING, String(raw.kind)) ? (raw.kind as OperationKind) : 'edit';
    return {
      id,
      kind,
      holder: short(String(raw.holder ?? ''), 80),
      by: short(String(raw.by ?? ''), 80),
      step: short(String(raw.step ?? ''), 80),
      expiresAt,
      since,
    };
  } catch {
    return null;
  }
}

export type Verdict =
  /** No mark, ours, or one of ours that no one renews any more. */
  | 'free'
  /** Someone works on the bot now. */
  | 'busy'
  /** Ran out by this machine's clock; as clocks differ, look whether its holder still renews it. */
  | 'observe';

/** What a mark means to `me`. `isLive`: whether this app itself runs the operation of that id. */
export function judge(mark: Mark | null, me: Me, isLive: (id: string) => boolean, now: number): Verdict {
  if (!mark) return 'free';
  if (isLive(mark.id)) return 'busy';
  const over = mark.expiresAt <= now;
  if (isOurs(mark, me)) return over ? 'free' : mark.expiresAt - now > PLAUSIBLE_LIFE ? 'observe' : 'busy';
  return over || mark.expiresAt - now > PLAUSIBLE_LIFE ? 'observe' : 'busy';
}

const asOther = (mark: Mark, me: Me): string =>
  otherThan(mark, me).replace(/^(Another|Someone)(?= |$)/, (word) => word.toLowerCase());
/** Who does what, in which step, since when. */
export function busy(mark: Mark, bot: string, me: Me): Failure {
  // A stranger wrote it: a time that no calendar knows must not hide who works on the bot.
  const since = Math.abs(mark.since) < 8.64e15 ? new Date(mark.since).toISOString().slice(11, 19) : 'an unknown time';
  return new Failure({
    code: 'BUSY',
    message: `${whoDoesWhat(mark, bot, me)}: nothing was done.`,
    hint: `At “${mark.step}”, since ${since} UTC. Wait until it has ended; a mark that is no longer renewed runs out after a minute.`,
  });
}

export const markText = (mark: Mark): string => JSON.stringify(mark);

/** The right to change one workload, held by one operation. */
export interface MarkHandle {
  /**
   * Changes the workload, guarded: the same object, still marked by this operation, not changed in between (resourceVersion).
   * `change` gets the current object and gives the merge patch; it may be called again after a conflict. `null`: nothing to change.
   * @throws Failure BUSY when someone else took over, NOT_FOUND, WRONG_CLUSTER
   */
  patch(change: (current: StatefulSet) => PatchBody | null): Promise<StatefulSet>;
  /** The step the trader and other machines see. Never throws for line trouble. */
  step(text: string): Promise<void>;
  /** Takes the mark off; harmless when it or the workload is gone. */
  release(): Promise<void>;
  /** Ends renewing without taking the mark off: it runs out by itself and an interrupted stop is found by it. */
  abandon(): void;
}
export interface PatchBody {
  metadata?: { annotations?: Record<string, string | null>; labels?: Record<string, string | null> };
  spec?: object;
}

export interface MarkOptions {
  site: Site;
  bot: BotRef;
  id: string;
  kind: OperationKind;
  me: Me;
  step: string;
  clock: Clock;
  signal: AbortSignal;
  isLive(id: string): boolean;
  /** Said while someone else's old mark is observed. */
  onWait?(text: string): void;
  /** Someone else holds the mark now: the operation has to end. */
  onLost(failure: Failure): void;
}

/**
 * Marks the workload and keeps the mark alive until released.
 * @throws Failure BUSY with who does what since when; NOT_FOUND; WRONG_CLUSTER
 */
export async function takeMark(options: MarkOptions): Promise<MarkHandle> {
  const { site, bot, id, kind, me, clock, signal } = options;
  const isOther = (other: string) => other !== id && options.isLive(other);
  const { holder, installation: by } = me;
  const mark: Mark = { id, kind, holder, by, step: options.step, since: clock.now(), expiresAt: 0 };
  let observed: string | null = null;
  let renewal = () => {};
  let queue: Promise<unknown> = Promise.resolve();

  /** Guarded write: `mine` decides whether the current mark allows it. */
  async function write(
    change: (current: StatefulSet) => PatchBody | null,
    mine: (current: StatefulSet) => Promise<boolean> | boolean,
    until = signal,
  ): Promise<StatefulSet> {
    let conflicts = 0;
    let silences = 0;
    for (;;) {
      try {
        const current = await workloadOf(site, bot);
        if (!(await mine(current))) continue;
        const body = change(current);
        if (!body) return current;
        mark.expiresAt = clock.now() + MARK_LIFE;
        const annotations = { [ANNOTATION.operation]: markText(mark), ...body.metadata?.annotations };
        const { resourceVersion } = current.metadata;
        const metadata = { ...body.metadata, resourceVersion, annotations };
        const patch = { ...body, metadata };
        return await site.api.merge<StatefulSet>(STATEFUL_SETS, bot.namespace, bot.name, patch);
      } catch (thrown) {
        // After an answer that never came the write may or may not stand: looking again tells, and makes a repeat harmless.
        const again = codeOf(thrown) === 'CONFLICT' ? ++conflicts <= 8 : isLineTrouble(thrown) && ++silences <= 4;
        if (!again) throw thrown;
        await pause(clock, 100 + clock.random() * 200 + silences * 1500, until);
      }
    }
  }
  const current = (workload: StatefulSet) => parseMark(workload.metadata.annotations?.[ANNOTATION.operation]);

  await write(
    () => ({}),
    async (workload) => {
      // Cancelled, or the app ends, before anything was begun.
      if (signal.aborted) throw new Failure({ code: 'CANCELLED', message: 'Cancelled.' });
      const found = current(workload);
      // A deployment's workload is born with its mark.
      if (found?.id === id) return true;
      const verdict = judge(found, me, isOther, clock.now());
      if (verdict === 'busy') throw busy(found!, bot.name, me);
      if (verdict === 'free') return true;
      if (observed === markText(found!)) return true;
      if (observed !== null) throw busy(found!, bot.name, me);
      observed = markText(found!);
      options.onWait?.(`Looking whether ${asOther(found!, me)} still works on it`);
      await pause(clock, MARK_RENEWAL + 5_000, signal);
      return false;
    },
  );

  const stillMine = (workload: StatefulSet) => {
    const found = current(workload);
    if (found?.id === id) return true;
    const failure = found
      ? busy(found, bot.name, me)
      : new Failure({
          code: 'BUSY',
          message: `Someone took the mark of this operation off ${bot.name}.`,
          hint: 'Look at the bot and try again.',
        });
    options.onLost(failure);
    throw failure;
  };
  const serial = <T>(run: () => Promise<T>): Promise<T> => {
    const next = queue.then(run, run);
    queue = next.catch(() => undefined);
    return next;
  };
  const renewLater = () => {
    renewal = clock.after(MARK_RENEWAL, () => {
      serial(() => write(() => ({}), stillMine)).catch(() => undefined);
      renewLater();
    });
  };
  renewLater();

  return {
    patch: (change) => serial(() => write(change, stillMine)),
    async step(text) {
      mark.step = text;
      await serial(() => write(() => ({}), stillMine)).catch((thrown: unknown) => {
        if (!isLineTrouble(thrown)) throw thrown;
      });
    },
    async release() {
      renewal();
      const off = () => ({ metadata: { annotations: { [ANNOTATION.operation]: null } } });
      const ours = (workload: StatefulSet) => current(workload)?.id === id || Promise.reject(new Error('not ours'));
      // Also after a cancel, so not under the operation's own signal.
      await serial(() => write(off, ours, new AbortController().signal)).catch(() => undefined);
    },
    abandon: () => renewal(),
  };
}
