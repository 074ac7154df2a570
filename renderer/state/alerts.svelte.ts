import type { Alert } from '../../shared/alerts';
import { api } from './api';
import { app } from './app.svelte';
import { notices } from './notices.svelte';

let list = $state.raw<Alert[]>([]);
let shown = $state(false);

/** What the app tells of by itself, and whether its list is open. */
export const alerts = {
  /** What goes on first, newest first. */
  get list() {
    return list;
  },
  get shown() {
    return shown;
  },
  set shown(value: boolean) {
    shown = value;
  },
  take: (told: Alert[]): void => void (list = told),
  see: (): void => void notices.guard(() => api.call('alerts.see', {})),
  /** Without an id: all of them. */
  dismiss: (id?: string): void => void notices.guard(() => api.call('alerts.dismiss', id ? { ids: [id] } : {})),
  /** A system notification was clicked. `bot`: a row's id. */
  show(bot: string | null): void {
    if (bot) void app.go('bot', { bot });
    else shown = true;
  },
};
