import type { Event, StatefulSet } from '../cluster/objects';
import { EVENTS } from '../cluster/resources';
import type { Api, Clock, Dispose } from '../cluster/types';
import { keyOf } from './store';
import type { ClusterTable } from './table';

/** A pod that should be there is missed after this long; the question is put again after that long. ms */
const MISSED_AFTER = 3_000;
const ASK_EVERY = 30_000;
const LOOK = 1_000;
const AT_ONCE = 4;

/**
 * Asks the server why a bot that should run has no pod: quota, admission and storage refusals only show as `FailedCreate`
 * events of the StatefulSet's controller. Asked for where it is missed, never watched.
 */
export function askRefusals(options: { table: ClusterTable; clock: Clock; apiFor(namespace: string): Api | null }): {
  dispose: Dispose;
} {
  const { table, clock, apiFor } = options;
  const asked = new Map<string, number>();
  let running = 0;
  let disposed = false;
  let cancel = clock.after(LOOK, look);

  function look(): void {
    const missing = table.podless();
    const keys = new Set(missing.map(({ workload }) => keyOf(workload)));
    for (const key of [...asked.keys()]) if (!keys.has(key)) asked.delete(key);
    for (const { workload, since } of missing) {
      const before = asked.get(keyOf(workload)) ?? -Infinity;
      const due = clock.now() - since >= MISSED_AFTER && clock.now() - before >= ASK_EVERY;
      if (due && running < AT_ONCE) void ask(workload);
    }
    cancel = clock.after(LOOK, look);
  }

  async function ask(workload: StatefulSet): Promise<void> {
    const { name, namespace = 'default', uid } = workload.metadata;
    const api = apiFor(namespace);
    if (!api) return;
    running++;
    asked.set(keyOf(workload), clock.now());
    try {
      const fieldSelector = `involvedObject.kind=StatefulSet,involvedObject.name=${name},reason=FailedCreate`;
      const { items } = await api.list<Event>(EVENTS, namespace, { fieldSelector });
      if (disposed) return;
      table.setEvents(
        keyOf(workload),
        items.filter((event) => !event.involvedObject.uid || event.involvedObject.uid === uid),
      );
    } catch {
      // Events may be refused or out of reach; the row then only says that it waits for its pod.
    } finally {
      running--;
    }
  }

  return {
    dispose() {
      disposed = true;
      cancel();
    },
  };
}
