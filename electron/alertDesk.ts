import type { Alert } from '../shared/alerts';
import type { OperationInfo } from '../shared/bots';
import type { AppEvent } from '../shared/events';
import type { ClusterInfo, ContextList } from '../shared/rows';
import type { Clock } from './cluster';
import { createAlerts, linesOf, readKept } from './fleet';
import { leftOrdersOf } from './operations';
import type { SettingsStore } from './settings';

const TICK_MS = 2_000;
/** Changes are told and kept together. */
const TELL_MS = 200;
/** A file that changes all the time is written this often, ms. */
const SAVE_MS = 5_000;
/** That bots were read anew and say what they said is told this often, and not kept: reporters tell it each second of some bot. ms */
const READ_MS = 10_000;

export interface AlertDesk {
  /** What the fleet tells the page. */
  hear(event: AppEvent): void;
  operation(operation: OperationInfo): void;
  list(): Alert[];
  see(ids?: readonly string[]): void;
  dismiss(ids?: readonly string[]): void;
  dispose(): void;
}

export interface AlertDeskOptions {
  clock: Clock;
  newId(): string;
  /** Where alerts outlive the app. */
  store: SettingsStore;
  onChange(alerts: Alert[]): void;
  /** They have just opened. */
  onOpened(alerts: Alert[]): void;
}

/** Alerts of the fleet as it is told: kept in a file of their own, told when they change. */
export function createAlertDesk({ clock, newId, store, onChange, onOpened }: AlertDeskOptions): AlertDesk {
  const kept = readKept(stored());
  /** Row's id → the operation that told of orders left open, and what it said. */
  const left = new Map<string, { id: string; sentence: string }>();
  for (const { key, kind, bot, sentence, endedAt } of kept.alerts.flatMap(({ parts }) => parts))
    if (kind === 'leftOrders' && bot && endedAt === null)
      left.set(bot.id, { id: key.split('|').pop() ?? '', sentence });
  const alerts = createAlerts({
    ...{ now: clock.now, newId, kept },
    facts: ({ id }) => (left.has(id) ? { leftOrders: left.get(id)! } : {}),
  });
  let clusters: ClusterInfo[] = [];
  let contexts: ContextList | null = null;
  let told = { version: alerts.version, readings: alerts.readings, at: -Infinity };
  let saved = { version: told.version, at: -Infinity };
  let cancelTell: (() => void) | null = null;
  let cancelTick = clock.after(TICK_MS, tick);

  function stored(): unknown {
    try {
      return store.get();
    } catch {
      // Not readable: what it told is lost, and nothing else.
      return undefined;
    }
  }
  function save(): void {
    if (saved.version === alerts.version) return;
    saved = { version: alerts.version, at: clock.now() };
    try {
      store.set(alerts.kept());
    } catch {
      // A full disk: they last as long as the app.
    }
  }
  function tell(): void {
    cancelTell = null;
    const { version, readings } = alerts;
    if (version === told.version && readings === told.readings) return;
    told = { version, readings, at: clock.now() };
    onChange(alerts.list());
  }
  function changed(): void {
    const isDue = alerts.readings !== told.readings && clock.now() - told.at >= READ_MS;
    if (alerts.version !== told.version || isDue) cancelTell ??= clock.after(TELL_MS, tell);
  }
  function tick(): void {
    alerts.tick();
    const opened = alerts.takeOpened();
    if (opened.length > 0) onOpened(opened);
    changed();
    if (clock.now() - saved.at >= SAVE_MS) save();
    cancelTick = clock.after(TICK_MS, tick);
  }

  return {
    hear(event) {
      if (event.t === 'rows') alerts.rows(event.rows);
      else if (event.t === 'delta') alerts.change(event.upserts, event.removes);
      else if (event.t === 'clusters') clusters = event.clusters;
      else if (event.t === 'contexts') contexts = event.list;
      if (event.t === 'clusters' || event.t === 'contexts') alerts.lines(linesOf(clusters, contexts));
      changed();
    },
    operation(operation) {
      const found = leftOrdersOf(operation);
      if (!found) return;
      if (found.sentence === null) left.delete(found.rowId);
      else left.set(found.rowId, { id: operation.id, sentence: found.sentence });
      alerts.look(found.rowId);
      changed();
    },
    list: alerts.list,
    see(ids) {
      alerts.see(ids);
      tell();
      save();
    },
    dismiss(ids) {
      for (const { id, parts } of alerts.list())
        if (!ids || ids.includes(id))
          for (const { kind, bot } of parts) if (kind === 'leftOrders' && bot) left.delete(bot.id);
      alerts.dismiss(ids);
      tell();
      save();
    },
    dispose() {
      cancelTick();
      cancelTell?.();
      save();
    },
  };
}
