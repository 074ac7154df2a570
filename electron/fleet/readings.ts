import { toAppError, type AppError, type ErrorCode } from '../../shared/errors';
import type { BotRow } from '../../shared/rows';
import type { ReadNow } from '../../shared/readings';
import type { Clock, Dispose } from '../cluster/types';
import type { BotFacts, FactsDesk } from './botFacts';
import { createPace } from './pace';
import { readOne, sameRun } from './readOne';
import type { Fleet } from './types';

/** A row in view is read again after this long at the earliest, ms; after each failure it waits twice as long, up to `LONGEST`. */
const AGAIN = 60_000;
const LONGEST = 900_000;
/** A reporter's word this young makes a reading needless. ms */
const FRESH = 180_000;
/** A cluster's identity is asked this often while its bots are read, ms; the watches prove it anew at each opening. */
const PROVEN = 60_000;
/** What is asked for while a bot is started again is read in its new run, if that begins within so long, ms. */
const NEW_RUN = 30_000;
/** A container's end is seen by the watch this long after execs into it fail at the latest, ms: until then it is not known which of the two it was. */
const DOUBT = 4_000;
const LOOK = 500;
const IN_DOUBT: ReadonlySet<ErrorCode> = new Set(['NOT_FOUND', 'SERVER', 'UNREACHABLE']);

export interface Readings {
  /** Rows that can be seen now, by their ids; empty while the window is hidden. */
  inView(ids: readonly string[]): void;
  /** Reads these before all others, at the same pace; tells how many could be read once all were tried. */
  readNow(ids: readonly string[]): Promise<ReadNow>;
  dispose: Dispose;
}

interface Tried {
  fails: number;
  /** Not by itself before this. */
  nextAt: number;
}
interface Asked {
  tell: ((error: AppError | null) => void)[];
  /** Its container ran when it was asked for. */
  ran: boolean;
  /** Its run has ended since: until then a new one is waited for; null: it has not. */
  until: number | null;
}
interface Held {
  facts: BotFacts;
  error: AppError;
  until: number;
}

/**
 * Reads what bots' own records say of their trading, by exec: of rows in view and on demand, never of others, at the pace of `pace.ts`. A refusal (403) ends it
 * for a namespace until the trader asks again; what was read before stays, with its age.
 */
export function createReadings(options: {
  fleet: Pick<Fleet, 'connectionOf' | 'spare'> & { readonly facts: FactsDesk };
  clock: Clock;
}): Readings {
  const { fleet, clock } = options;
  const pace = createPace(clock, pump, () => fleet.spare.turn('readings'));
  const asked = new Map<string, Asked>();
  /** Failed, and it may be that its run had just ended: the watch will tell. */
  const held = new Map<string, Held>();
  const tried = new Map<string, Tried>();
  const refused = new Map<string, AppError>();
  const proven = new Map<string, number>();
  const running = new Set<string>();
  const control = new AbortController();
  let seen: readonly string[] = [];
  let cancelWake: Dispose = () => {};

  const placeOf = (row: BotRow) => `${row.clusterId}/${row.namespace}`;

  /** Asked for first, then those in view, the longest unread of them before the others. */
  function pump(): void {
    cancelWake();
    if (control.signal.aborted) return;
    for (const [id, { facts, error, until }] of held) {
      const over = !sameRun(facts, fleet.facts.bot(id));
      if (!over && clock.now() < until) continue;
      held.delete(id);
      if (over) runEnded(facts, error);
      else failed(facts, error);
    }
    for (const [id, own] of asked) {
      if (running.has(id) || held.has(id)) continue;
      const facts = fleet.facts.bot(id);
      const why = facts ? unreadable(facts) : gone;
      if (why && own.ran && facts && facts.row.replicas !== 0) own.until ??= clock.now() + NEW_RUN;
      if (why && !(own.until !== null && clock.now() < own.until)) settle(id, why);
      else if (!why && pace.free(facts!.row.clusterId)) begin(facts!);
    }
    const now = clock.now();
    let wakeAt = Infinity;
    const due = seen.flatMap((id) => {
      const facts = running.has(id) || asked.has(id) || held.has(id) ? null : fleet.facts.bot(id);
      const at = facts && dueAt(facts);
      if (at === null) return [];
      if (at > now) wakeAt = Math.min(wakeAt, at);
      return at > now ? [] : [{ facts: facts!, at: facts!.row.trading?.at ?? 0 }];
    });
    for (const { facts } of due.sort((a, b) => a.at - b.at)) if (pace.free(facts.row.clusterId)) begin(facts);
    if (held.size > 0 || [...asked.values()].some(({ until }) => until !== null)) cancelWake = clock.after(LOOK, pump);
    else if (seen.length > 0) cancelWake = clock.after(Math.max(1_000, Math.min(wakeAt - now, 10_000)), pump);
  }

  /** When a row in view is to be read by itself; null: not at all. */
  function dueAt(facts: BotFacts): number | null {
    const { row, now } = facts;
    if (row.state !== 'running' || unreadable(facts) || refused.has(placeOf(row))) return null;
    if (row.trading?.by === 'reporter' && now - row.trading.at < FRESH) return null;
    const nextAt = tried.get(row.uid)?.nextAt ?? 0;
    if (nextAt > clock.now()) return nextAt;
    const missing = missingRight(row);
    if (missing) {
      if (row.notRead !== missing.message) fleet.facts.tell(row, { notRead: missing.message });
      return null;
    }
    return nextAt;
  }

  /** Told beforehand by the server: then it is not even tried. */
  function missingRight(row: BotRow): AppError | null {
    try {
      const connection = fleet.connectionOf(row.clusterId, row.namespace);
      const lacks = connection.access?.missing.some(
        ({ resource, namespace }) => resource === 'pods/exec' && (namespace === null || namespace === row.namespace),
      );
      return lacks ? forbidden(connection.name, row.namespace) : null;
    } catch {
      return null;
    }
  }

  function begin(facts: BotFacts): void {
    const { row } = facts;
    running.add(row.id);
    pace.run(row.clusterId, async () => {
      let error: AppError | null = null;
      try {
        await read(facts);
      } catch (thrown) {
        error = toAppError(thrown);
      }
      running.delete(row.id);
      if (!control.signal.aborted) after(facts, error);
    });
  }

  async function read(facts: BotFacts): Promise<void> {
    const { row, startedAt: run } = facts;
    const connection = fleet.connectionOf(row.clusterId, row.namespace);
    if (clock.now() - (proven.get(row.clusterId) ?? -Infinity) > PROVEN) {
      fleet.spare.spend();
      await connection.verify();
      proven.set(row.clusterId, clock.now());
    }
    const look = () => fleet.facts.bot(row.id);
    const reading = await readOne(connection.api, facts, { clock, signal: control.signal, look });
    refused.delete(placeOf(row));
    fleet.facts.tell(row, { reading, run, notRead: '' });
  }

  function after(facts: BotFacts, error: AppError | null): void {
    const { row } = facts;
    if (!error) {
      wait(row, 0);
      settle(row.id, null);
    } else if (!sameRun(facts, fleet.facts.bot(row.id))) runEnded(facts, error);
    else if (IN_DOUBT.has(error.code)) held.set(row.id, { facts, error, until: clock.now() + DOUBT });
    else failed(facts, error);
  }

  /** No failure of the bot's: what is asked for is begun again in its new run, once; a row in view has its turn as after any reading. */
  function runEnded({ row }: BotFacts, error: AppError): void {
    wait(row, 0);
    const own = asked.get(row.id);
    if (!own) return;
    own.until ??= clock.now() + NEW_RUN;
    if (clock.now() >= own.until) return settle(row.id, error);
    // Behind the others.
    asked.delete(row.id);
    asked.set(row.id, own);
  }

  function failed({ row }: BotFacts, error: AppError): void {
    wait(row, (tried.get(row.uid)?.fails ?? 0) + 1);
    const told = error.code === 'FORBIDDEN' ? { ...forbidden('', row.namespace), cause: error.cause } : error;
    proven.delete(row.clusterId);
    if (error.code === 'FORBIDDEN') refused.set(placeOf(row), told);
    fleet.facts.tell(row, { notRead: told.message });
    settle(row.id, told);
  }

  function wait({ uid }: BotRow, fails: number): void {
    const ms = Math.min(LONGEST, AGAIN * 2 ** fails) * (1 + clock.random() / 4);
    tried.set(uid, { fails, nextAt: clock.now() + ms });
  }

  function settle(id: string, error: AppError | null): void {
    const waiting = asked.get(id)?.tell ?? [];
    asked.delete(id);
    for (const tell of waiting) tell(error);
  }

  return {
    inView(ids) {
      seen = ids;
      pump();
    },
    async readNow(ids) {
      const all = [...new Set(ids)].map(
        (id) =>
          new Promise<AppError | null>((resolve) => {
            const facts = fleet.facts.bot(id);
            const own = asked.get(id) ?? { tell: [], ran: facts !== null && !unreadable(facts), until: null };
            asked.set(id, { ...own, tell: [...own.tell, resolve] });
          }),
      );
      pump();
      const errors = (await Promise.all(all)).filter((error) => error !== null);
      return { read: all.length - errors.length, notRead: errors.length, why: errors[0]?.message ?? '' };
    },
    dispose() {
      control.abort();
      cancelWake();
      pace.dispose();
      for (const id of [...asked.keys()]) settle(id, { code: 'CANCELLED', message: 'The app is closing.' });
    },
  };
}

const gone: AppError = { code: 'NOT_FOUND', message: 'The bot is no longer there.' };

function unreadable({ row, startedAt }: BotFacts): AppError | null {
  if (startedAt !== null && row.hasPod) return null;
  const message = row.hasPod ? 'Its container does not run right now.' : 'It has no pod, so there is nothing to read.';
  return { code: 'CONFLICT', message };
}

const forbidden = (cluster: string, namespace: string): AppError => ({
  code: 'FORBIDDEN',
  message: `Your sign-in${cluster && ` to ${cluster}`} may not look into bots of ${namespace} (create pods/exec), so their trading is not read. “Read now” tries again.`,
});
