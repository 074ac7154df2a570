/** Marks of bracketed paste: text that carries them could end the paste early and have its rest run as typed. */
const BRACKETS = /(?:\x1b\[|\x9b)20[01]~/g;
/** C0 but tab and line breaks, DEL, C1: a paste is text, never keys. */
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;
/** Characters that show text in another order than it runs, or hide it. */
const HIDDEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

export interface Paste {
  /** What may be sent: line breaks as `\n`, no control characters, no trailing break of a single line. */
  text: string;
  lines: number;
  /** Several lines: the trader is asked first, as each would run at once. */
  ask: boolean;
  /** Something was taken out. */
  cleaned: boolean;
}

/** Makes clipboard text harmless for a shell. One line loses its line break, so that it never runs without Enter. */
export function readPaste(clipboard: string): Paste {
  const unified = clipboard.replace(/\r\n?/g, '\n');
  const safe = unified.replace(BRACKETS, '').replace(CONTROLS, '').replace(HIDDEN, '');
  const trimmed = safe.replace(/\n+$/, '');
  const lines = trimmed.split('\n').length;
  const text = lines > 1 ? safe : trimmed;
  return { text, lines, ask: lines > 1, cleaned: safe !== unified };
}

/** The same paste as one line: breaks and the blanks around them become one blank. */
export function asOneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
