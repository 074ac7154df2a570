import { expect, test } from './app';
import { axeOn } from './axe';
import { trader } from './pages';

test('practice: several clusters of different providers in one grid, each turned off alone, kept for the next start', async ({
  hummingdeck,
}) => {
  test.setTimeout(300_000);
  const first = await hummingdeck({ firstStart: true, readableTerminals: true });
  const { page } = first;
  const me = trader(page);
  const slow = { timeout: 60_000 };
  const shown = () => page.getByRole('grid').evaluate((grid) => Number(grid.getAttribute('aria-rowcount')) - 1);
  const chip = (name: string) =>
    page.getByRole('group', { name: 'Clusters' }).getByRole('button', { name: new RegExp(`^${name}\\b(?!-)`) });
  const line = (name: string) =>
    me.main
      .getByRole('listitem')
      .filter({ has: page.getByText(name, { exact: true }) })
      .first();
  const footer = page.getByRole('contentinfo');
  const names = ['practice', 'practice-fra-2', 'practice-sgp-3', 'practice-tokyo-4'];

  await test.step('one at the first start; the trader asks for four', async () => {
    await expect(me.row('btc-usdt-calm')).toContainText('Running', slow);
    await expect(footer).toContainText('The practice cluster is on');
    await me.rail('Clusters').click();
    const count = me.main.getByRole('spinbutton', { name: 'How many clusters' });
    await count.fill('51');
    await count.press('Enter');
    await expect(me.main.getByText('A whole number from 1 to 50')).toBeVisible();
    await count.fill('4');
    await count.press('Enter');
    for (const [at, mark] of ['', 'LKE', 'DOKS', 'GKE'].entries()) {
      await expect(line(names[at]!)).toContainText('live', slow);
      await expect(line(names[at]!)).toContainText(mark);
      await expect(chip(names[at]!)).toContainText('◌');
    }
    expect((await axeOn(page)).found).toEqual([]);
  });

  await test.step('their bots stand in one grid; a chip shows one provider, Ctrl adds another', async () => {
    await me.rail('Fleet').click();
    await expect.poll(shown, slow).toBe(36);
    await expect(footer).toContainText('4 practice clusters are on');
    await chip('practice-fra-2').click();
    await expect.poll(shown).toBe(9);
    await expect(me.row('btc-usdt-calm')).toContainText('practice-fra-2');
    await expect(me.row('btc-usdt-calm')).toContainText('lke-pool');
    await chip('practice-tokyo-4').click({ modifiers: ['Control'] });
    await expect.poll(shown).toBe(18);
    await page.getByRole('columnheader', { name: /Cluster/ }).click();
    const order = () => page.getByRole('row').locator('[role=gridcell]:nth-child(3)').allInnerTexts();
    const wanted = [...Array(9).fill(names[1]), ...Array(9).fill(names[3])];
    await expect.poll(async () => (await order()).map((one) => one.trim())).toEqual(wanted);
  });

  await test.step('a question names the practice cluster it is about', async () => {
    await chip('practice-tokyo-4').click();
    await me.act('btc-usdt-calm', 'Stop');
    await expect(me.dialog).toContainText('practice-tokyo-4');
    await me.dialog
      .getByRole('button', { name: /^Cancel|^Keep|^Not/ })
      .first()
      .click();
  });

  await test.step('one is turned off: its rows and its log go, the others stay', async () => {
    await me.press('btc-usdt-calm', 'l');
    await expect(me.terminal()).toContainText(/order/i, slow);
    await chip('practice-tokyo-4').click();
    await me.rail('Clusters').click();
    await line('practice-tokyo-4').getByRole('switch').uncheck({ force: true });
    await expect(chip('practice-tokyo-4')).toHaveCount(0);
    await me.rail('Fleet').click();
    await expect.poll(shown).toBe(27);
    await expect(page.getByRole('region', { name: 'Terminal dock' })).toContainText(
      /turned off|lost|no longer|not connected/i,
    );
    await expect(footer).toContainText('3 practice clusters are on');
  });

  await test.step('fewer are asked for; that is so at the next start too', async () => {
    await me.rail('Clusters').click();
    await me.main.getByRole('spinbutton', { name: 'How many clusters' }).fill('2');
    await page.keyboard.press('Enter');
    await expect(line('practice-sgp-3')).toHaveCount(0);
    await me.rail('Fleet').click();
    await expect.poll(shown).toBe(18);
    await first.close();

    const next = await hummingdeck({ data: first.data });
    const again = trader(next.page);
    await expect(next.page.getByRole('contentinfo')).toContainText('2 practice clusters are on', slow);
    await again.rail('Clusters').click();
    await again.main.getByRole('button', { name: 'Turn all off' }).click();
    await expect(next.page.getByRole('contentinfo')).toContainText('0 bots');
    await again.main.getByRole('button', { name: 'Turn all on' }).click();
    await expect(next.page.getByRole('contentinfo')).toContainText('18 bots', slow);
  });
});
