import { groupFields } from '../../shared/settings';
import { grouping } from './grouping.svelte';
import { groupWords as t } from './groupWords';
import { view } from './view.svelte';

interface ViewAction {
  id: string;
  label: string;
  /** Of several that exclude each other: whether it is the one now. */
  checked?: boolean;
  run: () => void;
}

/** How the bots can be shown, for the menu beside the filter and for the palette. */
export function viewActions(): ViewAction[] {
  const { field, layout } = grouping;
  return [
    { id: 'group-none', label: t.ungrouped, checked: field === 'none', run: () => (grouping.field = 'none') },
    ...groupFields.map((one) => ({
      ...{ id: `group-${one}`, label: t.groupBy(one), checked: field === one },
      run: () => (grouping.field = one),
    })),
    ...(view.groups
      ? [
          { id: 'close-groups', label: t.closeAll, run: () => view.openAll(false) },
          { id: 'open-groups', label: t.openAll, run: () => view.openAll(true) },
        ]
      : []),
    layout === 'cards'
      ? { id: 'layout', label: t.grid, run: () => (grouping.layout = 'grid') }
      : { id: 'layout', label: t.cards, run: () => (grouping.layout = 'cards') },
  ];
}
