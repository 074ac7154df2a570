import type { Event } from '../cluster/objects';
import { EVENTS } from '../cluster/resources';
import type { Api, Clock, Dispose } from '../cluster/types';
import type { Spare } from './spare';
import type { ClusterTable, Unexplained } from './table';

/** A start is missed after this long; the question is put again after that long, twice as long each time. ms */
const MISSED_AFTER = 3_000;
const ASK_EVERY = 30_000;
const ASK_SELDOM = 600_000;
const LOOK = 1_000;
const AT_ONCE = 4;

/**
 * Asks the server's events why a bot does not start: what quota and admission refuse shows only as `FailedCreate` of the
 * StatefulSet's controller, a volume that can't be mounted only as `FailedMount` of the pod. Asked for where it is missed,
 * never watched.
 */
export function askRefusals(options: {
  table: ClusterTable;
  clock: Clock;
  spare: Spare;
  apiFor(namespace: string): Api | null;
}): { stir(): void; dispose: Dispose } {
  const { table, clock, spare, apiFor } = options;
  /** `next` Infinity: waits for its turn. */
  const asked = new Map<string, { at: number; next: number }>();
  let running = 0;
  let disposed = false;
  let cancel: Dispose | null = null;

  function look(): void {
    cancel = null;
    const missing = table.unexplained();
    const uids = new Set(missing.map(({ uid }) => uid));
    for (const uid of [...asked.keys()]) if (!uids.has(uid)) asked.delete(uid);
    for (const one of missing) {
      const due = clock.now() - one.since >= MISSED_AFTER && clock.now() >= (asked.get(one.uid)?.next ?? -Infinity);
      if (due && running < AT_ONCE) void ask(one);
    }
    if (missing.length > 0) stir();
  }
  function stir(): void {
    if (!disposed) cancel ??= clock.after(LOOK, look);
  }

  async function ask({ key, namespace, uid }: Unexplained): Promise<void> {
    if (!apiFor(namespace)) return;
    running++;
    const before = asked.get(uid);
    const wait = before ? Math.min(ASK_SELDOM, 2 * (before.next - before.at)) : ASK_EVERY;
    const mine = { at: clock.now(), next: Infinity };
    asked.set(uid, mine);
    try {
      await spare.turn('events');
      // It started meanwhile, or is gone.
      if (disposed || asked.get(uid) !== mine) return;
      Object.assign(mine, { at: clock.now(), next: clock.now() + wait });
      const api = apiFor(namespace);
      if (!api) return;
      const { items } = await api.list<Event>(EVENTS, namespace, { fieldSelector: `involvedObject.uid=${uid}` });
      if (!disposed) table.setEvents(key, items);
    } catch {
      // Events may be refused or out of reach; the row then only says that the bot has not started.
    } finally {
      running--;
    }
  }

  return {
    /** Rows may differ: another bot may not start. At rest nothing is looked at. */
    stir,
    dispose() {
      disposed = true;
      cancel?.();
    },
  };
}
