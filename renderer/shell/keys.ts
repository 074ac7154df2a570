import { botActions } from '../bot/actions';
import { words as alertWords } from '../alerts/words';
import { fleetKeys } from '../fleet/commands';
import { alerts } from '../state/alerts.svelte';
import { app } from '../state/app.svelte';
import { panels } from '../state/panels.svelte';
import { selected } from '../state/selected.svelte';

/** Whether typed keys belong to what has the focus. */
function takesText(node: Element | null): boolean {
  if (!(node instanceof HTMLElement)) return false;
  return (
    node.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) ||
    node.closest('.xterm, .cm-editor') !== null
  );
}

/** Keys that count everywhere in the window: `/`, `b`, Ctrl-K, and on the fleet those of the selected bots. */
export function windowKey(event: KeyboardEvent, focusFilter: () => void): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === 'k' && !document.activeElement?.closest('.xterm')) {
    event.preventDefault();
    panels.palette = true;
    return;
  }
  if (command || takesText(document.activeElement) || document.querySelector('dialog[open]')) return;
  if (event.key === '/') {
    event.preventDefault();
    focusFilter();
    return;
  }
  if (event.key === alertWords.key && !event.repeat) {
    event.preventDefault();
    alerts.shown = !alerts.shown;
    return;
  }
  if (event.key === 'Escape' && app.screen === 'bot') {
    event.preventDefault();
    void app.go('fleet');
    return;
  }
  if (app.screen !== 'fleet' || event.repeat || event.key.length !== 1) return;
  const run = fleetKeys[event.key];
  if (run) {
    event.preventDefault();
    run();
    return;
  }
  const rows = selected.rows;
  const action = rows.length > 0 ? botActions(rows).find((action) => action.key === event.key) : undefined;
  if (!action) return;
  event.preventDefault();
  action.run();
}
