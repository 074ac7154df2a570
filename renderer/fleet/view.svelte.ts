import { flushSync, untrack } from 'svelte';
import { api } from '../state/api';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';
import { selected } from '../state/selected.svelte';
import { prune } from '../state/selection';
import { clock } from '../state/clock.svelte';
import { factsOf, factsText } from '../state/clusterFacts.svelte';
import { matcher, parseFilter, remembering } from './filter';
import { grouping } from './grouping.svelte';
import { groupRows, isGroupId, itemsOf, type Group, type Item } from './groups';
import { tally } from './sums';
import { judgedBy } from './judged';
import { createOrdered, type Ordered } from './ordered';
import { isBeside, isColumnKey, sortables, sorter, troubleFirst, type ColumnKey, type Sort } from './sort';

let text = $state('');
let applied = $state('');
let clusters = $state.raw<ReadonlySet<string>>(new Set());
let ownSort = $state.raw<Sort | null>(null);
/** The version of the table the grid shows: follows the store, but never faster than it can be drawn. */
let seen = $state(0);
/** The version that counts and sums show: nobody reads them faster than that, and they are of all rows. */
let calm = $state(0);
const CALM = 1_000;
/** However slow the machine is, rows are never older than this, ms. */
const LONGEST = 1_000;
/** While the trader scrolls, rows follow the store this slowly, ms: frames come first. */
const SCROLLING = 300;
let scrolledAt = -Infinity;
/** The sort before trouble was put first. */
let former: Sort = { key: 'name', descending: false };
let lastOrder: Ordered | undefined;
/** What the trader asked for last, and the rows in that order: worked out before it is drawn, as both at once would hold up frames. */
let ahead: { sort: Sort; names: string; order: Ordered } | undefined;
/** How long the last look at the store took, ms. */
let cost = 0;

const sort = $derived.by<Sort>(() => {
  if (ownSort) return ownSort;
  const kept = fleet.settings?.sort;
  return kept && isColumnKey(kept.key)
    ? { key: kept.key, descending: kept.descending }
    : { key: 'name', descending: false };
});

const sortKey = $derived(sort.key);
/** The order that the trader wants, drawn or not yet. */
const asked = (): Sort => ahead?.sort ?? sort;
/** What was worked out ahead, if clusters are named now as they were then. */
const ready = (names: string) => (ahead?.names === names ? ahead : undefined);
const sortable = $derived.by(() => {
  const soon = ready(fleet.names);
  return soon?.sort.key === sortKey ? soon.order.of : sortables(sortKey, fleet.clusterName);
});
const orderBy = $derived(sorter(sort, sortable));
const ordered = $derived.by(() => {
  const [by, soon] = [orderBy, ready(fleet.names)];
  return (lastOrder = soon?.sort === sort ? soon.order : createOrdered(by, lastOrder));
});
const sorted = $derived.by(() => {
  void seen;
  const touched = fleet.takeTouched();
  // What is taken here is told to nobody else again.
  if (ahead && ahead.order !== ordered) ahead.order.update(fleet.peek(), touched);
  return ordered.update(fleet.peek(), touched);
});

const inClusters = $derived(clusters.size === 0 ? sorted : sorted.filter((row) => clusters.has(row.clusterId)));
const terms = $derived(parseFilter(applied));
/** Ages pass without any row changing: a filter by age looks again every few seconds. */
const now = $derived(terms.some(({ key }) => key === 'age') ? Math.floor(clock.now / 3000) * 3000 : 0);
const facts = $derived({ clusterName: fleet.clusterName, factsOf, now });
/** A row is judged once as long as it, what is asked and what is known of clusters stay the same. */
const fits = $derived((void fleet.names, void factsText(), remembering(matcher(terms, facts))));
const fitting = $derived(terms.length === 0 ? inClusters : inClusters.filter(fits));
const groups = $derived.by<Group[] | null>(() => {
  const { field, closed } = grouping;
  if (field === 'none' || grouping.layout === 'cards') return null;
  const descending = sort.descending && sort.key === field;
  const trouble = sort.key === troubleFirst.key && !sort.descending;
  return groupRows(fitting, { field, factsOf, closed, descending, trouble });
});
const items = $derived<readonly Item[]>(groups ? itemsOf(groups) : fitting);
const shown = $derived(groups ? groups.flatMap(({ rows }) => rows) : fitting);
const walk = $derived(items.map(({ id }) => id));
const order = $derived(groups ? walk.filter((id) => !isGroupId(id)) : walk);
/** What counts and sums are made of: `shown` at once where the trader asked for something else, else a few times a second. */
const counted = $derived.by(() => {
  void [calm, terms, clusters, grouping.field, grouping.layout, fleet.names];
  return untrack(() => ({ shown, inClusters }));
});
const sums = $derived(tally(counted.shown, factsOf));
/** What each state would show: the filter without what it says of states. */
const anyState = $derived.by(() => {
  const others = terms.filter(({ key }) => key !== 'state');
  return others.length === terms.length ? sums : tally(counted.inClusters.filter(matcher(others, facts)), factsOf);
});
/** What the filter asks of readings tells nothing of bots that were not read. */
const judged = $derived(judgedBy(counted.inClusters, terms, facts));

let typing: ReturnType<typeof setTimeout> | undefined;

/** What the grid shows: the store's rows, filtered and in order. */
export const view = {
  get text() {
    return text;
  },
  /** Typed text shows at once; the rows follow a moment later. What is then hidden is no longer selected. */
  set text(next: string) {
    text = next;
    clearTimeout(typing);
    typing = setTimeout(() => apply(next), fleet.peek().size > 1000 ? 90 : 20);
  },
  /** The text the rows follow now. */
  get applied() {
    return applied;
  },
  /** Sets the filter at once. */
  setText(next: string) {
    clearTimeout(typing);
    text = next;
    apply(next);
  },
  /** Sets the filter at once and leaves the selection as it is: what is then hidden stays picked, and is said to be. */
  showText(next: string) {
    clearTimeout(typing);
    text = applied = next;
  },
  get clusters() {
    return clusters;
  },
  /** Only this cluster; with `add` it joins or leaves the chosen ones. Choosing the only chosen one again shows all. */
  chooseCluster(id: string, add: boolean) {
    const next = new Set(add ? clusters : []);
    if (clusters.has(id) && (add || clusters.size === 1)) next.delete(id);
    else next.add(id);
    clusters = next;
    dropHidden();
  },
  /** Exactly these, all where there are none; the selection stays as it is, as with `showText`. */
  showClusters(ids: readonly string[]) {
    clusters = new Set(ids);
  },
  showAllClusters() {
    clusters = new Set();
  },
  clear() {
    clusters = new Set();
    view.setText('');
  },
  get sort() {
    return sort;
  },
  /** By this column; again turns it round. */
  sortBy(key: ColumnKey) {
    const before = asked();
    sortSoon({ key, descending: before.key === key ? !before.descending : false });
  },
  setSort(next: Sort) {
    ownSort = next;
    ahead = undefined;
    const patch = { sort: { ...next } };
    void notices.guard(() => api.call('settings.patch', patch));
  },
  /** What needs the trader stands above; again: sorted as before. */
  troubleFirst() {
    const before = asked();
    const is = before.key === troubleFirst.key && !before.descending;
    if (!is) former = before;
    sortSoon(is ? former : troubleFirst);
  },
  /** The bots that `sums` is of, and all of the chosen clusters, before the filter: a moment old while changes come fast. */
  get counted() {
    return counted;
  },
  /** All bots that fit, those of closed groups included. */
  get shown() {
    return shown;
  },
  /** Ids of the bots that can be seen, in order: those of closed groups are not among them. */
  get order() {
    return order;
  },
  /** What the grid shows: bots, and the rows of their groups. */
  get items() {
    return items;
  },
  /** Ids of the items: where the keyboard goes. */
  get walk() {
    return walk;
  },
  /** null: not grouped. */
  get groups() {
    return groups;
  },
  /** The group the keyboard stands on. */
  get group(): Group | undefined {
    const { cursor } = selected.current;
    return cursor !== null && isGroupId(cursor) ? groups?.find(({ id }) => id === cursor) : undefined;
  },
  /** Counts and sums of all bots that fit. */
  get sums() {
    return sums;
  },
  /** Counts by state, whatever state the filter asks for. */
  get states() {
    return anyState.states;
  },
  /** By how many bots what the filter asks of readings was judged; null: it asks for nothing that was read. */
  get judged() {
    return judged;
  },
  get terms() {
    return terms;
  },
  /** The trader scrolls. */
  scrolled() {
    scrolledAt = performance.now();
  },
  /** Makes sure this bot's row can be seen: opens its group. */
  uncover(id: string) {
    const group = groups?.find(({ rows }) => rows.some((row) => row.id === id));
    if (group && !group.open) grouping.set([group.id], true);
  },
  openAll: (open: boolean) =>
    grouping.set(
      (groups ?? []).map(({ id }) => id),
      open,
    ),
};

/** In this order, worked out now and drawn in a task of its own. */
function sortSoon(next: Sort) {
  const of = next.key === sortKey ? sortable : sortables(next.key, fleet.clusterName);
  const order = createOrdered(sorter(next, of), lastOrder);
  if (!isBeside(next.key)) order.update(fleet.peek(), null);
  const mine = (ahead = { sort: next, names: fleet.names, order });
  setTimeout(() => {
    // Something else was asked for meanwhile.
    if (ahead !== mine) return;
    ownSort = next;
    flushSync();
    view.setSort(next);
  });
}

function apply(next: string) {
  applied = next;
  dropHidden();
}

/** A filter the trader sets also bounds what he acts on. Updates that hide a row leave it selected. */
function dropHidden() {
  const visible = new Set([...shown.map(({ id }) => id), ...walk]);
  selected.current = prune(selected.current, (id) => visible.has(id));
}

/** Lets the grid follow the store. Call inside a component; ends with it. */
export function followStore(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let calming: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  let calmAt = 0;
  const show = () => {
    timer = undefined;
    last = performance.now();
    seen = fleet.peekVersion();
    const rows = fleet.peek();
    selected.current = prune(selected.current, (id) => rows.has(id) || (isGroupId(id) && walk.includes(id)));
    // In a task of its own: with the rows it would hold up a frame.
    calming ??= setTimeout(count, Math.max(0, calmAt + CALM - last));
    // Drawn before it is measured: what follows from it is most of the cost.
    flushSync();
    cost = performance.now() - last;
  };
  const count = () => {
    clearTimeout(calming);
    calming = undefined;
    calmAt = performance.now();
    calm = fleet.peekVersion();
  };
  $effect(() => {
    void fleet.version;
    // At most about a fifth of the time goes into it however fast changes come in.
    const now = performance.now();
    const calmly = now - scrolledAt < SCROLLING ? SCROLLING : 50;
    timer ??= setTimeout(show, Math.max(0, last + Math.max(calmly, Math.min(LONGEST, cost * 5)) - now));
  });
  $effect(() => () => {
    clearTimeout(timer);
    clearTimeout(calming);
  });
}
