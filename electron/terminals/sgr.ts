/**
 * The parameters of a colour sequence (`CSI … m`) without those that hide or blink text: colours, bold, faint, italic,
 * underline, inverse and strike-through stay. Gives null when nothing is left.
 */
export function harmlessSgr(parameters: string): string | null {
  if (parameters === '') return '';
  const given = parameters.split(';');
  const kept: string[] = [];
  for (let i = 0; i < given.length; i++) {
    const group = given[i]!;
    const code = group.split(':')[0]!;
    if (code === '38' || code === '48' || code === '58') {
      const own = group.includes(':') ? 0 : extended(given[i + 1]);
      if (own === null) break;
      kept.push(...given.slice(i, i + 1 + own));
      i += own;
    } else if (plain(code)) kept.push(group);
  }
  return kept.length > 0 ? kept.join(';') : null;
}

/** How many parameters follow 38, 48 or 58: `5;n` or `2;r;g;b`. */
function extended(kind: string | undefined): number | null {
  if (kind === '5') return 2;
  return kind === '2' ? 4 : null;
}

function plain(code: string): boolean {
  const n = code === '' ? 0 : Number(code);
  if (n <= 4 || n === 7 || n === 9) return true;
  return (n >= 21 && n <= 49 && n !== 26) || n === 59 || (n >= 90 && n <= 97) || (n >= 100 && n <= 107);
}
