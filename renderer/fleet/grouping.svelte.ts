import { untrack } from 'svelte';
import type { Settings } from '../../shared/settings';
import { api } from '../state/api';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';

let ownField = $state<Settings['group'] | null>(null);
let ownLayout = $state<Settings['layout'] | null>(null);
let ownClosed = $state.raw<ReadonlySet<string> | null>(null);
/** Ids of groups that are closed: also while their bots come and go. */
const closed = $derived<ReadonlySet<string>>(ownClosed ?? new Set(fleet.settings?.closedGroups));

/** How the fleet is laid out; kept in the settings. */
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
    ownClosed = next;
    void notices.guard(() => api.call('settings.patch', { closedGroups: [...next] }));
  },
};
