import type { ContextUsage } from '../../shared/rows';
import type { Counters } from '../cluster/transport';
import type { Clock, Dispose } from '../cluster/types';

const SAMPLE = 10_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

interface Sample {
  at: number;
  requests: number;
  bytesIn: number;
}

/** What each context's connection asked lately, from its transport's own counters. `countersOf` gives those that are on, by context. */
export function measureUsage(options: {
  clock: Clock;
  countersOf(): Iterable<[contextId: string, counters: Counters]>;
  changed(): void;
}): { of(contextId: string): ContextUsage | null; dispose: Dispose } {
  const { clock, countersOf, changed } = options;
  let usages = new Map<string, { counters: Counters; samples: Sample[]; told: ContextUsage }>();
  let cancel = clock.after(SAMPLE, sample);

  function sample(): void {
    cancel = clock.after(SAMPLE, sample);
    const at = clock.now();
    const next: typeof usages = new Map();
    for (const [id, counters] of countersOf()) {
      const known = usages.get(id);
      // Another connection begins anew.
      const begun = known?.counters === counters ? known.samples : [{ at, requests: 0, bytesIn: 0 }];
      const samples = [
        ...begun.filter((one) => at - one.at <= HOUR),
        { at, requests: counters.requests, bytesIn: counters.bytesIn },
      ];
      next.set(id, { counters, samples, told: tell(samples, counters, at) });
    }
    usages = next;
    changed();
  }
  function tell(samples: Sample[], counters: Counters, at: number): ContextUsage {
    const since = (ms: number) => samples.find((one) => at - one.at <= ms)!;
    return {
      requestsMinute: counters.requests - since(MINUTE).requests,
      requestsHour: counters.requests - since(HOUR).requests,
      bytesHour: counters.bytesIn - since(HOUR).bytesIn,
      streams: counters.openStreams,
      connections: counters.connections ?? 0,
    };
  }
  return {
    of: (id) => usages.get(id)?.told ?? null,
    dispose: () => cancel(),
  };
}
