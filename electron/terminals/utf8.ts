/**
 * How many bytes of `data` can be sent without ending inside a UTF-8 character. At most three bytes stay behind; bytes
 * that are no UTF-8 count as complete, so nothing ever waits for a character that will not come.
 */
export function completeLength(data: Uint8Array, end = data.length): number {
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = data[end - back]!;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) return lengthOf(byte) > back ? end - back : end;
  }
  return end;
}

function lengthOf(lead: number): number {
  if (lead >= 0xf8) return 1;
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

/** One buffer of several. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
