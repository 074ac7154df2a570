/** Nothing but what prints in ASCII: most texts. */
const PLAIN = /^[ -~]*$/;

/**
 * Text from a cluster, fit for the UI: without C0/C1 controls, escape sequences and the marks that turn or hide text
 * (bidirectional overrides and isolates, zero-width and invisible ones). Line breaks and tabs become spaces.
 */
export function cleanText(text: string, maxLength = 2000): string {
  if (text.length <= maxLength && PLAIN.test(text)) return text;
  const cut = text.length > maxLength * 2 ? text.slice(0, maxLength * 2) : text;
  const clean = cut
    .replace(/\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b./g, '')
    .replace(/[\t\n\r]+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '');
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean;
}
