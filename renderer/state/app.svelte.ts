import type { AppInfo } from '../../shared/contract/app';
import type { Settings } from '../../shared/settings';
import { api } from './api';
import { notices } from './notices.svelte';

export type Screen = 'fleet' | 'deploy' | 'bot' | 'editor' | 'clusters' | 'settings';
/** What a screen is about: `bot` is a row's id, `cluster` a cluster's id, `template` a template's id. */
export type Params = Partial<Record<'bot' | 'cluster' | 'template', string>>;
export type Theme = Settings['theme'];

let screen = $state<Screen>('fleet');
let params = $state.raw<Params>({});
let info = $state.raw<AppInfo | null>(null);
let theme = $state<Theme>('system');
let systemDark = $state(true);
/** A screen with unsaved work answers false to keep the trader on it. */
let mayLeave: (() => boolean | Promise<boolean>) | null = null;

export const app = {
  get screen() {
    return screen;
  },
  get params() {
    return params;
  },
  get info() {
    return info;
  },
  set info(value: AppInfo | null) {
    info = value;
  },
  get theme() {
    return theme;
  },
  /** What `system` comes to right now. */
  get look(): 'dark' | 'light' {
    return theme === 'system' ? (systemDark ? 'dark' : 'light') : theme;
  },
  /** Settings as main tells them. */
  takeSettings(settings: Settings) {
    theme = settings.theme;
  },
  setTheme(next: Theme) {
    theme = next;
    void notices.guard(() => api.call('settings.patch', { theme: next }));
  },
  /** Shows another screen; resolves to false when the current one keeps the trader. */
  async go(next: Screen, about: Params = {}): Promise<boolean> {
    const ask = mayLeave;
    if (ask && !(await ask())) return false;
    if (mayLeave === ask) mayLeave = null;
    screen = next;
    params = about;
    return true;
  },
  /** `ask` is asked before another screen is shown; gives back how to end that. */
  guardLeaving(ask: () => boolean | Promise<boolean>): () => void {
    mayLeave = ask;
    return () => {
      if (mayLeave === ask) mayLeave = null;
    };
  },
  /** Follows the system's theme. Gives back how to end that. */
  watchSystemTheme(page: Window): () => void {
    const query = page.matchMedia('(prefers-color-scheme: dark)');
    const follow = () => (systemDark = query.matches);
    follow();
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  },
};

export const go = app.go;
