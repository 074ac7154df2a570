import type { BotRow } from '../../shared/rows';
import type { Selection } from '../state/selection';
import { stateLooks } from '../ui/StateBadge.svelte';
import { providers } from '../texts';
import { groupWords } from './groupWords';
import { natural, stateOrder } from './sort';
import { tally, type FactsOf, type Tally } from './sums';

export { groupFields, type GroupField } from '../../shared/settings';
import type { GroupField } from '../../shared/settings';

/** A group's own row in the grid. `rows` are its bots, in order, whether it is open or not. */
export interface Group {
  /** Never a bot's id. */
  id: string;
  key: string;
  label: string;
  rows: BotRow[];
  tally: Tally;
  open: boolean;
}
export type Item = BotRow | Group;

const mark = 'group:';
export const isGroupId = (id: string): boolean => id.startsWith(mark);
export const isGroup = (item: Item): item is Group => 'tally' in item;
export const groupId = (field: GroupField, key: string): string => `${mark}${field}:${key}`;

/** Which group a row is of. */
export function groupKey(row: BotRow, field: GroupField, factsOf: FactsOf): string {
  if (field === 'cluster') return row.clusterId;
  if (field === 'provider') return factsOf(row.clusterId)?.provider ?? 'unknown';
  return row[field];
}

function label(key: string, field: GroupField, factsOf: FactsOf): string {
  if (field === 'cluster') return factsOf(key)?.name ?? key;
  if (field === 'provider') return providers[key as keyof typeof providers]?.name ?? key;
  if (field === 'state') return stateLooks[key as BotRow['state']].word;
  if (key === '') return groupWords.none(field);
  return field === 'strategy' ? key.replaceAll('_', ' ') : key;
}

/**
 * Rows by group; within a group they keep their order. Groups stand by name, states by what needs the trader first, those
 * without a value last, so that changes of rows move no group. `trouble`: those with bots in trouble stand above all, then those with
 * unknown ones, as their rows do. `closed` holds ids of groups.
 */
export function groupRows(
  rows: readonly BotRow[],
  by: { field: GroupField; factsOf: FactsOf; closed: ReadonlySet<string>; descending: boolean; trouble?: boolean },
): Group[] {
  const { field, factsOf, closed } = by;
  const found = new Map<string, BotRow[]>();
  for (const row of rows) {
    const key = groupKey(row, field, factsOf);
    const group = found.get(key);
    if (group) group.push(row);
    else found.set(key, [row]);
  }
  const urgent = ({ tally: { states } }: Group) =>
    !by.trouble ? '' : states.trouble > 0 ? 0 : states.unknown > 0 ? 1 : 2;
  const place = (group: Group) =>
    field === 'state'
      ? String(stateOrder.indexOf(group.key as BotRow['state']))
      : `${urgent(group)}${group.key === '' ? 1 : 0}${natural(group.label)}\n${group.key}`;
  const groups = [...found].map(([key, rows]): Group => {
    const id = groupId(field, key);
    return { id, key, label: label(key, field, factsOf), rows, tally: tally(rows, factsOf), open: !closed.has(id) };
  });
  const places = new Map(groups.map((group) => [group, place(group)]));
  groups.sort((a, b) => (places.get(a)! < places.get(b)! ? -1 : 1));
  return by.descending ? groups.reverse() : groups;
}

/** What the grid shows: each group's row, and below it its bots while it is open. */
export function itemsOf(groups: readonly Group[]): Item[] {
  return groups.flatMap((group): Item[] => (group.open ? [group, ...group.rows] : [group]));
}

/** The keyboard may stand on a group, but only bots are ever picked: what is done is done to bots. */
export function onlyBots(selection: Selection): Selection {
  const ids = [...selection.ids].filter((id) => !isGroupId(id));
  return ids.length === selection.ids.size ? selection : { ...selection, ids: new Set(ids) };
}

/** Picks all bots of a group besides what is picked, or none of them when all are. Stands on the group. */
export function toggleGroup(selection: Selection, group: Group): Selection {
  const ids = new Set(selection.ids);
  const full = group.rows.every((row) => ids.has(row.id));
  for (const { id } of group.rows)
    if (full) ids.delete(id);
    else ids.add(id);
  return { ids, cursor: group.id, anchor: group.id };
}
