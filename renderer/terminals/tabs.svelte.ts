import type { BotRow } from '../../shared/rows';
import type { TerminalKind } from '../../shared/terminals';
import { botRef } from '../state/fleet.svelte';
import { createTab, type Tab } from './tab.svelte';

const SIZES = { least: 8, usual: 12, most: 24 };
let list = $state.raw<Tab[]>([]);
let activeId = $state<string | null>(null);
let fontSize = $state(SIZES.usual);
let next = 1;
/** Given by the panel: where the focus goes when a terminal lets go of it. */
let leave: () => void = () => {};

/** Opens a tab, or shows the one that is there already. Tabs are pinned to the workload's uid: a bot made anew gets its own. */
export function openTerminal(row: BotRow, kind: TerminalKind): void {
  const there = list.find((tab) => tab.kind === kind && tab.ref.uid === row.uid && tab.ref.clusterId === row.clusterId);
  if (there) {
    terminals.activate(there.id);
    if (kind !== 'log') there.focusSoon();
    return;
  }
  const id = `terminal-${next++}`;
  const tab = createTab(id, botRef(row), kind, fontSize, { zoomBy: terminals.zoomBy, leave: () => leave() });
  list = [...list, tab];
  activeId = id;
  // A log is read beside the grid; a screen or shell is typed into.
  if (kind !== 'log') tab.focusSoon();
}

/** The tabs that are open; they outlive every page change. */
export const terminals = {
  get list(): readonly Tab[] {
    return list;
  },
  get count() {
    return list.length;
  },
  get activeId() {
    return activeId;
  },
  get active(): Tab | undefined {
    return list.find((tab) => tab.id === activeId);
  },
  activate(id: string) {
    activeId = id;
  },
  /** Detaches and forgets the tab; the neighbour is shown. The bot is not touched. */
  close(id: string) {
    const at = list.findIndex((tab) => tab.id === id);
    const tab = list[at];
    if (!tab) return;
    list = list.filter((one) => one !== tab);
    if (activeId === id) activeId = (list[at] ?? list[at - 1])?.id ?? null;
    tab.dispose();
  },
  /** Text size of all terminals: one step larger or smaller, 0 for the usual one. */
  zoomBy(step: number) {
    fontSize = step === 0 ? SIZES.usual : Math.min(SIZES.most, Math.max(SIZES.least, fontSize + step));
    for (const tab of list) tab.zoom(fontSize);
  },
  /** Tells where the focus goes on F6. Gives back how to end that. */
  onLeave(to: () => void): () => void {
    leave = to;
    return () => (leave = () => {});
  },
};
