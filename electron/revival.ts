import { app, dialog, type BrowserWindow } from 'electron';
import type { AppError } from '../shared/errors';
import { createRevival } from './revivals';

/** Makes the window's page anew where its process ended by itself. `told` gets what the new page is to say. */
export function revive(window: BrowserWindow, now: () => number, told: (error: AppError) => void): void {
  const isToRevive = createRevival(now);
  const again = () => {
    if (!window.isDestroyed()) window.webContents.reload();
  };
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    told({
      code: 'INTERNAL',
      message: 'The window broke down and was made anew.',
      hint: 'Bots, clusters and operations were not touched. Log and shell tabs were closed: open them again.',
      cause: `The process of the page ended: ${reason}.`,
    });
    if (isToRevive()) setImmediate(again);
    else void ask(window).then((yes) => (yes ? again() : app.quit()));
  });
}

/** Of a page that broke down again and again. */
async function ask(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window broke down several times in ten minutes.',
    detail: 'Bots run on without it. Try it again, or quit and start Hummingdeck anew.',
    buttons: ['Try again', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 0;
}
