import { isBroken, SPEEDS, type PracticeAct } from '../../shared/practice';
import type { BotRow, ContextInfo } from '../../shared/rows';
import type { Command } from '../shell/commands';
import type { MenuItem } from '../ui/Menu.svelte';
import { practice } from './practice.svelte';
import { words } from './words';

const t = words.palette;
const command = (id: string, label: string, note: string, run: () => void): Command => ({
  ...{ id: `practice-${id}`, group: 'action', label, note, key: '' },
  run,
});

/** What the palette offers for the practice clusters that are on, and for the one selected bot if it is simulated. */
export function practiceCommands(rows: readonly BotRow[]): Command[] {
  const [row] = rows;
  const bot =
    row && rows.length === 1 && practice.has(row)
      ? [command(row.id, t.break(row.name), '', () => practice.openFor(row))]
      : [];
  return [...bot, ...practice.on.flatMap(ofCluster)];
}

function ofCluster(context: ContextInfo): Command[] {
  const { id } = context;
  const name = context.displayName || context.name;
  const state = practice.state(id);
  const act = (label: string, what: PracticeAct) =>
    command(`${id} ${label}`, label, name, () => void practice.act(id, what));
  return [
    command(id, t.cluster(name), '', () => practice.openCluster(context)),
    ...SPEEDS.filter((speed) => state && speed !== state.speed).map((speed) =>
      act(t.speed(speed), { act: 'speed', speed }),
    ),
    ...(state ? [act(state.unreachable ? t.giveBack : t.lose, { act: 'unreachable', on: !state.unreachable })] : []),
    ...(state && isBroken(state) ? [act(t.mendAll, { act: 'mendAll' })] : []),
  ];
}

/** The same for the grid's own menu. */
export const practiceItems = (rows: readonly BotRow[]): MenuItem[] =>
  rows.length === 1 && practice.has(rows[0]!)
    ? // After the menu has given the focus back, so that the dialog can do so too.
      [{ id: 'break', label: words.breakItem, enabled: true, run: () => setTimeout(() => practice.openFor(rows[0]!)) }]
    : [];
