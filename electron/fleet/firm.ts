/** A text that differs when something worth telling at once differs: times of last words and what was asked are told by the way. */
export function firm(...what: unknown[]): string {
  return JSON.stringify(what, (key, value: unknown) => (key === 'lastWordAt' || key === 'usage' ? null : value));
}
