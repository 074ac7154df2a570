import type { SavedView } from '../../shared/views';
import { api } from '../state/api';
import { go } from '../state/app.svelte';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';
import type { MenuItem } from '../ui/Menu.svelte';
import { chosen } from './choice';
import { layout } from './layout.svelte';
import { renamed, sameView, saved, without } from './savedViews';
import { shapeNow, takeShape } from './shape';
import { isColumnKey } from './sort';
import { view } from './view.svelte';
import { viewWords as words } from './viewWords';

export type Asking = 'save' | 'rename' | 'delete';

/** Name of the view last applied or saved; '' before. */
let last = $state('');
let asking = $state<Asking | null>(null);

const list = $derived(fleet.settings?.views ?? []);
const active = $derived(list.find(({ name }) => name === last));
const changed = $derived(active !== undefined && !sameView({ ...active, columns: chosen(active.columns) }, now()));

function now(): Omit<SavedView, 'name'> {
  const columns = layout.columns.map((column) => ({ ...column }));
  return { filter: view.text, sort: { ...view.sort }, columns, clusters: [...view.clusters], ...shapeNow() };
}

const keep = (next: SavedView[]) => {
  const plain = $state.snapshot(next) as SavedView[];
  return notices.guard(() => api.call('settings.patch', { views: plain }));
};

/** The trader's saved views, kept in the settings. */
export const views = {
  get list() {
    return list;
  },
  /** The one that is shown, though it may have been changed since. */
  get active() {
    return active;
  },
  get changed() {
    return changed;
  },
  /** Which question about a view is open. */
  get asking() {
    return asking;
  },
  set asking(next: Asking | null) {
    asking = next;
  },
  /** Changes what is shown and how, never the selection. */
  apply(one: SavedView) {
    last = one.name;
    view.showText(one.filter);
    if (one.clusters) view.showClusters(one.clusters);
    if (isColumnKey(one.sort.key)) view.setSort({ key: one.sort.key, descending: one.sort.descending });
    layout.set(chosen(one.columns));
    takeShape(one);
  },
  save(name: string) {
    last = name.trim();
    return keep(saved(list, { name: name.trim(), ...now() }));
  },
  rename(to: string) {
    const from = last;
    last = to.trim();
    return keep(renamed(list, from, to));
  },
  remove() {
    return keep(without(list, last));
  },
};

/** What can be done with views, for their menu and the palette. `name` tells a view's label. */
export function viewItems(name: (one: SavedView) => string): MenuItem[] {
  const item = (id: string, label: string, run: () => void, danger = false): MenuItem => ({
    ...{ id: `view-${id}`, label, enabled: true, danger },
    run: () => void go('fleet').then((gone) => gone && run()),
  });
  const ask = (next: Asking) => () => void (asking = next);
  return [
    ...list.map((one, at) => item(`at-${at}`, name(one), () => views.apply(one))),
    ...(active && changed ? [item('over', words.saveOver(active.name), () => void views.save(last))] : []),
    item('save', words.saveAs, ask('save')),
    ...(active
      ? [
          item('rename', words.rename(active.name), ask('rename')),
          item('delete', words.remove(active.name), ask('delete'), true),
        ]
      : []),
  ];
}
