import type { Locator, Page } from '@playwright/test';
import { trader } from './pages';

/** A trader who also looks closely at contexts, the grid's cells and terminals. */
export function desk(page: Page) {
  const me = trader(page);
  const { main } = me;

  return {
    ...me,
    /** A context's card on the clusters screen; what room its cluster has is told by name further down. */
    context: (name: string) =>
      main
        .getByRole('listitem')
        .filter({ has: page.getByText(name, { exact: true }) })
        .first(),
    /** A kubeconfig file's part of the clusters screen. */
    file: (path: string) => main.getByRole('region', { name: path, exact: true }),
    /** Turns a context on or off, whatever comes of it. */
    toggle: (card: Locator) => card.getByRole('switch').press('Space'),
    /** The contract's reference to a bot that has one row; `uid` is its workload's. */
    async ref(bot: string, uid: string) {
      const id = (await me.row(bot).getAttribute('data-row')) ?? '';
      const [clusterId = '', kind = '', namespace = '', name = ''] = id.split('/');
      return { clusterId, kind, namespace, name, uid };
    },
    filter: (text: string) => page.getByRole('textbox', { name: 'Filter bots' }).fill(text),
    /** What the grid shows from the top, by column; a column must be shown. */
    async cells(...keys: string[]): Promise<string[][]> {
      return page.getByRole('grid').evaluate((grid, keys) => {
        const place = (row: Element) => Number(row.getAttribute('aria-rowindex'));
        const heads = [...grid.querySelectorAll('[role=columnheader]')];
        const indexes = keys.map((key) => heads.findIndex((head) => head.getAttribute('data-column') === key));
        const ordered = [...grid.querySelectorAll('[data-row]')].sort((a, b) => place(a) - place(b));
        return ordered.map((row) => {
          const cells = row.querySelectorAll<HTMLElement>('[role=gridcell]');
          return indexes.map((index) => cells[index]!.innerText.trim());
        });
      }, keys);
    },
    /** Keys of the columns that are shown, in their order. */
    columns: () =>
      page
        .locator('[role=columnheader][data-column]')
        .evaluateAll((heads) => heads.map((head) => head.getAttribute('data-column')!)),
  };
}
