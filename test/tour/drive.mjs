// @ts-check
import { expect as playwrightExpect } from '@playwright/test';
import { actions } from './steps.mjs';

const expect = playwrightExpect.configure({ timeout: 20_000 });

/**
 * @typedef {object} Done one step of the tour
 * @property {string} step its id in the app's own tour
 * @property {string} checked
 * @property {boolean} ok what was checked is true, and the app's tour noticed the step by itself
 * @property {number} tookMs
 * @property {string} picture
 */

/**
 * Takes the app's guided tour as a trader would who does each step: the app must notice it and go on by itself. Stops at the first step
 * that fails.
 * @param {import('@playwright/test').Page} page
 * @param {(name: string) => Promise<string>} picture takes one, gives its file's name
 * @param {(done: Done) => void} tell
 */
export async function drive(page, picture, tell) {
  const card = page.getByRole('region', { name: 'Guided tour' });
  const button = (/** @type {string | RegExp} */ name) => card.getByRole('button', { name });
  let count = 0;
  /** @param {string} step @param {string} checked @param {() => Promise<void>} run @param {() => Promise<void>} [after] */
  async function take(step, checked, run, after) {
    const began = Date.now();
    let ok = true;
    await run().catch((error) => {
      ok = false;
      console.error(`${step}: ${error.message}`);
    });
    const tookMs = Date.now() - began;
    const name = await picture(`${String(count++).padStart(2, '0')}-${step}`);
    tell({ step, checked, ok, tookMs, picture: name });
    if (ok) await after?.();
    return ok;
  }

  const offered = await take(
    'welcome',
    'the tour is offered at the first start, and nothing is in the way',
    async () => {
      await expect(button('Take the tour')).toBeVisible();
      await page.getByRole('button', { name: 'Understood' }).click();
      await expect(page.getByRole('row', { name: /btc-usdt-calm/ })).toBeVisible();
    },
  );
  if (!offered) return;
  await button('Take the tour').click();
  const ids = await card.locator('li').evaluateAll((marks) => marks.map((mark) => mark.getAttribute('data-id') ?? ''));
  const todo = actions(page);
  const odd = [...ids.filter((id) => !todo[id]), ...Object.keys(todo).filter((id) => !ids.includes(id))];
  if (odd.length > 0) throw new Error(`the app's tour and its driver differ in: ${odd.join(', ')}`);

  for (const [at, id] of ids.entries()) {
    const { checked, run } = /** @type {import('./steps.mjs').Action} */ (todo[id]);
    const noticed = async () => {
      await expect(card).toHaveAttribute('data-step', id);
      await run();
      // By itself: nobody presses "Next".
      await expect(card).toHaveAttribute('data-step', ids[at + 1] ?? 'end');
      // For the picture back to the step, which says that it is done.
      await button('Back').click();
      await expect(card).toContainText('Done.');
      await page.mouse.move(0, 0);
    };
    if (!(await take(id, checked, noticed, () => button('Next').click()))) return;
  }
  await take('end', 'all of it is done, and the tour ends', async () => {
    await expect(card).toContainText('You have done all of it.');
  });
  await button('Finish').click();
  await expect(card).toHaveCount(0);
}
