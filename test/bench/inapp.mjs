// @ts-check
// What is measured inside the app: its window and its main process.

/** Turns all contexts on and waits until the grid holds so many rows and every context is live. @param {import('playwright-core').Page} page @param {number} bots @returns {Promise<number>} ms */
export function connectAll(page, bots) {
  return page.evaluate(async (bots) => {
    const call = async (/** @type {string} */ name, /** @type {object} */ input) =>
      (await /** @type {any} */ (window).hummingdeck.invoke(name, input)).value;
    // Not each frame: the window would draw 60 a second for that alone.
    const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
    const rows = () => Number(document.querySelector('[role="grid"]')?.getAttribute('aria-rowcount') ?? 1) - 1;
    const contexts = async () =>
      (await call('contexts.list', {})).contexts.filter((/** @type {any} */ one) => one.source.kind !== 'practice');
    const ids = (await contexts()).map((/** @type {any} */ one) => one.id);
    const began = performance.now();
    await call('contexts.setAllEnabled', { ids, enabled: true });
    while (rows() < bots) await pause();
    while (!(await contexts()).every((/** @type {any} */ one) => one.status.phase === 'live')) await pause();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return performance.now() - began;
  }, bots);
}

/** Off again, until no row is left. @param {import('playwright-core').Page} page */
export function disconnectAll(page) {
  return page.evaluate(async () => {
    const call = async (/** @type {string} */ name, /** @type {object} */ input) =>
      (await /** @type {any} */ (window).hummingdeck.invoke(name, input)).value;
    const ids = (await call('contexts.list', {})).contexts.map((/** @type {any} */ one) => one.id);
    await call('contexts.setAllEnabled', { ids, enabled: false });
    while (document.querySelector('[data-row]')) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/** Begins to note how long the main process's event loop is held up; gives what ends it: p99, ms. @param {import('playwright-core').ElectronApplication} app */
export async function watchLoop(app) {
  await app.evaluate(() => {
    const { monitorEventLoopDelay } = /** @type {NodeModule} */ (process.mainModule).require('node:perf_hooks');
    const seen = monitorEventLoopDelay({ resolution: 5 });
    seen.enable();
    /** @type {any} */ (globalThis).benchLoop = seen;
  });
  return () =>
    app.evaluate(() => {
      const seen = /** @type {any} */ (globalThis).benchLoop;
      seen.disable();
      return seen.percentile(99) / 1e6;
    });
}

/** Begins to count what main tells the page of rows; gives what ends it. @param {import('playwright-core').ElectronApplication} app */
export async function countBytes(app) {
  await app.evaluate(({ MessageChannelMain }) => {
    const { serialize } = /** @type {NodeModule} */ (process.mainModule).require('node:v8');
    const shape = Object.getPrototypeOf(new MessageChannelMain().port1);
    const post = shape.postMessage;
    const seen = { bytes: 0, rows: 0, messages: 0 };
    shape.postMessage = function (/** @type {any} */ message, /** @type {any} */ ...rest) {
      if (message?.t === 'delta') {
        seen.bytes += serialize(message).length;
        seen.rows += message.upserts.length + (message.patches?.length ?? 0) + message.removes.length;
        seen.messages++;
      }
      return post.call(this, message, ...rest);
    };
    /** @type {any} */ (globalThis).benchBytes = { seen, end: () => (shape.postMessage = post) };
  });
  return () =>
    app.evaluate(() => {
      const { seen, end } = /** @type {any} */ (globalThis).benchBytes;
      end();
      return /** @type {{ bytes: number, rows: number, messages: number }} */ (seen);
    });
}

/** Notes when the first ten rows show a probe's stamp; gives what ends it: ms from each stamp to its row. @param {import('playwright-core').Page} page */
export async function watchRows(page) {
  await page.evaluate(() => {
    /** @type {number[]} */
    const late = [];
    const seen = new Set();
    const look = () => {
      const now = Date.now();
      for (const row of document.querySelectorAll('[data-row*="/mm-00-000"]'))
        for (const [stamp] of (row.textContent ?? '').matchAll(/M[0-9A-Z]{7}/g)) {
          if (seen.has(stamp)) continue;
          seen.add(stamp);
          late.push(now - Number.parseInt(stamp, 36));
        }
    };
    const grid = /** @type {HTMLElement} */ (document.querySelector('[role="grid"]'));
    grid.scrollTop = 0;
    look();
    late.length = 0;
    const observer = new MutationObserver(look);
    observer.observe(grid, { subtree: true, childList: true, characterData: true });
    /** @type {any} */ (window).benchRows = { late, observer };
  });
  return () =>
    page.evaluate(() => {
      const { late, observer } = /** @type {any} */ (window).benchRows;
      observer.disconnect();
      return /** @type {number[]} */ (late);
    });
}
