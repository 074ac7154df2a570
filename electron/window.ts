import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, protocol, session } from 'electron';
import type { AppError } from '../shared/errors';
import { createRevival } from './revival';

const SCHEME = 'app';
const HOST = 'hummingdeck';
export const ORIGIN = `${SCHEME}://${HOST}`;

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Before `app` is ready: the scheme the page lives on, so that neither file: nor a local server is needed. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built renderer from `folder`, and nothing outside it. */
export function serveRenderer(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    const path = normalize(join(folder, decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname)));
    if (url.host !== HOST || !path.startsWith(folder + sep)) return new Response('not found', { status: 404 });
    try {
      const headers = {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': CSP,
        'x-content-type-options': 'nosniff',
      };
      return new Response(await readFile(path), { headers });
    } catch {
      return new Response('not found', { status: 404 });
    }
  });
}

/** No page, frame, popup or view but ours, no download, and no permission or device for anyone. `onLink` gets links that want to leave. */
export function guard(onLink: (url: string) => void): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
  // Nothing here is saved by the browser's own way: a file that wants to come comes from elsewhere.
  session.defaultSession.on('will-download', (event) => event.preventDefault());
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      onLink(url);
      return { action: 'deny' };
    });
  });
}

export interface WindowPlace {
  x?: number;
  y?: number;
  width: number;
  height: number;
  maximized: boolean;
}

/** The app's one window: sandboxed, isolated, without Node. */
export function openWindow(options: {
  preload: string;
  icon: string;
  title: string;
  place: WindowPlace;
}): BrowserWindow {
  const { x, y, width, height, maximized } = options.place;
  const window = new BrowserWindow({
    ...{ x, y, width, height, minWidth: 760, minHeight: 480 },
    title: options.title,
    icon: options.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0d1014' : '#f5f6f8',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      v8CacheOptions: 'code',
    },
  });
  if (maximized) window.maximize();
  window.on('page-title-updated', (event) => event.preventDefault());
  void window.loadURL(`${ORIGIN}/`);
  return window;
}

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
