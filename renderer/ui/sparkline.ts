/** A chart's line and, where there is a limit to show, how high it lies; in units of a box `width` × `height`, y downwards. */
export interface Spark {
  points: string;
  limitY: number | null;
  last: { x: number; y: number };
}

/**
 * Points stand by their times, zero at the bottom. The limit counts for the height, so that how far it is can be seen; where the values are
 * so small beside it that they would lie flat it is left out.
 */
export function spark(
  values: readonly { at: number; value: number }[],
  limit: number | null,
  width: number,
  height: number,
): Spark | null {
  const [first, last] = [values[0], values.at(-1)];
  if (!first || !last) return null;
  const most = Math.max(...values.map(({ value }) => value));
  const shown = limit !== null && most > limit / 20 ? limit : null;
  const top = Math.max(most, shown ?? 0) * 1.08 || 1;
  const span = last.at - first.at;
  const x = (at: number) => (span > 0 ? ((at - first.at) / span) * width : width);
  const y = (value: number) => height - (value / top) * height;
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    points: values.map(({ at, value }) => `${round(x(at))},${round(y(value))}`).join(' '),
    limitY: shown === null ? null : round(y(shown)),
    last: { x: round(x(last.at)), y: round(y(last.value)) },
  };
}
