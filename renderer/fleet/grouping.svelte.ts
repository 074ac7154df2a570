import { untrack } from 'svelte';
import type { Settings } from '../../shared/settings';
import { api } from '../state/api';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';

let ownField = $state<Settings['group'] | null>(null);
let ownLayout = $state<Settings['layout'] | null>(null);
/** Ids of groups that are closed: kept while the app runs, also while their bots come and go. */
let closed = $state.raw<ReadonlySet<string>>(new Set());

/** How the fleet is laid out; kept in the settings, but for which groups are closed. */
export const grouping = {
  get field(): Settings['group'] {
    return ownField ?? fleet.settings?.group ?? 'none';
  },
  set field(next: Settings['group']) {
    ownField = next;
    void notices.guard(() => api.call('settings.patch', { group: next }));
  },
  get layout(): Settings['layout'] {
    return ownLayout ?? fleet.settings?.layout ?? 'grid';
  },
  set layout(next: Settings['layout']) {
    ownLayout = next;
    void notices.guard(() => api.call('settings.patch', { layout: next }));
  },
  get closed() {
    return closed;
  },
  /** Opens or closes these groups. */
  set(ids: readonly string[], open: boolean) {
    const next = new Set(untrack(() => closed));
    for (const id of ids)
      if (open) next.delete(id);
      else next.add(id);
    closed = next;
  },
};
