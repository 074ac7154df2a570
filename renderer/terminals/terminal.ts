import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import type { TerminalKind } from '../../shared/terminals';
import { guardSequences, linkAllowed } from './guard';
import { keyMeaning, type KeyMeaning } from './keys';
import { readToken, terminalTheme, watchTheme } from './theme';

const SCROLLBACK = 10_000;
/** Columns of a log whose lines are not wrapped; wider than any sensible line, narrow enough for one canvas. */
const UNWRAPPED = 400;

export interface TerminalEvents {
  input(data: string): void;
  size(cols: number, rows: number): void;
  /** A key that means something to the app; Enter too, which gives whether it was used up. */
  key(meaning: Exclude<KeyMeaning, 'app' | 'send'>): void;
  enter(): boolean;
  paste(text: string): void;
  link(url: string): void;
  /** Whether the newest line is in view. */
  atEnd(yes: boolean): void;
}

/** An xterm of one tab in an element of its own, which may be shown, hidden and shown elsewhere. */
export function createTerminal(
  page: Document,
  kind: TerminalKind,
  label: string,
  fontSize: number,
  events: TerminalEvents,
) {
  const element = page.createElement('div');
  element.className = 'terminal-element';
  const token = readToken(page);
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: kind !== 'log',
    cursorInactiveStyle: kind === 'log' ? 'none' : 'outline',
    disableStdin: kind === 'log',
    fontFamily: token('--font-mono'),
    fontSize,
    lineHeight: 1.25,
    linkHandler: { activate: (_event, url) => open(url), allowNonHttpProtocols: false },
    minimumContrastRatio: 4.5,
    scrollback: SCROLLBACK,
    theme: terminalTheme(token),
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.loadAddon(new WebLinksAddon((_event, url) => open(url)));
  const ends = [
    guardSequences(terminal),
    watchTheme(page, () => (terminal.options.theme = terminalTheme(readToken(page)))),
  ];
  let webgl: WebglAddon | null = null;
  let opened = false;
  let shown = false;
  let wrap = true;

  function open(url: string) {
    if (linkAllowed(url)) events.link(url);
  }

  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return true;
    const meaning = keyMeaning(event, kind, page.defaultView?.navigator.platform.startsWith('Mac') ?? false);
    if (meaning === 'app') return false;
    if (meaning === 'send') return !(event.key === 'Enter' && events.enter());
    // A paste is left to the page, whose paste event brings the text without any permission.
    if (meaning === 'paste') return false;
    event.preventDefault();
    if (meaning === 'copy') page.execCommand('copy');
    else events.key(meaning);
    return false;
  });
  // Keyboard, menu and the middle button all end here.
  element.addEventListener(
    'paste',
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (kind !== 'log') events.paste(event.clipboardData?.getData('text/plain') ?? '');
    },
    true,
  );
  // Nothing typed here is a shortcut of the grid behind.
  element.addEventListener('keydown', (event) => {
    const meaning = keyMeaning(event, kind, false);
    if (meaning !== 'app') event.stopPropagation();
  });
  terminal.onData(events.input);
  terminal.onBinary(events.input);
  terminal.onResize(({ cols, rows }) => events.size(cols, rows));
  const tellEnd = () => events.atEnd(terminal.buffer.active.viewportY >= terminal.buffer.active.baseY);
  terminal.onScroll(tellEnd);
  terminal.onWriteParsed(tellEnd);

  function useWebgl() {
    if (webgl || !shown) return;
    try {
      const addon = new WebglAddon();
      addon.onContextLoss(dropWebgl);
      terminal.loadAddon(addon);
      webgl = addon;
    } catch {
      webgl = null; // no WebGL here: xterm draws with the page's own text
    }
  }

  function dropWebgl() {
    const addon = webgl;
    webgl = null;
    addon?.dispose();
  }

  function refit() {
    if (!opened || !shown || element.clientWidth === 0) return;
    const wanted = fit.proposeDimensions();
    if (!wanted || !Number.isFinite(wanted.cols) || !Number.isFinite(wanted.rows)) return;
    const cols = wrap ? wanted.cols : Math.max(UNWRAPPED, wanted.cols);
    const buffer = terminal.buffer.active;
    const wasAtEnd = buffer.viewportY >= buffer.baseY;
    if (cols !== terminal.cols || wanted.rows !== terminal.rows)
      terminal.resize(Math.max(2, cols), Math.max(1, wanted.rows));
    if (wasAtEnd) terminal.scrollToBottom();
    element.classList.toggle('unwrapped', !wrap);
  }

  const observer = new ResizeObserver(() => page.defaultView?.requestAnimationFrame(refit));
  observer.observe(element);

  return {
    element,
    terminal,
    search,
    refit,
    /** Puts it on screen. Fonts are loaded first: a terminal measures its cells once. */
    async show() {
      shown = true;
      if (!opened) {
        await page.fonts.load(`${terminal.options.fontSize}px ${terminal.options.fontFamily}`).catch(() => undefined);
        if (opened || !element.isConnected) return;
        opened = true;
        terminal.open(element);
        terminal.textarea?.setAttribute('aria-label', label);
      }
      if (!shown) return;
      useWebgl();
      refit();
    },
    /** Off screen: keeps its text, gives its WebGL context back (a window has 16 at most). */
    hide() {
      shown = false;
      dropWebgl();
    },
    zoom(size: number) {
      terminal.options.fontSize = size;
      refit();
    },
    wrap(yes: boolean) {
      wrap = yes;
      refit();
    },
    dispose() {
      observer.disconnect();
      dropWebgl();
      ends.forEach((end) => end());
      terminal.dispose();
      element.remove();
    },
  };
}
