import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { expect } from './app';
import type { Trader } from './pages';

export const pictures = fileURLToPath(new URL('../../out/pictures', import.meta.url));
const THEMES = ['dark', 'light'] as const;

/** A picture of what is on screen in both looks, and what axe says to it. */
export async function look(me: Trader, name: string): Promise<void> {
  for (const theme of THEMES) {
    await me.call('settings.patch', { theme });
    await expect(me.page.locator('html')).toHaveAttribute('data-theme', theme);
    await me.page.screenshot({ path: join(pictures, `${name}-${theme}.png`), animations: 'disabled' });
    // Of what passes one is enough, and nobody looks for it: to name every cell of a grid takes longer than to judge it.
    const axe = new AxeBuilder({ page: me.page })
      .setLegacyMode()
      .options({ resultTypes: ['violations'], selectors: false, preload: false });
    // Colours are all that differs between the two.
    const { violations, passes } = await (theme === 'dark' ? axe : axe.withRules(['color-contrast'])).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`);
    expect.soft(found, `axe on ${name}, ${theme}`).toEqual([]);
    expect(passes.length).toBeGreaterThan(theme === 'dark' ? 10 : 0);
  }
}
