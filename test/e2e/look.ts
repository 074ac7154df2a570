import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from './app';
import { axeOn } from './axe';
import type { Trader } from './pages';

export const pictures = fileURLToPath(new URL('../../out/pictures', import.meta.url));
const THEMES = ['dark', 'light'] as const;

/** A picture of what is on screen in both looks, and what axe says to it. */
export async function look(me: Trader, name: string): Promise<void> {
  for (const theme of THEMES) {
    await me.call('settings.patch', { theme });
    await expect(me.page.locator('html')).toHaveAttribute('data-theme', theme);
    await me.page.screenshot({ path: join(pictures, `${name}-${theme}.png`), animations: 'disabled' });
    // Colours are all that differs between the two.
    const { found, rules, texts } = await axeOn(me.page, { colours: theme === 'light' });
    expect.soft(found, `axe on ${name}, ${theme}`).toEqual([]);
    if (theme === 'dark') expect(rules).toBeGreaterThan(10);
    expect(texts).toBeGreaterThan(0);
  }
}
