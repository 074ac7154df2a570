import type { Terminal } from '@xterm/xterm';

/**
 * Operating system commands that text from a bot must not reach: window and icon titles (0-2), directory (7),
 * notifications (9, 777), colours that could hide text or answer back (4, 5, 10-19, 104, 105, 110-119), clipboard (52),
 * shell marks and files of other terminals (133, 633, 1337).
 */
const SWALLOWED = [
  0, 1, 2, 4, 5, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 52, 104, 105, 110, 111, 112, 113, 114, 115, 116, 117,
  118, 119, 133, 633, 777, 1337,
];

/** Makes these sequences do nothing. Links (8) are left to the terminal, whose link handler asks first. Gives back how to end that. */
export function guardSequences(terminal: Pick<Terminal, 'parser'>): () => void {
  const handlers = SWALLOWED.map((code) => terminal.parser.registerOscHandler(code, () => true));
  // Window operations (CSI t) can move, resize and ask for titles; device control strings can ask for settings back.
  handlers.push(terminal.parser.registerCsiHandler({ final: 't' }, () => true));
  handlers.push(terminal.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true));
  return () => handlers.forEach((handler) => handler.dispose());
}

/** Whether a link from a terminal may be offered at all: whole https addresses without a user name. */
export function linkAllowed(text: string): boolean {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' && url.username === '' && url.password === '' && text.length <= 4096;
  } catch {
    return false;
  }
}
