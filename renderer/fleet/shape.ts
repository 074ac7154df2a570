import { groupFields, type Settings } from '../../shared/settings';
import type { SavedView } from '../../shared/views';
import { grouping } from './grouping.svelte';

/** What a saved view keeps beside filter, order and columns: how rows are grouped and laid out. */
type Shape = Pick<SavedView, 'group' | 'layout'>;

export const shapeNow = (): Shape => ({ group: grouping.field, layout: grouping.layout });

/** What a view does not say, or says in words of another version, stays as it is. */
export function takeShape({ group, layout }: Shape): void {
  const field = (['none', ...groupFields] as Settings['group'][]).find((one) => one === group);
  if (field && field !== grouping.field) grouping.field = field;
  if ((layout === 'grid' || layout === 'cards') && layout !== grouping.layout) grouping.layout = layout;
}
