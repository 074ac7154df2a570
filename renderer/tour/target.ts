import type { Box, Obstacle } from './place';

/** What the card stands beside, and what it must not cover. */
export interface Surroundings {
  /** What is ringed. */
  target: Box | null;
  /** What it belongs to, such as a row of buttons: the card stands beside that. */
  group: Box | null;
  obstacles: readonly Obstacle[];
}

const EVERY_MS = 200;
/** What has the focus is kept clear when it is a field or a button; a whole grid or editor leaves room enough. */
const LARGE = 200;

/** The part of it that is not cut off by what scrolls around it; null: nothing of it. */
function boxOf(node: Element): Box | null {
  let { left, top, right, bottom } = node.getBoundingClientRect();
  for (let around = node.parentElement; around; around = around.parentElement) {
    if (getComputedStyle(around).overflow === 'visible') continue;
    const edge = around.getBoundingClientRect();
    left = Math.max(left, edge.left);
    top = Math.max(top, edge.top);
    right = Math.min(right, edge.right);
    bottom = Math.min(bottom, edge.bottom);
  }
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : null;
}

/** Whether it can be seen: its middle does not lie under something, such as a question. The card does not count: it makes room. */
function seen(page: Document, node: Element, card: Element): boolean {
  const box = boxOf(node);
  const at = box && page.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return Boolean(at && (node.contains(at) || card.contains(at)));
}

function find(page: Document, selectors: readonly string[], card: Element): Surroundings {
  const node = selectors.map((selector) => page.querySelector(selector)).find((node) => node && seen(page, node, card));
  const group = node?.closest('[role="group"]') ?? node;
  return { target: node ? boxOf(node) : null, group: group ? boxOf(group) : null, obstacles: obstacles(page, card) };
}

/** What is to be used or read, each with how bad it is to cover it. */
const WEIGHTS: [string, number][] = [
  [':is(main, aside, .dock) :is(button, input, select):enabled', 900],
  [':is(main, aside) summary', 900],
  ['[role="alert"]', 300],
  ['[role="row"]', 40],
  ['[role="log"]', 2_000],
  [':focus', 5_000],
];

function obstacles(page: Document, card: Element): Obstacle[] {
  return WEIGHTS.flatMap(([selector, weight]) =>
    [...page.querySelectorAll(selector)].flatMap((node) => {
      if (card.contains(node)) return [];
      const box = boxOf(node);
      // A whole grid or editor that has the focus leaves room enough.
      return box && box.height < LARGE ? [{ ...box, weight }] : [];
    }),
  );
}

/**
 * Tells where things are, now and whenever that changes. What is pointed at first is brought into view, once. Gives back how to end it.
 */
export function watchSurroundings(
  page: Document,
  selectors: readonly string[],
  card: Element,
  tell: (next: Surroundings) => void,
): () => void {
  let last = '';
  let brought = false;
  const look = () => {
    const best = brought || !selectors[0] ? null : page.querySelector(selectors[0]);
    if (best) {
      brought = true;
      best.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    const next = find(page, selectors, card);
    const text = JSON.stringify(next);
    if (text === last) return;
    last = text;
    tell(next);
  };
  look();
  // Rows, panels and questions come and go by many ways: looked at anew a few times a second, for as long as the tour runs.
  const timer = setInterval(look, EVERY_MS);
  const options = { capture: true, passive: true };
  page.addEventListener('scroll', look, options);
  page.addEventListener('focusin', look);
  return () => {
    clearInterval(timer);
    page.removeEventListener('scroll', look, options);
    page.removeEventListener('focusin', look);
  };
}
