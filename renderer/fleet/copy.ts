import type { BotRow } from '../../shared/rows';
import { api } from '../state/api';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';
import { selected } from '../state/selected.svelte';
import type { MenuItem } from '../ui/Menu.svelte';
import { asKubectl, kubectlReaches, posix, windows } from './copyKubectl';
import { asCsv, asText, type Telling } from './copyText';
import { layout } from './layout.svelte';
import { view } from './view.svelte';
import { viewWords as words } from './viewWords';

/** The picked rows as the grid orders them; picked ones the filter hides come after. */
function pickedRows(): BotRow[] {
  const { ids } = selected.current;
  const shown = view.shown.filter((row) => ids.has(row.id));
  const seen = new Set(shown.map((row) => row.id));
  return [...shown, ...selected.rows.filter((row) => !seen.has(row.id))];
}

/** How long a copy is told of, ms. */
const SAID_FOR = 4_000;

const telling = (): Telling => ({
  columns: layout.shown.map(({ key }) => key),
  clusterName: fleet.clusterName,
  practice: (id) => fleet.cluster(id)?.practice ?? false,
  now: fleet.now,
});

async function copy(text: string, what: string) {
  const done = await notices.guard(async () => {
    await api.call('app.copyText', { text });
    return true;
  });
  if (!done) return;
  notices.say(what);
  // Nothing to be done about it: it goes by itself.
  setTimeout(() => {
    for (const notice of notices.list) if (notice.error.message === what) notices.dismiss(notice.id);
  }, SAID_FOR);
}

const terminal = () => (navigator.platform.startsWith('Win') ? windows : posix);
const contexts = () => fleet.contexts?.contexts ?? [];

const ways = {
  text: (rows: BotRow[]) => copy(asText(rows, telling()), words.copiedText(rows.length)),
  csv: (rows: BotRow[]) => copy(asCsv(rows, telling()), words.copiedCsv(rows.length)),
  kubectl: (rows: BotRow[]) => copy(asKubectl(rows, contexts(), terminal()), words.copiedKubectl(rows.length)),
};

/** Ctrl-C in the grid. Gives back whether there was something to copy. */
export function copySelection(): boolean {
  const rows = pickedRows();
  if (rows.length > 0) void ways.text(rows);
  return rows.length > 0;
}

/** What can be copied of the picked bots, for their menu and the palette. */
export function copyItems(rows: readonly BotRow[]): MenuItem[] {
  if (rows.length === 0) return [];
  const real = rows.filter((row) => !fleet.cluster(row.clusterId)?.practice);
  const listed = contexts().some((one) => real.some(({ clusterId }) => clusterId === one.clusterId));
  const item = (id: keyof typeof ways, label: string, key = ''): MenuItem => ({
    ...{ id: `copy-${id}`, label, key, enabled: true },
    run: () => void ways[id](pickedRows()),
  });
  return [
    item('text', words.copyText, 'Ctrl-C'),
    item('csv', words.copyCsv),
    {
      ...item('kubectl', words.copyKubectl),
      enabled: kubectlReaches(rows, contexts(), terminal()),
      why: real.length === 0 ? words.noKubectl : listed ? words.noKubectlName : words.noKubectlContext,
    },
  ];
}
