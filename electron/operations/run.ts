import type { ObjectRef, OperationInfo, StepState } from '../../shared/bots';
import { Failure, toAppError, type AppError } from '../../shared/errors';
import type { OperationKind } from '../../shared/rows';
import type { Clock } from '../cluster/types';

export type Action = OperationInfo['actions'][number];
type Offer = Exclude<Action, 'dismiss' | 'cancel'>;
/** Finished operations that stay listed until dismissed; beyond that the oldest go. */
const KEPT = 200;

/** What an operation is before it runs. */
export interface Plan {
  kind: OperationKind;
  bot: OperationInfo['bot'];
  clusterName: string;
  steps: { key: string; title: string }[];
  /** Objects an earlier try wrote. */
  written?: ObjectRef[];
  /** The work itself; gives the sentence of the result. */
  work(task: Task): Promise<string>;
  /** What each offered action does once this operation ended; gives the id of the operation that follows. */
  then?: Partial<Record<Offer, (ended: OperationInfo) => string>>;
  /** Sentence for a trader who stopped watching. */
  cancelled?(info: OperationInfo): string;
  /** Actions offered after a failure or a cancel. */
  offers?(info: OperationInfo): Offer[];
}

/** A running operation as its work sees it. */
export interface Task {
  readonly id: string;
  readonly info: OperationInfo;
  /** Aborts when the trader cancels or the app ends. */
  readonly signal: AbortSignal;
  /** True when it ends because the app ends, not because the trader cancelled it before. */
  readonly ending: boolean;
  step(key: string, state: StepState, detail?: string): void;
  wrote(object: ObjectRef): void;
  removed(object: ObjectRef): void;
  /** Offers an action beyond the plan's own. */
  offer(action: Offer): void;
  /** To be called before a write that a trader who cancelled does not want any more. @throws Failure CANCELLED */
  check(): void;
  /** @throws Failure CANCELLED */
  sleep(ms: number): Promise<void>;
}

export interface Runner {
  /** @throws Failure CANCELLED when the app is ending */
  start(plan: Plan): string;
  /** An operation that is only told, not run: it was interrupted and waits for the trader's word. */
  tell(plan: Plan, error: AppError): string;
  list(): OperationInfo[];
  act(id: string, action: Action): void;
  isLive(id: string): boolean;
  /** Whether this run of the app began it, however it ended. */
  began(id: string): boolean;
  /** Resolves when the operation has ended. */
  ended(id: string): Promise<void>;
  /** Ends all; resolves when what was under way has let go. */
  dispose(): Promise<void>;
}

export interface RunnerOptions {
  clock: Clock;
  newId(): string;
  emit(info: OperationInfo): void;
  gone(id: string): void;
}

interface Entry {
  info: OperationInfo;
  plan: Plan;
  abort: AbortController;
  offered: Set<Offer>;
  end: Promise<void>;
  /** The app ended while it ran. */
  cut: boolean;
}

/** Runs operations and tells each change of them. Knows nothing of bots. */
export function createRunner({ clock, newId, emit, gone }: RunnerOptions): Runner {
  const entries = new Map<string, Entry>();
  const begun = new Set<string>();
  let disposed = false;

  const publish = (entry: Entry) => {
    if (!disposed && entries.has(entry.info.id)) emit(structuredClone(entry.info));
  };

  function add(plan: Plan): Entry {
    const info: OperationInfo = {
      id: newId(),
      kind: plan.kind,
      bot: plan.bot,
      clusterName: plan.clusterName,
      steps: plan.steps.map((step) => ({ ...step, state: 'waiting', detail: '' })),
      outcome: 'running',
      message: '',
      error: null,
      written: [...(plan.written ?? [])],
      startedAt: clock.now(),
      endedAt: null,
      actions: ['cancel'],
    };
    const entry = {
      info,
      plan,
      abort: new AbortController(),
      offered: new Set<Offer>(),
      end: Promise.resolve(),
      cut: false,
    };
    entries.set(info.id, entry);
    begun.add(info.id);
    for (const [id, old] of entries) {
      if (entries.size <= KEPT) break;
      if (old.info.outcome !== 'running') forget(id);
    }
    return entry;
  }

  function forget(id: string): void {
    if (entries.delete(id) && !disposed) gone(id);
  }

  function finish(entry: Entry, outcome: OperationInfo['outcome'], message: string, error: AppError | null): void {
    const { info, plan, offered } = entry;
    for (const step of info.steps) {
      if (step.state === 'running') {
        step.state = outcome === 'done' ? 'done' : outcome === 'failed' ? 'failed' : 'skipped';
        if (outcome === 'failed' && error) step.detail = error.message;
      } else if (step.state === 'waiting') step.state = 'skipped';
    }
    const offers = outcome === 'done' ? [...offered] : [...offered, ...(plan.offers?.(info) ?? [])];
    const possible = [...new Set(offers)].filter((action) => plan.then?.[action]);
    Object.assign(info, { outcome, message, error, endedAt: clock.now(), actions: [...possible, 'dismiss'] });
    publish(entry);
  }

  function taskOf(entry: Entry): Task {
    const { info, abort } = entry;
    return {
      id: info.id,
      info,
      signal: abort.signal,
      get ending() {
        return entry.cut;
      },
      step(key, state, detail = '') {
        const step = info.steps.find((one) => one.key === key);
        if (!step || info.outcome !== 'running' || (step.state === state && step.detail === detail)) return;
        Object.assign(step, { state, detail });
        publish(entry);
      },
      wrote(object) {
        info.written = [...info.written.filter((one) => !same(one, object)), object];
        publish(entry);
      },
      removed(object) {
        info.written = info.written.filter((one) => !same(one, object));
        publish(entry);
      },
      offer: (action) => entry.offered.add(action),
      check() {
        if (abort.signal.aborted) throw cancelled();
      },
      sleep: (ms) => pause(clock, ms, abort.signal),
    };
  }

  async function run(entry: Entry): Promise<void> {
    const { info, plan, abort } = entry;
    try {
      if (abort.signal.aborted) throw cancelled();
      const message = await plan.work(taskOf(entry));
      finish(entry, 'done', message, null);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (abort.signal.aborted) finish(entry, 'cancelled', plan.cancelled?.(info) ?? 'You stopped watching.', null);
      else finish(entry, 'failed', error.message, error);
    } finally {
      // What failed because someone else took over may still be looking on: it has nothing left to look for.
      abort.abort();
    }
  }

  return {
    start(plan) {
      if (disposed) throw ending();
      const entry = add(plan);
      publish(entry);
      entry.end = Promise.resolve().then(() => run(entry));
      return entry.info.id;
    },
    tell(plan, error) {
      if (disposed) throw ending();
      const entry = add(plan);
      finish(entry, 'failed', error.message, error);
      return entry.info.id;
    },
    list: () => [...entries.values()].map((entry) => structuredClone(entry.info)),
    act(id, action) {
      const entry = entries.get(id);
      if (!entry || !entry.info.actions.includes(action))
        throw new Failure({
          code: 'NOT_FOUND',
          message: 'This is no longer possible: the operation has gone on meanwhile.',
        });
      if (action === 'cancel') return entry.abort.abort();
      const info = structuredClone(entry.info);
      if (action !== 'dismiss') entry.plan.then?.[action]?.(info);
      forget(id);
    },
    isLive: (id) => entries.get(id)?.info.outcome === 'running',
    began: (id) => begun.has(id),
    ended: async (id) => entries.get(id)?.end,
    async dispose() {
      disposed = true;
      const ends = [...entries.values()].map((entry) => {
        // What the trader cancelled before is on its way out, and takes its mark along.
        entry.cut ||= !entry.abort.signal.aborted && entry.info.outcome === 'running';
        entry.abort.abort();
        return entry.end;
      });
      entries.clear();
      await Promise.all(ends);
    },
  };
}

const same = (a: ObjectRef, b: ObjectRef) => a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;

const cancelled = (): Failure => new Failure({ code: 'CANCELLED', message: 'Cancelled.' });

const ending = (): Failure => new Failure({ code: 'CANCELLED', message: 'Hummingdeck is ending: nothing was begun.' });

/** Waits, or ends at once when aborted. @throws Failure CANCELLED */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    const stop = () => {
      cancel();
      reject(cancelled());
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
