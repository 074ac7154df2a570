/** Characters that are not seen or turn the reading direction round: control, format, separators, private and unassigned ones. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u{115F}\u{1160}\u{3164}\u{FFA0}]/gu;

/** The text with such characters written as codes, so that what is allowed is what is read. Line breaks stay. */
export function visible(text: string): string {
  return text.replaceAll(hidden, (char) => (char === '\n' ? char : `\\u{${char.codePointAt(0)!.toString(16)}}`));
}
