import { hostname, networkInterfaces, userInfo } from 'node:os';
import { powerMonitor, type BrowserWindow } from 'electron';
import { routableAddresses } from './network';
import type { WindowPlace } from './window';

const NETWORK_POLL_MS = 5_000;

/** Tells when the machine woke up or its network changed: no open connection can be trusted then. */
export function onWakeOrNetworkChange(changed: () => void): () => void {
  const addresses = () => routableAddresses(networkInterfaces());
  let before = addresses();
  const timer = setInterval(() => {
    const now = addresses();
    if (now !== before) changed();
    before = now;
  }, NETWORK_POLL_MS);
  powerMonitor.on('resume', changed);
  return () => {
    clearInterval(timer);
    powerMonitor.off('resume', changed);
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
