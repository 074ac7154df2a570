import { join } from 'node:path';
import { upMany, type Many } from '../cluster/many.mjs';
import { botName } from '../cluster/mould.mjs';
import { expect, test } from './app';
import { desk } from './desk';
import { folder } from './kubeconfigs';

/** 10,000 bots on real control planes: 50 of them with HD_LONG=1, else 20, which are up in a quarter of a minute. */
const COUNT = process.env.HD_LONG ? 50 : 20;
const BOTS = 10_000 / COUNT;
const LOOKS = join(import.meta.dirname, '../../out/looks');

test(`fifty: 10,000 bots on ${COUNT} real control planes in one live grid`, async ({ hummingdeck }) => {
  test.setTimeout(400_000);
  const many: Many = await upMany({ count: COUNT, bots: BOTS });
  try {
    const kubeconfig = many.kubeconfig(join(folder(), 'config'));
    const { page } = await hummingdeck({ kubeconfig });
    const me = desk(page);
    const grid = page.getByRole('grid');
    const rows = (count: number) =>
      expect(grid).toHaveAttribute('aria-rowcount', String(count + 1), { timeout: 90_000 });
    const { contexts } = (await me.call('contexts.list', {})) as {
      contexts: { id: string; source: { kind: string } }[];
    };
    const ids = contexts.filter(({ source }) => source.kind !== 'practice').map(({ id }) => id);
    await me.call('contexts.setAllEnabled', { ids, enabled: true });
    await me.rail('Fleet').click();
    await rows(10_000);
    await expect(page.getByRole('contentinfo')).toContainText('10,000 bots');
    await expect(me.row('mm-00-0000').first()).toBeVisible();

    await test.step('a change on any of them shows, wherever the trader looks', async () => {
      const last = COUNT - 1;
      await many.change([{ cluster: last, bot: 7, to: 'DOGEUSDT' }]);
      await me.filter('pair:dogeusdt');
      await rows(1);
      await expect(me.row(`mm-${last}-0007`)).toContainText('DOGEUSDT');
      await me.filter('');
      await rows(10_000);
    });

    await test.step('scrolled to the end by keyboard, a row is chosen and stays while rows change', async () => {
      await grid.focus();
      await page.keyboard.press('End');
      await expect(me.row(botName(COUNT - 1, BOTS - 1)).first()).toBeVisible();
      const at = await grid.evaluate((element) => element.scrollTop);
      expect(at).toBeGreaterThan(100_000);
      await many.change(
        Array.from({ length: 500 }, (_, i) => ({
          cluster: i % COUNT,
          bot: i % BOTS,
          to: i % 2 ? `AB${i % 10}-USDT` : i % 100,
        })),
      );
      await many.change([{ cluster: COUNT - 1, bot: BOTS - 1, to: 'LAST-ONE' }]);
      await expect(grid.getByRole('row', { selected: true })).toContainText('LAST-ONE');
      await expect(grid.getByRole('row', { selected: true })).toHaveCount(1);
      expect(await grid.evaluate((element) => element.scrollTop)).toBeGreaterThan(100_000);
    });

    await test.step('sorted by another column and filtered to trouble', async () => {
      await grid.getByRole('columnheader').getByRole('button', { name: 'Restarts', exact: true }).click();
      await me.filter('status:crash');
      await rows(COUNT * Math.floor(BOTS / 40));
      await expect(grid.locator('[data-row]').first()).toContainText('CrashLoopBackOff');
      await me.filter('');
      await rows(10_000);
    });
    await page.screenshot({ path: join(LOOKS, 'ten-thousand.png') });
  } finally {
    await many.down();
  }
});
