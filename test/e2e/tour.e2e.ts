import { expect, test } from './app';
import { axeOn } from './axe';
import { trader } from './pages';

/** The tour's card, and what a trader sees of it. */
function tourOf(page: Parameters<typeof trader>[0]) {
  const me = trader(page);
  const card = page.getByRole('region', { name: 'Guided tour' });
  return { ...me, card, button: (name: string) => card.getByRole('button', { name }), keyboard: page.keyboard };
}

test('tour: offered at the first start and in nobody’s way; taken, gone back and skipped by keyboard alone; not offered again', async ({
  hummingdeck,
}) => {
  const first = await hummingdeck({ firstStart: true });
  const me = tourOf(first.page);
  await expect(me.button('Take the tour')).toBeVisible();
  const inCard = () => me.card.evaluate((card) => card.contains(document.activeElement));

  await test.step('it takes neither the focus nor a key that is not its own', async () => {
    expect(await inCard()).toBe(false);
    await me.keyboard.press('Escape');
    await expect(me.card).toBeVisible();
    await me.keyboard.press('/');
    await expect(first.page.getByRole('combobox', { name: 'Filter bots' })).toBeFocused();
  });

  await test.step('F1, and it is read: start, next, back', async () => {
    await me.keyboard.press('F1');
    await expect(me.button('Take the tour')).toBeFocused();
    await me.keyboard.press('Enter');
    await expect(me.card).toContainText(/1 of \d+/);
    await expect(me.button('Next')).toBeFocused();
    await me.keyboard.press('Enter');
    await expect(me.card).toContainText(/2 of \d+/);
    await me.keyboard.press('Shift+Tab');
    await me.keyboard.press('Enter');
    await expect(me.card).toContainText(/1 of \d+/);
    // F1 again gives the keyboard back to where it was.
    await me.keyboard.press('F1');
    await expect(first.page.getByRole('combobox', { name: 'Filter bots' })).toBeFocused();
    await me.keyboard.press('Escape');
    await expect(me.card).toBeVisible();
  });

  await test.step('for screen readers and in both looks', async () => {
    await expect(me.card.locator('[aria-live="polite"]')).toContainText('A living fleet');
    for (const theme of ['dark', 'light']) {
      await me.call('settings.patch', { theme });
      await expect(first.page.locator('html')).toHaveAttribute('data-theme', theme);
      const { found, rules } = await axeOn(first.page);
      expect(found).toEqual([]);
      expect(rules).toBeGreaterThan(10);
    }
  });

  await test.step('Escape in the card skips it, and says how it comes back', async () => {
    await me.keyboard.press('F1');
    await me.keyboard.press('Escape');
    await expect(me.card).toHaveCount(0);
    await expect(first.page.getByText('The tour is there whenever you want it.')).toBeVisible();
    expect(await me.call('settings.get', {})).toMatchObject({ tour: 'taken', theme: 'light' });
  });

  await first.close();
  const second = await hummingdeck({ data: first.data });
  const again = tourOf(second.page);
  await expect(again.row('btc-usdt-calm')).toContainText('Running');
  await expect(again.card).toHaveCount(0);
  await again.keyboard.press('Control+k');
  await again.keyboard.type('guided');
  await again.keyboard.press('Enter');
  await expect(again.button('Next')).toBeFocused();
});

test('tour: goes on by itself when a step is done; works on the practice cluster only, and offers to turn it on', async ({
  hummingdeck,
}) => {
  const { page } = await hummingdeck({ firstStart: true });
  const me = tourOf(page);
  await me.button('Take the tour').click();
  await expect(me.card).toContainText('A living fleet');
  await me.select('btc-usdt-calm');
  await expect(me.card).toContainText('Done.');
  await expect(me.card).toContainText('A bot in trouble');
  // Passed, not done.
  await me.button('Next').click();
  await expect(me.card).toContainText('Deploy a bot');
  await me.button('Show me').click();
  await expect(me.choice('Cluster').locator('option:checked')).toHaveText('practice');

  const toggle = me.main.getByRole('switch', { name: 'Turn practice on' });
  await me.rail('Clusters').click();
  await toggle.click({ force: true });
  await expect(me.card).toContainText('works on the practice cluster only');
  await me.button('Turn it on').click();
  await expect(toggle).toBeChecked();
  await expect(me.card).toContainText('Deploy a bot');
  await me.button('Back').click();
  await expect(me.card).toContainText('A bot in trouble');
  await expect(me.card).not.toContainText('Done.');
});

test('tour: no form goes over to a real cluster from the practice one, nor the other way round', async ({
  hummingdeck,
  cluster,
}) => {
  const { page } = await hummingdeck({ firstStart: true, kubeconfig: cluster.kubeconfig });
  const me = tourOf(page);
  await me.button('Take the tour').click();
  await me.rail('Deploy a bot').click();
  const chosen = me.choice('Cluster').locator('option:checked');
  await expect(chosen).toHaveText('practice');
  await me.field('Name').fill('eth-1');
  const real = await me.contextId(cluster.id);
  const enable = (id: string, enabled: boolean) => me.call('contexts.setEnabled', { id, enabled });
  const options = () => me.choice('Cluster').locator('option:not([disabled])').allTextContents();
  const deploy = me.main.getByRole('button', { name: /^Deploy to/ });

  await test.step('a real cluster goes live, and the practice one goes by itself, under the open form', async () => {
    await enable(real, true);
    await expect.poll(options).toEqual([cluster.id]);
    await expect(me.choice('Cluster')).toHaveValue('');
    await expect(deploy).toHaveCount(0);
  });

  await test.step('the form is taken up again: what was typed is there, a cluster is not chosen', async () => {
    await me.rail('Fleet').click();
    await me.rail('Deploy a bot').click();
    await expect(me.field('Name')).toHaveValue('eth-1');
    await expect.poll(options).toEqual([cluster.id]);
    await expect(me.choice('Cluster')).toHaveValue('');
    await expect(deploy).toHaveCount(0);
  });

  await test.step('chosen on the real one, and only the practice one is left', async () => {
    await me.choice('Cluster').selectOption({ label: cluster.id });
    await expect(deploy).toHaveText(`Deploy to ${cluster.id}`);
    await me.rail('Fleet').click();
    await enable(real, false);
    await enable(await me.contextId('practice'), true);
    await me.rail('Deploy a bot').click();
    await expect.poll(options).toEqual(['practice']);
    await expect(me.choice('Cluster')).toHaveValue('');
  });

  await test.step('a fresh form with both on: the trader chooses', async () => {
    await enable(real, true);
    await page.reload();
    await expect(page.getByRole('contentinfo')).toContainText('2 clusters');
    await me.rail('Deploy a bot').click();
    await expect.poll(options).toHaveLength(2);
    await expect(me.choice('Cluster')).toHaveValue('');
  });
});
