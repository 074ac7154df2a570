/**
 * How well typed letters fit a text: all in order, case aside. Higher is better, null: does not fit. Letters that follow each
 * other or begin a word count more, short texts a little.
 */
export function fuzzy(typed: string, text: string): number | null {
  const want = typed.toLowerCase().replaceAll(/\s+/g, '');
  const have = text.toLowerCase();
  if (want === '') return 0;
  const whole = have.indexOf(typed.toLowerCase().trim());
  if (whole >= 0) return 1000 - whole - have.length / 100 + (isStart(have, whole) ? 500 : 0);
  let score = 0;
  let at = -1;
  for (const letter of want) {
    const next = have.indexOf(letter, at + 1);
    if (next < 0) return null;
    if (next === at + 1) score += 5;
    if (isStart(have, next)) score += 10;
    at = next;
  }
  return score - have.length / 100;
}

const isStart = (text: string, at: number) => at === 0 || /[^a-z0-9]/.test(text[at - 1]!);

/** The best of `items` for what is typed, at most `most`; in the given order where they fit equally. */
export function best<T>(items: readonly T[], typed: string, text: (item: T) => string, most: number): T[] {
  const scored: { item: T; score: number }[] = [];
  for (const item of items) {
    const score = fuzzy(typed, text(item));
    if (score !== null) scored.push({ item, score });
  }
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item);
}
