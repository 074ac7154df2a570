import { hostname, networkInterfaces, userInfo } from 'node:os';
import { powerMonitor, type BrowserWindow } from 'electron';
import { systemClock, type Way } from './cluster';
import { watchMachine } from './machine';
import { lookAtNetwork } from './network';
import type { WindowPlace } from './window';

/** Tells when the machine woke up, or to which far addresses (`far`) the way changed. `ways`: what open connections run over. */
export function onWakeOrNetworkChange(ways: () => readonly Way[], changed: (far?: string[]) => void): () => void {
  const machine = watchMachine({
    clock: systemClock,
    running: () => performance.now(),
    look: (far) => lookAtNetwork(networkInterfaces(), far),
    ways,
    changed,
  });
  powerMonitor.on('resume', machine.woke);
  return () => {
    machine.dispose();
    powerMonitor.off('resume', machine.woke);
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
