import { createHash } from 'node:crypto';

// Control characters (C0, DEL, C1) and the marks that reorder or hide text on screen.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text of a file or program as it may be shown: control characters and bidi overrides gone, cut at `limit` characters. */
export function printable(text: string, limit = 500): string {
  const clean = text.slice(0, limit * 4).replace(unsafe, (c) => (c === '\n' || c === '\t' ? ' ' : ''));
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean;
}

/** Like `printable` for several lines; escape sequences go as a whole. Keeps the end, where programs say what went wrong. */
export function printableLines(text: string, limit = 4000): string {
  const clean = text
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g, '')
    .replace(/\r\n?/g, '\n')
    .replace(unsafe, (c) => (c === '\n' || c === '\t' ? c : ''))
    .trim();
  return clean.length > limit ? `…${clean.slice(-limit)}` : clean;
}

/** Makes what would hide in a line visible (`\u{202e}`) instead of dropping it: for what someone is asked to allow. */
export function visible(text: string): string {
  return text.replace(unsafe, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** SHA-256 in hex over the JSON of `value`; objects are taken in the order they were built. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
