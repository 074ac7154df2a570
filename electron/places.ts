import { hostname, networkInterfaces, userInfo } from 'node:os';
import { powerMonitor, type BrowserWindow } from 'electron';
import type { Way } from './cluster';
import { changedWays, lookAtNetwork, type NetworkLook } from './network';
import type { WindowPlace } from './window';

const NETWORK_POLL_MS = 5_000;

/**
 * Tells when the machine woke up (no open connection can be trusted then), or to which far addresses (`far`) the way changed. `ways`: what
 * open connections run over.
 */
export function onWakeOrNetworkChange(ways: () => readonly Way[], changed: (far?: string[]) => void): () => void {
  let before: NetworkLook | null = null;
  let over = false;
  let timer: NodeJS.Timeout;
  const look = async () => {
    const now = await lookAtNetwork(networkInterfaces(), ways());
    if (over) return;
    const far = before ? changedWays(before, now) : [];
    before = now;
    if (far.length > 0) changed(far);
    timer = setTimeout(() => void look(), NETWORK_POLL_MS);
  };
  void look();
  const woke = () => changed();
  powerMonitor.on('resume', woke);
  return () => {
    over = true;
    clearTimeout(timer);
    powerMonitor.off('resume', woke);
  };
}

/** Keeps where the window stands, a moment after it came to rest. */
export function rememberPlace(window: BrowserWindow, keep: (place: WindowPlace) => void): void {
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!window.isDestroyed()) keep({ ...window.getNormalBounds(), maximized: window.isMaximized() });
    }, 500);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('closed', () => clearTimeout(timer));
}

/** `user@machine`: how this installation signs what it does to a bot. A user without an entry in the system's list has a number only. */
export function whoAndWhere(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${process.getuid?.() ?? 'someone'}@${hostname()}`;
  }
}
