import type { ITheme } from '@xterm/xterm';

/** The terminal's colours from the design tokens. ANSI colours are the app's own hues, so that a log looks like the grid. */
export function terminalTheme(token: (name: string) => string): ITheme {
  const dim = token('--text-faint');
  const colours = {
    red: token('--bad'),
    green: token('--good'),
    yellow: token('--warn'),
    blue: token('--info'),
    magenta: token('--unknown'),
    cyan: token('--accent'),
  };
  return {
    background: token('--sunken'),
    foreground: token('--text'),
    cursor: token('--accent'),
    cursorAccent: token('--sunken'),
    selectionBackground: solid(token('--accent')) + '55',
    selectionInactiveBackground: solid(token('--accent')) + '2e',
    scrollbarSliderBackground: solid(token('--line-strong')) + 'aa',
    scrollbarSliderHoverBackground: token('--edge'),
    scrollbarSliderActiveBackground: token('--edge'),
    ...colours,
    black: token('--line-strong'),
    white: token('--text-dim'),
    brightBlack: dim,
    brightRed: colours.red,
    brightGreen: colours.green,
    brightYellow: colours.yellow,
    brightBlue: colours.blue,
    brightMagenta: colours.magenta,
    brightCyan: colours.cyan,
    brightWhite: token('--text'),
  };
}

/** `#rrggbb` of a token that may carry an alpha. */
const solid = (colour: string) => colour.slice(0, 7);

/** A token's value on this page right now. */
export function readToken(page: Document): (name: string) => string {
  const style = getComputedStyle(page.documentElement);
  return (name) => longHex(style.getPropertyValue(name).trim());
}

/** `#abc` as `#aabbcc`: xterm's decorations take the long form only. */
const longHex = (colour: string) => colour.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');

/** Calls back when the page turns light or dark. Gives back how to end that. */
export function watchTheme(page: Document, changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(page.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
