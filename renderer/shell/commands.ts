import type { BotRow } from '../../shared/rows';
import { words as alertWords } from '../alerts/words';
import { botActions } from '../bot/actions';
import { fleetCommands } from '../fleet/commands';
import { view } from '../fleet/view.svelte';
import { viewActions } from '../fleet/viewActions';
import { practiceCommands } from '../practice/commands';
import { alerts } from '../state/alerts.svelte';
import { app, go, type Screen, type Theme } from '../state/app.svelte';
import { fleet } from '../state/fleet.svelte';
import { selected } from '../state/selected.svelte';
import { texts } from '../texts';
import { tour } from '../tour/tour.svelte';
import { words as tourWords } from '../tour/words';
import { best } from './fuzzy';

export interface Command {
  id: string;
  group: keyof typeof texts.palette.groups;
  label: string;
  /** Fainter, after the label. */
  note: string;
  key: string;
  run: () => void;
}

const screens: [Screen, string][] = [
  ['fleet', texts.rail.fleet],
  ['deploy', texts.rail.deploy],
  ['clusters', texts.rail.clusters],
  ['settings', texts.rail.settings],
];

/** What fits the typed words: what can be done to the selected bots first, then screens, clusters and bots. */
export function commands(typed: string, focusFilter: () => void): Command[] {
  const rows = selected.rows;
  const about = rows.length === 1 ? rows[0]!.name : rows.length > 1 ? texts.fleet.selected(rows.length, 0) : '';
  const acts: Command[] = (rows.length > 0 ? botActions(rows) : [])
    .filter((action) => action.enabled)
    .map(({ id, label, key, run }) => ({ id: `act-${id}`, group: 'action', label, note: about, key, run }));
  const practised = practiceCommands(rows);
  const common: Command[] = [
    { id: 'filter', group: 'action', label: texts.palette.filter, note: '', key: '/', run: focusFilter },
    {
      ...{ id: 'alerts', group: 'action', label: alertWords.command, note: '', key: alertWords.key },
      run: () => void (alerts.shown = true),
    },
    ...fleetCommands(),
    { id: 'tour', group: 'action', label: tourWords.name, note: '', key: 'F1', run: tour.start },
    ...screens.map(([screen, label]): Command => ({
      id: screen,
      group: 'screen',
      label,
      note: '',
      key: '',
      run: () => void go(screen),
    })),
    ...fleet.clusters.map(({ id, name }): Command => ({
      id,
      group: 'cluster',
      label: name,
      note: '',
      key: '',
      run: () => show(id),
    })),
    ...(view.clusters.size > 0
      ? [
          {
            id: 'all',
            group: 'cluster' as const,
            label: texts.palette.showAll,
            note: '',
            key: '',
            run: view.showAllClusters,
          },
        ]
      : []),
    ...(Object.entries(texts.settings.themes) as [Theme, string][]).map(([theme, name]): Command => ({
      id: `theme-${theme}`,
      group: 'action',
      label: texts.palette.theme(name),
      note: '',
      key: '',
      run: () => app.setTheme(theme),
    })),
    ...viewActions().map(({ id, label, run }): Command => ({
      ...{ id, group: 'action', label, note: '', key: '' },
      run: () => void go('fleet').then((gone) => gone && run()),
    })),
  ];
  const words = ({ label, note }: Command) => `${label} ${note}`;
  if (typed.trim() === '') return [...acts, ...common, ...practised].slice(0, 24);
  const bots = best([...fleet.rows.values()], typed, (row) => `${row.name} ${row.pair}`, 20).map(botCommand);
  return best([...acts, ...common, ...practised, ...bots], typed, words, 24);
}

function botCommand(row: BotRow): Command {
  const note = `${row.pair}, ${fleet.clusterName(row.clusterId)} / ${row.namespace}`;
  return { id: row.id, group: 'bot', label: row.name, note, key: '', run: () => pick(row.id) };
}

function show(cluster: string) {
  void go('fleet').then((gone) => {
    if (gone && !(view.clusters.size === 1 && view.clusters.has(cluster))) view.chooseCluster(cluster, false);
  });
}

function pick(id: string) {
  void go('fleet').then((gone) => {
    if (!gone) return;
    if (!view.shown.some((row) => row.id === id)) view.clear();
    view.uncover(id);
    selected.pick(id);
  });
}
