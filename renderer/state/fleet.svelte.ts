import { untrack } from 'svelte';
import type { OperationInfo } from '../../shared/bots';
import type { AppEvent, ConsentRequest } from '../../shared/events';
import type { BotRef, BotRow, ClusterInfo, ContextList } from '../../shared/rows';
import type { Settings } from '../../shared/settings';
import { alerts } from './alerts.svelte';
import { app } from './app.svelte';
import { clock } from './clock.svelte';
import { applyDelta, replaceRows } from './delta';
import { notices } from './notices.svelte';
import { usage } from './usage.svelte';

// Rows stand in a plain map with a version counter: a deeply reactive table of 10,000 rows would be slow.
const rows = new Map<string, BotRow>();
let version = $state(0);
/** What was told waits for the rest of it, so that the grid is drawn once; no longer than this, ms. */
const REST = 100;
let rest: ReturnType<typeof setTimeout> | undefined;
/** Ids of rows that came, changed or went since the grid last looked; null: any may have. */
let touched: Set<string> | null = null;
let clusters = $state.raw<ClusterInfo[]>([]);
let contexts = $state.raw<ContextList | null>(null);
let operations = $state.raw<OperationInfo[]>([]);
let consent = $state.raw<ConsentRequest[]>([]);
let settings = $state.raw<Settings | null>(null);
// Clusters are told again with every word heard; their names stay, and what sorts and filters by them need not run again.
const nameList = $derived(JSON.stringify(clusters.map(({ id, name }) => [id, name])));
const nameById = $derived(new Map(JSON.parse(nameList) as [string, string][]));
const clusterById = $derived(new Map(clusters.map((cluster) => [cluster.id, cluster])));

/** Everything main told so far. Reading it inside a component follows its changes. */
export const fleet = {
  /** All rows by id. The map is changed in place; reading it here counts as reading its version. */
  get rows(): ReadonlyMap<string, BotRow> {
    void version;
    return rows;
  },
  get version() {
    return version;
  },
  /** The same without following changes. */
  peek: (): ReadonlyMap<string, BotRow> => rows,
  peekVersion: (): number => untrack(() => version),
  /** Which rows came, changed or went since the last call, which only the grid makes; null: any may have. */
  takeTouched(): ReadonlySet<string> | null {
    const before = touched;
    touched = new Set();
    return before;
  },
  /** Changes when a cluster is shown under another name, or came or went. */
  get names(): string {
    return nameList;
  },
  row: (id: string): BotRow | undefined => (void version, rows.get(id)),
  get clusters() {
    return clusters;
  },
  cluster: (id: string): ClusterInfo | undefined => clusterById.get(id),
  /** Now by a cluster's own clock, which the times in its rows go by; ms since 1970. */
  now: (id: string): number => clock.now + (clusterById.get(id)?.status.skewMs ?? 0),
  /** The same for ages in tables, a tick every five seconds. */
  slowNow: (id: string): number => clock.slowly + (clusterById.get(id)?.status.skewMs ?? 0),
  /** Name and colour of a cluster; its id where it is not known any more. */
  clusterName: (id: string): string => nameById.get(id) ?? id,
  clusterColour: (id: string): string => `var(--c${clusterById.get(id)?.colour ?? 9})`,
  /** null until main has told. */
  get contexts() {
    return contexts;
  },
  /** Newest first. */
  get operations() {
    return operations;
  },
  get consent() {
    return consent;
  },
  get settings() {
    return settings;
  },
};

/** A row as the contract's reference to its bot. */
export function botRef(row: BotRow): BotRef {
  return { clusterId: row.clusterId, kind: row.kind, namespace: row.namespace, name: row.name, uid: row.uid };
}

// One for all: making it anew for each comparison is slow.
const natural = new Intl.Collator('en', { numeric: true });
/** Which of fifty answered first must not decide where a trader finds it. */
function byName(list: readonly ClusterInfo[]): ClusterInfo[] {
  return [...list].sort((a, b) => natural.compare(a.name, b.name));
}

function toldAll(): void {
  clearTimeout(rest);
  rest = undefined;
  version++;
}

/** Takes in one event of main. */
export function takeEvent(event: AppEvent): void {
  switch (event.t) {
    case 'rows':
      replaceRows(rows, event.rows);
      touched = null;
      toldAll();
      return;
    case 'delta':
      if (!applyDelta(rows, event.upserts, event.removes, event.patches) && rest === undefined) return;
      for (const { id } of event.upserts) touched?.add(id);
      for (const id of event.removes) touched?.add(id);
      for (const [id] of event.patches ?? []) touched?.add(id);
      if (event.more) rest ??= setTimeout(toldAll, REST);
      else toldAll();
      return;
    case 'clusters':
      clusters = byName(event.clusters);
      return;
    case 'contexts':
      contexts = event.list;
      return;
    case 'metrics':
      usage.take(event);
      return;
    case 'operation': {
      const at = operations.findIndex((operation) => operation.id === event.operation.id);
      operations =
        at < 0 ? [event.operation, ...operations] : operations.map((old, i) => (i === at ? event.operation : old));
      return;
    }
    case 'operationGone':
      operations = operations.filter((operation) => operation.id !== event.id);
      return;
    case 'alerts':
      alerts.take(event.alerts);
      return;
    case 'showAlert':
      alerts.show(event.bot);
      return;
    case 'consent':
      consent = event.requests;
      return;
    case 'settings':
      settings = event.settings;
      app.takeSettings(event.settings);
      return;
    case 'notice':
      notices.error(event.error);
      return;
  }
}
