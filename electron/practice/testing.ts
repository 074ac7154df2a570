import { randomUUID } from 'node:crypto';
import type { BotRow } from '../../shared/rows';
import type { AppEvent } from '../../shared/events';
import { settingsSchema } from '../../shared/settings';
import { connect, type Clock } from '../cluster';
import { createFleet, type Fleet } from '../fleet';
import type { ContextEntry } from '../fleet/types';
import type { ClusterTarget } from '../kubeconfig/types';
import { createOperations, type Operations } from '../operations';
import type { PracticeCluster } from './index';

/** Helpers of this room's tests: the app's own rooms over practice clusters, and a clock that is moved by hand. */
export interface HandClock extends Clock {
  /** Moves time on in steps, letting everything that waits run in between. */
  advance(ms: number): Promise<void>;
}
export function handClock(start = Date.parse('2026-03-01T12:00:00Z')): HandClock {
  let now = start;
  let order = 0;
  let timers: { at: number; order: number; run: () => void }[] = [];
  const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    random: () => 0.5,
    after(ms, run) {
      const timer = { at: now + Math.max(0, ms), order: order++, run };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    async advance(ms) {
      const until = now + ms;
      await breathe();
      for (;;) {
        const due = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (!due) break;
        timers = timers.filter((other) => other !== due);
        now = Math.max(now, due.at);
        due.run();
        await breathe();
      }
      now = until;
      await breathe();
    },
  };
}

export const targetOf = (id: string): ClusterTarget => ({
  contextId: id,
  contextName: id,
  server: `https://${id}.practice`,
  insecureSkipTlsVerify: false,
  namespace: 'bots',
  credentials: { kind: 'none', get: () => Promise.resolve({}), refresh: () => Promise.resolve(null) },
  fingerprint: id,
});

export interface Desk {
  fleet: Fleet;
  operations: Operations;
  events: AppEvent[];
  rows(): BotRow[];
  row(name: string): BotRow;
  clusterId(): string;
  dispose(): void;
}

/** Fleet and operations as main wires them, over one practice cluster. */
export function deskOver(cluster: PracticeCluster, clock: Clock): Desk {
  let settings = settingsSchema.parse({});
  const events: AppEvent[] = [];
  const entry: ContextEntry = {
    id: cluster.name,
    name: cluster.name,
    source: { kind: 'added', path: 'practice' },
    server: `https://${cluster.name}.practice`,
    user: '',
    namespace: 'bots',
    provider: 'unknown',
    auth: 'none',
    execCommand: '',
    problem: null,
  };
  const fleet = createFleet({
    contexts: { list: () => [entry], problems: () => [], target: () => ({ ok: true, target: targetOf(cluster.name) }) },
    settings: { get: () => settings, patch: (patch) => (settings = { ...settings, ...patch }) },
    connect: (target, options) => connect(target, { ...options, transport: cluster.transport() }),
    clock,
    userAgent: 'test',
    emit: (event) => events.push(event),
  });
  const operations = createOperations({
    connectionOf: (clusterId) => fleet.connectionOf(clusterId),
    clock,
    holder: 'test',
    newId: randomUUID,
    emit: () => undefined,
    gone: () => undefined,
  });
  fleet.setEnabled(cluster.name, true);
  return {
    fleet,
    operations,
    events,
    rows: () => fleet.rows(),
    row(name) {
      const found = fleet.rows().find((row) => row.name === name);
      if (!found)
        throw new Error(
          `There is no row ${name}: ${fleet
            .rows()
            .map((row) => row.name)
            .join(' ')}`,
        );
      return found;
    },
    clusterId: () => fleet.clusters()[0]!.id,
    dispose() {
      operations.dispose();
      fleet.dispose();
    },
  };
}
