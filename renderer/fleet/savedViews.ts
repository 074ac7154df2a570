import { LONGEST_FILTER, LONGEST_VIEW, MOST_VIEWS, type SavedView } from '../../shared/views';
import { viewWords as words } from './viewWords';

/** Under its name in place of the one that had it, else behind the others. */
export function saved(views: readonly SavedView[], next: SavedView): SavedView[] {
  const has = views.some(({ name }) => name === next.name);
  return has ? views.map((one) => (one.name === next.name ? next : one)) : [...views, next];
}
export const renamed = (views: readonly SavedView[], from: string, to: string): SavedView[] =>
  views.map((one) => (one.name === from ? { ...one, name: to.trim() } : one));
export const without = (views: readonly SavedView[], name: string): SavedView[] =>
  views.filter((one) => one.name !== name);

const badName = (name: string): string =>
  name.trim() === '' ? words.noName : name.trim().length > LONGEST_VIEW ? words.longName(LONGEST_VIEW) : '';

/** Why it can't be saved, as a sentence; '' when it can. A name that is there is replaced. */
export function whyNotSaved(views: readonly SavedView[], name: string, filter: string): string {
  if (badName(name)) return badName(name);
  if (filter.length > LONGEST_FILTER) return words.longFilter(LONGEST_FILTER);
  const isNew = views.every((one) => one.name !== name.trim());
  return isNew && views.length >= MOST_VIEWS ? words.tooMany(MOST_VIEWS) : '';
}

/** Why it can't be called that, as a sentence; '' when it can. */
export function whyNotRenamed(views: readonly SavedView[], from: string, to: string): string {
  if (badName(to)) return badName(to);
  return to.trim() !== from && views.some((one) => one.name === to.trim()) ? words.taken(to.trim()) : '';
}

/** Whether two views show the same. */
export const sameView = (a: Omit<SavedView, 'name'>, b: Omit<SavedView, 'name'>): boolean =>
  JSON.stringify(parts(a)) === JSON.stringify(parts(b)) &&
  (!a.clusters || !b.clusters || sameSet(a.clusters, b.clusters));
const sameSet = (a: string[], b: string[]) => a.length === b.length && a.every((one) => b.includes(one));
const parts = ({ filter, sort, columns, group, layout }: Omit<SavedView, 'name'>) => [
  ...[filter.trim(), sort.key, sort.descending, group, layout],
  columns.map(({ key, shown, width }) => [key, shown, width]),
];
