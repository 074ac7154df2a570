import { api } from './api';
import { fleet } from './fleet.svelte';
import { notices } from './notices.svelte';

const stored = (name: string, fallback: number): number => {
  try {
    const value = Number(localStorage.getItem(`panel:${name}`));
    return Number.isFinite(value) && value > 0 ? value : fallback;
  } catch {
    return fallback;
  }
};

let ownDetail = $state<boolean | null>(null);
let detailWidth = $state(stored('detail', 340));
let dockHeight = $state(stored('dock', 236));
let operations = $state(false);
let palette = $state(false);

const keep = (name: string, value: number) => {
  try {
    localStorage.setItem(`panel:${name}`, String(Math.round(value)));
  } catch {
    // Without storage the sizes last as long as the window.
  }
};

/** Which side panels are shown, and their sizes in px. */
export const panels = {
  get detail() {
    return ownDetail ?? fleet.settings?.detail ?? true;
  },
  /** Kept in the settings. */
  set detail(value: boolean) {
    ownDetail = value;
    void notices.guard(() => api.call('settings.patch', { detail: value }));
  },
  get operations() {
    return operations;
  },
  set operations(value: boolean) {
    operations = value;
  },
  get palette() {
    return palette;
  },
  set palette(value: boolean) {
    palette = value;
  },
  get detailWidth() {
    return detailWidth;
  },
  set detailWidth(value: number) {
    detailWidth = value;
    keep('detail', value);
  },
  get dockHeight() {
    return dockHeight;
  },
  set dockHeight(value: number) {
    dockHeight = value;
    keep('dock', value);
  },
};
