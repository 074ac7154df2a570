/**
 * What main is to ask about, at most so many each: rows whose trading is read, and rows of which CPU and memory are measured. What the
 * part `usage` shows is always measured, the grid where its columns say it, the others not.
 */
export function seenNow(
  shown: ReadonlyMap<string, readonly string[]>,
  columns: boolean,
  most: number,
): { ids: string[]; usage: string[] } {
  const of = (...parts: string[]) => [...new Set(parts.flatMap((part) => shown.get(part) ?? []))].slice(0, most);
  return { ids: of(...shown.keys()), usage: columns ? of('grid', 'usage') : of('usage') };
}
