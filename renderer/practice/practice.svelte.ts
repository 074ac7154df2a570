import { untrack } from 'svelte';
import { countBroken, type BotFault, type PracticeAct, type PracticeState } from '../../shared/practice';
import type { BotRow, ContextInfo } from '../../shared/rows';
import { api } from '../state/api';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';

/** A practice cluster's menu, or one of its bots': `bot` is its row's id. */
export interface OpenMenu {
  contextId: string;
  cluster: string;
  bot?: { id: string; key: string; name: string };
}

let states = $state.raw<Record<string, PracticeState>>({});
let menu = $state.raw<OpenMenu | null>(null);
const on = $derived(
  (fleet.contexts?.contexts ?? []).filter(({ source, enabled }) => source.kind === 'practice' && enabled),
);
/** Contexts are told again with every word heard; a cluster that began anew, and unbroken, has another connection. */
const signs = $derived(JSON.stringify(on.map(({ id, status }) => [id, `${status.phase} ${status.since}`])));
/** By their clusters' ids: asked for every row. */
const byCluster = $derived(
  new Map(
    fleet.clusters.flatMap(({ id, practice, contextIds }) => {
      const context = practice ? on.find((one) => contextIds.includes(one.id)) : undefined;
      return context ? [[id, context] as const] : [];
    }),
  ),
);
const asked = new Map<string, string>();

const keep = (contextId: string, state: PracticeState) => void (states = { ...states, [contextId]: state });
const keyOf = (row: BotRow) => `${row.namespace}/${row.name}`;
const nameOf = (context: ContextInfo) => context.displayName || context.name;

/** What is broken on purpose on the practice clusters, and the menu that breaks and mends. */
export const practice = {
  get menu() {
    return menu;
  },
  /** The practice clusters that are on. */
  get on(): readonly ContextInfo[] {
    return on;
  },
  /** undefined: not told yet. */
  state: (contextId: string): PracticeState | undefined => states[contextId],
  /** Whether it is a bot of a practice cluster; nothing can be broken on any other. */
  has: (row: BotRow): boolean => byCluster.get(row.clusterId) !== undefined,
  /** What is broken of a bot; empty for real bots. */
  faultsOf(row: BotRow): BotFault[] {
    const context = byCluster.get(row.clusterId);
    return (context && states[context.id]?.bots[keyOf(row)]) ?? [];
  },
  /** Those that are on and not as in life. */
  get unusual(): readonly ContextInfo[] {
    return on.filter(({ id }) => states[id] && (states[id].speed > 1 || countBroken(states[id]) > 0));
  },
  /** Keeps up with practice clusters that come, go and begin anew. Call inside a component. */
  follow(): void {
    $effect(() => {
      const now = new Map(JSON.parse(signs) as [string, string][]);
      untrack(() => keepUp(now));
    });
  },
  async act(contextId: string, act: PracticeAct): Promise<void> {
    await notices.guard(async () => keep(contextId, await api.call('practice.act', { contextId, act })));
  },
  openFor(row: BotRow): void {
    const context = byCluster.get(row.clusterId);
    const bot = { id: row.id, key: keyOf(row), name: row.name };
    if (context) menu = { contextId: context.id, cluster: nameOf(context), bot };
  },
  openCluster: (context: ContextInfo): void => void (menu = { contextId: context.id, cluster: nameOf(context) }),
  close: () => void (menu = null),
};

function keepUp(now: ReadonlyMap<string, string>): void {
  states = Object.fromEntries(Object.entries(states).filter(([id]) => now.has(id)));
  for (const id of [...asked.keys()]) if (!now.has(id)) asked.delete(id);
  if (menu && !now.has(menu.contextId)) menu = null;
  for (const [id, sign] of now) {
    if (asked.get(id) === sign) continue;
    asked.set(id, sign);
    api.call('practice.state', { contextId: id }).then(
      (state) => asked.get(id) === sign && keep(id, state),
      // It is only just beginning, and is asked again when it is there.
      () => undefined,
    );
  }
}
