/** A rectangle of the window, px. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}
export interface Size {
  width: number;
  height: number;
}
/** What the card would be in the way of, and how much: px of way it is worth to stand elsewhere. */
export interface Obstacle extends Box {
  weight: number;
}
export type Spot = Pick<Box, 'left' | 'top'>;

/** Between the card and what it points at, and between the card and the edges. */
const GAP = 12;
/** Room for the bars at the left, top and bottom. */
const SIDE = 48 + GAP;
const HEAD = 48;
const FOOT = 32;
/** Between the places that are tried. */
const STEP = 40;
/** By how much another place must be better: the card does not walk about for little. */
const STAY = 120;
const OVER_TARGET = 100_000;

const overlaps = (a: Box, b: Box) =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

const within = (value: number, least: number, most: number) => Math.max(least, Math.min(value, Math.max(least, most)));

/** The ring around a target, inside the window. */
export function ringOf(target: Box, window: Size): Box {
  const left = Math.max(target.left - 3, 2);
  const top = Math.max(target.top - 3, 2);
  const right = Math.min(target.left + target.width + 3, window.width - 2);
  const bottom = Math.min(target.top + target.height + 3, window.height - 2);
  return { left, top, width: right - left, height: bottom - top };
}

/** Px between two boxes, 0 where they meet. */
function distance(a: Box, b: Box): number {
  const x = Math.max(a.left - b.left - b.width, b.left - a.left - a.width, 0);
  const y = Math.max(a.top - b.top - b.height, b.top - a.top - a.height, 0);
  return Math.hypot(x, y);
}

/**
 * Where the card stands: as near to its target as it can without covering it or being in the way of anything else; without a target as near
 * to the corner at the bottom right. `before`: where it stands now.
 */
export function place(
  card: Size,
  window: Size,
  target: Box | null,
  obstacles: readonly Obstacle[],
  before: Spot | null = null,
): Spot {
  const most = {
    left: Math.max(0, window.width - card.width - GAP),
    top: Math.max(0, window.height - card.height - FOOT),
  };
  const corner = { ...most, width: card.width, height: card.height };
  const cost = (spot: Spot) => {
    const box = { ...spot, ...card };
    const inTheWay = obstacles.reduce((sum, one) => sum + (overlaps(box, one) ? one.weight : 0), 0);
    if (!target) return inTheWay + Math.hypot(corner.left - spot.left, corner.top - spot.top);
    const far = distance(box, target);
    return inTheWay + (overlaps(box, target) ? OVER_TARGET : Math.max(far, GAP));
  };
  const spots: Spot[] = [...(target ? beside(card, target) : []), corner];
  for (let top = HEAD; top < most.top; top += STEP)
    for (let left = SIDE; left < most.left; left += STEP) spots.push({ left, top });
  let best: Spot = corner;
  let least = Infinity;
  for (const spot of spots.map(({ left, top }) => ({
    left: within(left, Math.min(SIDE, most.left), most.left),
    top: within(top, HEAD, most.top),
  }))) {
    const price = cost(spot);
    if (price < least) [best, least] = [spot, price];
  }
  const fits = before && before.left <= most.left && before.top <= most.top;
  const { left, top } = fits && cost(before) <= least + STAY ? before : best;
  return { left, top };
}

function beside(card: Size, target: Box): Spot[] {
  // Under the far end of a row: the names of the other bots stand at the near end.
  const inset = target.width > card.width + GAP ? GAP : 0;
  const left = target.left + target.width - card.width - inset;
  return [
    { left: target.left + target.width + GAP, top: target.top },
    { left, top: target.top + target.height + GAP },
    { left, top: target.top - card.height - GAP },
    { left: target.left - card.width - GAP, top: target.top },
  ];
}
