import type { Locator, Page } from '@playwright/test';
import { trader } from './pages';

/** The grid's columns after the one that selects. */
const columns = [
  ...['name', 'cluster', 'namespace', 'pair', 'exchange', 'strategy', 'state'],
  ...['ready', 'status', 'restarts', 'age', 'node', 'image'],
];

/** A trader who also looks closely at contexts, the grid's cells and terminals. */
export function desk(page: Page) {
  const me = trader(page);
  const { main } = me;

  return {
    ...me,
    /** A context's card on the clusters screen; what its cluster has room for stands below in a list of its own. */
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
    /** Types a filter and leaves the box, so that what it offers covers nothing. */
    filter: async (text: string) => {
      const box = page.getByRole('combobox', { name: 'Filter bots' });
      await box.fill(text);
      await box.blur();
    },
    /** What the grid shows from the top, by column. */
    async cells(...keys: string[]): Promise<string[][]> {
      const rows = page.getByRole('grid').locator('[data-row]');
      return rows.evaluateAll(
        (found, indexes) => {
          const place = (row: Element) => Number(row.getAttribute('aria-rowindex'));
          const ordered = found.sort((a, b) => place(a) - place(b));
          return ordered.map((row) => {
            const cells = row.querySelectorAll<HTMLElement>('[role=gridcell]');
            return indexes.map((index) => cells[index]!.innerText.trim());
          });
        },
        keys.map((key) => columns.indexOf(key) + 1),
      );
    },
  };
}
