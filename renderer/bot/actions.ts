import type { BotRow } from '../../shared/rows';
import { go } from '../state/app.svelte';
import { clock } from '../state/clock.svelte';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';
import { openTerminal } from '../terminals/tabs.svelte';
import { confirm } from './confirm.svelte';
import { readNow } from './readNow.svelte';
import { offer, rule, type ActionId, type Ruling } from './rules';
import { words } from './words';

export interface BotAction {
  id: ActionId;
  label: string;
  /** Single key, or ''. What changes a bot has none: a slip of the finger must not begin it. */
  key: string;
  enabled: boolean;
  /** Why not, when it can't be used; '' otherwise. */
  why: string;
  /** Ends or removes something. */
  danger: boolean;
  /** Opens, or asks first where something changes. Says why when not enabled. */
  run: () => void;
}

const KEYS: Partial<Record<ActionId, string>> = {
  log: 'l',
  screen: 'a',
  shell: 's',
  edit: 'e',
  details: 'd',
  read: 'r',
};
const ORDER: ActionId[] = ['log', 'screen', 'shell', 'edit', 'details', 'read', 'start', 'restart', 'stop', 'delete'];
const DANGER: ActionId[] = ['stop', 'delete'];

/** What can be done to these bots, in the order it is shown. Reading it inside a component follows the fleet's changes. */
export function botActions(rows: readonly BotRow[]): BotAction[] {
  return ORDER.map((id) => {
    const offered = offer(id, rows, fleet.cluster, clock.now, fleet.settings ?? undefined);
    return {
      id,
      label: words.action[id],
      key: KEYS[id] ?? '',
      enabled: offered.enabled,
      why: offered.why,
      danger: DANGER.includes(id),
      // Judged again at the press: what was true when it was drawn may be over.
      run: () => start(id, rule(id, rows, fleet.cluster, Date.now(), fleet.settings ?? undefined)),
    };
  });
}

function start(id: ActionId, ruling: Ruling): void {
  const first = ruling.rows[0];
  if (!ruling.enabled || !first) {
    if (ruling.why) notices.say(ruling.why);
    return;
  }
  if (id === 'edit') void go('editor', { bot: first.id });
  else if (id === 'details') void go('bot', { bot: first.id });
  else if (id === 'log' || id === 'screen' || id === 'shell') ruling.rows.forEach((row) => openTerminal(row, id));
  else if (id === 'read') void readNow(ruling.rows);
  else confirm.ask(id, ruling);
}
