// @ts-check
/**
 * @typedef {object} Smoothness
 * @property {number} fps frames a second
 * @property {number} slow ms the slowest frame of twenty took
 * @property {number} long ms spent in tasks longer than 50 ms
 */

/** @typedef {{ click: string } | { type: string, into: string } | { all: string }} Act a click, a text typed, all picked by the keyboard */

/**
 * Scrolls an element down and up again, a few rows a frame; `acts`: what the trader does meanwhile, one after the other, each `every` ms.
 * @param {import('playwright-core').Page} page @param {string} selector @param {{ acts: readonly Act[], every: number }} [doing]
 * @returns {Promise<Smoothness>}
 */
export function scroll(page, selector, { acts, every } = { acts: [], every: 1000 }) {
  return page.evaluate(
    async ({ selector, acts, every }) => {
      const element = /** @type {HTMLElement} */ (document.querySelector(selector));
      const frame = () =>
        new Promise((resolve, reject) => {
          const stuck = setTimeout(() => reject(new Error('The window draws no frame any more.')), 30_000);
          requestAnimationFrame(() => (clearTimeout(stuck), resolve(undefined)));
        });
      let long = 0;
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) long += entry.duration;
      });
      observer.observe({ entryTypes: ['longtask'] });
      element.scrollTop = 0;
      await frame();
      const began = performance.now();
      /** @type {number[]} */
      const frames = [];
      let step = 140;
      const find = (/** @type {string} */ what) => {
        const found = document.querySelector(what);
        if (!found) throw new Error(`nothing is ${what}`);
        return /** @type {HTMLElement} */ (found);
      };
      const act = (/** @type {Act} */ what) => {
        if ('click' in what) find(what.click).click();
        else if ('all' in what)
          find(what.all).dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true }));
        else {
          const box = /** @type {HTMLInputElement} */ (find(what.into));
          box.value = what.type;
          box.dispatchEvent(new InputEvent('input', { bubbles: true }));
        }
      };
      /** @type {unknown} */
      let failed;
      let turn = 0;
      const pressing = setInterval(() => {
        const next = acts[turn++ % acts.length];
        try {
          if (next) act(next);
        } catch (error) {
          failed ??= error;
        }
      }, every);
      for (let last = began; last - began < 5_000;) {
        element.scrollTop += step;
        await frame();
        const now = performance.now();
        frames.push(now - last);
        last = now;
        const end = element.scrollTop + element.clientHeight >= element.scrollHeight - 1;
        if (end || element.scrollTop <= 0) step = end ? -140 : 140;
      }
      clearInterval(pressing);
      observer.disconnect();
      if (failed) throw failed;
      const took = frames.reduce((sum, ms) => sum + ms, 0);
      const sorted = [...frames].sort((a, b) => a - b);
      return { fps: (frames.length * 1000) / took, slow: sorted[Math.floor(frames.length * 0.95)] ?? 0, long };
    },
    { selector, acts, every },
  );
}

/** Puts an empty list as tall as so many rows into a page, to be scrolled in its stead. @param {import('playwright-core').Page} page @param {number} rows */
export function emptyList(page, rows) {
  return page.evaluate((rows) => {
    const list = document.createElement('div');
    list.id = 'list';
    list.style.cssText = 'position: fixed; inset: 0; overflow: auto';
    const inside = document.createElement('div');
    inside.style.height = `${rows * 28}px`;
    list.append(inside);
    document.body.append(list);
  }, rows);
}
