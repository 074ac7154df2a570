import type { PracticeAct, PracticeState } from '../../shared/practice';
import type { BotRow, ClusterInfo } from '../../shared/rows';
import { api } from '../state/api';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';

/** A practice cluster's menu, or one of its bots'. */
export interface OpenMenu {
  contextId: string;
  cluster: string;
  bot?: { key: string; name: string };
}

let states = $state.raw<Record<string, PracticeState>>({});
let menu = $state.raw<OpenMenu | null>(null);

const keep = (contextId: string, state: PracticeState) => void (states = { ...states, [contextId]: state });
const contextOf = (cluster: ClusterInfo | undefined) => (cluster?.practice ? cluster.contextIds[0] : undefined);
const keyOf = (row: BotRow) => `${row.namespace}/${row.name}`;

/** What is broken on purpose on the practice clusters, and the menu that breaks and mends. */
export const practice = {
  get menu() {
    return menu;
  },
  /** undefined: not asked yet. */
  state: (contextId: string): PracticeState | undefined => states[contextId],
  /** What is broken of a bot; empty for real bots. */
  faultsOf(row: BotRow) {
    const contextId = contextOf(fleet.cluster(row.clusterId));
    return (contextId && states[contextId]?.bots[keyOf(row)]) || [];
  },
  /** The fastest of those that are on. */
  get speed(): number {
    return Math.max(1, ...fleet.clusters.map((cluster) => states[contextOf(cluster) ?? '']?.speed ?? 1));
  },
  /** Asks once for those that are live and were never asked. */
  async look(): Promise<void> {
    for (const cluster of fleet.clusters) {
      const contextId = contextOf(cluster);
      if (!contextId || states[contextId] || cluster.status.phase !== 'live') continue;
      await api.call('practice.state', { contextId }).then(
        (state) => keep(contextId, state),
        // It was turned off just now; nothing is broken then.
        () => undefined,
      );
    }
  },
  async act(contextId: string, act: PracticeAct): Promise<void> {
    await notices.guard(async () => keep(contextId, await api.call('practice.act', { contextId, act })));
  },
  openFor(row: BotRow): void {
    const contextId = contextOf(fleet.cluster(row.clusterId));
    const bot = { key: keyOf(row), name: row.name };
    if (contextId) open({ contextId, cluster: fleet.clusterName(row.clusterId), bot });
  },
  openCluster: (contextId: string, cluster: string) => open({ contextId, cluster }),
  close: () => void (menu = null),
};

function open(next: OpenMenu): void {
  menu = next;
  const { contextId } = next;
  void notices.guard(async () => keep(contextId, await api.call('practice.state', { contextId })));
}
