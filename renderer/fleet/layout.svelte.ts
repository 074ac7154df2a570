import { api } from '../state/api';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';
import { chosen, type Chosen } from './choice';

let own = $state.raw<Chosen[] | null>(null);
let menu = $state.raw<{ x: number; y: number } | null>(null);

const columns = $derived(own ?? chosen(fleet.settings?.columns ?? []));
const shown = $derived(columns.filter((column) => column.shown));

/** The grid's columns as the trader has them: kept in the settings. */
export const layout = {
  /** All of them, in order. */
  get columns() {
    return columns;
  },
  get shown() {
    return shown;
  },
  set(next: readonly Chosen[]) {
    layout.preview(next);
    const kept = next.map((column) => ({ ...column }));
    void notices.guard(() => api.call('settings.patch', { columns: kept }));
  },
  /** Shows it without keeping it, as while an edge is dragged. */
  preview(next: readonly Chosen[]) {
    own = [...next];
  },
  reset() {
    own = chosen([]);
    void notices.guard(() => api.call('settings.patch', { columns: [] }));
  },
  /** Where the menu of columns is open, in px of the window; null: closed. */
  get menu() {
    return menu;
  },
  set menu(at: { x: number; y: number } | null) {
    menu = at;
  },
};
