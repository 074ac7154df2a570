import { go } from '../state/app.svelte';
import { selected } from '../state/selected.svelte';
import { copyItems } from './copy';
import { layout } from './layout.svelte';
import { view } from './view.svelte';
import { viewItems } from './views.svelte';
import { viewWords as words } from './viewWords';

const openColumns = () => {
  const box = document.querySelector('[role=grid], [role=treegrid]')?.getBoundingClientRect();
  if (box) layout.menu = { x: box.right - 260, y: box.top + 27 };
};

/** Keys of the fleet's screen that need no selected bot. */
export const fleetKeys: Readonly<Record<string, () => void>> = { t: view.troubleFirst, c: openColumns };

/** What can be done to the grid itself, for the palette. */
export function fleetCommands() {
  const command = (id: string, label: string, key: string, act: () => void, note = '') => ({
    ...{ id: `grid-${id}`, group: 'action' as const, label, note, key },
    run: () => void go('fleet').then((gone) => gone && act()),
  });
  return [
    command('trouble', words.troubleFirst, 't', view.troubleFirst),
    ...copyItems(selected.rows)
      .filter((item) => item.enabled)
      .map((item) => command(item.id, item.label, item.key ?? '', item.run)),
    ...viewItems(({ name }) => words.viewCommand(name)).map((item) => command(item.id, item.label, '', item.run)),
    command('columns', words.columnsCommand, 'c', () => requestAnimationFrame(openColumns)),
  ];
}
