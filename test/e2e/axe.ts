import type { Page } from '@playwright/test';
import axe from 'axe-core';

interface Judged {
  found: string[];
  /** How many rules passed. */
  rules: number;
  /** How many texts were in sight, so that nothing was found for want of nothing to judge. */
  texts: number;
}

/** What axe says to a page as it is; `colours`: to nothing but its contrasts. */
export async function axeOn(page: Page, { colours = false } = {}): Promise<Judged> {
  // Half a megabyte: once a page.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(judge, colours);
}

/**
 * Most of axe's time goes to the contrast of texts, and most texts are like others: in a grid, or where a window is made smaller or a
 * menu is opened over it. A contrast comes of the text's own colour, size and weight and of what lies under and over it. Texts that are
 * the same in all of these axe would judge the same: so of each such kind it gets one, and no kind twice on a page. All other rules
 * see all of the page each time.
 */
async function judge(colours: boolean): Promise<Judged> {
  const known = window as unknown as { axe: typeof axe; judged?: Set<string> };
  const judged = (known.judged ??= new Set());
  const grounds = new Map<Element, string>();
  function ground(element: Element): string {
    let is = grounds.get(element);
    if (is === undefined) {
      const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = getComputedStyle(element);
      is = [element.getAttribute('class'), backgroundColor, backgroundImage, opacity, filter, mixBlendMode].join();
      grounds.set(element, is);
    }
    return is;
  }
  /** Null where it takes no room. */
  function kind(element: Element, text: string): string | null {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const { color, fontSize, fontWeight, textShadow, pointerEvents } = getComputedStyle(element);
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const chain: Element[] = [];
    for (let at: Element | null = element; at; at = at.parentElement) chain.push(at);
    const points = [
      [left + 1, y],
      [x, y],
      [right - 1, y],
      [x, top + 1],
      [x, bottom - 1],
    ] as const;
    const around = points.map(([x, y]) => {
      const there = document.elementsFromPoint(x, y);
      // What the mouse goes through is in no such list.
      if (!there.includes(element) && pointerEvents !== 'none') return null;
      return there.flatMap((one) => (chain.includes(one) ? [] : ground(one))).join();
    });
    // Scrolled out of sight it is judged as well: by what it stands in, as nothing else is known there.
    if (element.getClientRects().length === 0) return null;
    // Signs and single letters axe does not judge, nor what is disabled: neither stands for the others.
    const words = /[\p{L}\p{N}]{2}/u.test(text);
    const off = element.closest('[disabled], [aria-disabled=true], label:has(:disabled)') !== null;
    const own = [element.tagName, element.id && 'id', color, fontSize, fontWeight, textShadow, words, off];
    return [...own, ...chain.map(ground), ...around].join('|');
  }

  const kinds = new Map<string, Element>();
  let texts = 0;
  // What lies behind a question is inert: axe leaves it out.
  for (const element of (document.querySelector('dialog:modal') ?? document.body).querySelectorAll('*')) {
    const own = [...element.childNodes]
      .flatMap((node) => (node.nodeType === Node.TEXT_NODE ? node.nodeValue : ''))
      .join('');
    const text = element.matches('input, textarea, select') ? 'of its own' : own.trim();
    const like = text && kind(element, text);
    if (!like) continue;
    texts++;
    if (!judged.has(like) && !kinds.has(like)) kinds.set(like, element);
  }

  const options = { resultTypes: ['violations' as const], selectors: false, preload: false };
  const contrast = 'color-contrast';
  const runs = colours
    ? []
    : [await known.axe.run(document, { ...options, rules: { [contrast]: { enabled: false } } })];
  if (kinds.size > 0) {
    const only = { ...options, runOnly: [contrast] };
    runs.push(await known.axe.run({ include: [...kinds.values()] }, only));
    // A fault is told each time it is seen.
    if (runs.at(-1)!.violations.length === 0) for (const like of kinds.keys()) judged.add(like);
  }
  return {
    found: runs
      .flatMap(({ violations }) => violations)
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`),
    rules: runs.reduce((sum, { passes }) => sum + passes.length, 0),
    texts,
  };
}
