import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { trader } from './pages';

/** Every WebGL context that is made from now on: whether it lives on screen, in a terminal that is shown. */
function countContexts(page: Page): Promise<void> {
  return page.evaluate(() => {
    const made: WebGL2RenderingContext[] = [];
    Object.assign(window, { contextsOfTest: made });
    const own = HTMLCanvasElement.prototype.getContext as (...args: unknown[]) => unknown;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
      const context = own.apply(this, args);
      if (args[0] === 'webgl2' && context && !made.includes(context as WebGL2RenderingContext))
        made.push(context as WebGL2RenderingContext);
      return context;
    } as typeof HTMLCanvasElement.prototype.getContext;
  });
}
const contexts = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { contextsOfTest: WebGL2RenderingContext[] }).contextsOfTest
      .filter((context) => !context.isContextLost() && (context.canvas as HTMLCanvasElement).isConnected)
      .map((context) => {
        const canvas = context.canvas as HTMLCanvasElement;
        return canvas.checkVisibility() && canvas.closest('.terminal-element') !== null ? 'shown' : 'hidden';
      }),
  );

test('terminals: only the one that is shown draws by WebGL, and text stays when its context is lost', async ({
  hummingdeck,
}) => {
  const { page } = await hummingdeck({ firstStart: true });
  const me = trader(page);
  await countContexts(page);
  await expect(me.row('btc-usdt-calm')).toContainText('Running', { timeout: 60_000 });
  for (const bot of ['btc-usdt-calm', 'eth-usdt-tight', 'sol-usdt-levels']) {
    await me.press(bot, 'l');
    await expect.poll(() => contexts(page)).toEqual(['shown']);
  }
  await page.getByRole('tab', { name: /^Log of btc-usdt-calm/ }).click();
  await expect.poll(() => contexts(page)).toEqual(['shown']);

  await page.evaluate(() => {
    for (const context of (window as unknown as { contextsOfTest: WebGL2RenderingContext[] }).contextsOfTest)
      if (!context.isContextLost()) context.getExtension('WEBGL_lose_context')?.loseContext();
  });
  await expect.poll(() => contexts(page)).toEqual([]);
  // Drawn with the page's own text from here on.
  await expect(me.terminal()).toContainText(/order/i, { timeout: 60_000 });
  await me.rail('Settings').click();
  await expect.poll(() => contexts(page)).not.toContain('hidden');
});
