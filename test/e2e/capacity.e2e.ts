import { engineBot } from '../cluster/bots.mjs';
import { apply } from '../cluster/cluster.mjs';
import { serveMetrics } from '../cluster/metrics.mjs';
import { expect, test } from './app';
import { look } from './look';
import { trader } from './pages';

const CLUSTER = 'fra-1';
const slow = { timeout: 60_000 };

test('capacity: a real cluster’s nodes, the room on them, and what a bot uses there', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  test.setTimeout(240_000);
  await apply(cluster, engineBot({ name: 'meter-1', namespace, labels: { 'hummingdeck.io/bot': '1' } }));
  const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
  const me = trader(page);
  await me.turnOn(cluster.id, CLUSTER);
  await expect(me.row('meter-1')).toContainText('Running', slow);
  const usage = () => me.row('meter-1').getByRole('gridcell');

  await test.step('without a metrics server the grid says so', async () => {
    await expect(usage().filter({ hasText: '–' }).first()).toHaveAttribute('title', /serves no metrics/, slow);
  });

  await test.step('its node, as kubectl has it; a bigger bot has less room', async () => {
    await me.rail('Clusters').click();
    const table = me.main.getByRole('region', { name: `Nodes of ${CLUSTER}` });
    const line = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^localhost/ }) });
    await expect(line).toContainText('ready', slow);
    expect(Number(await line.getByRole('cell').first().innerText())).toBeGreaterThanOrEqual(1);
    await expect(line.getByRole('cell').nth(1)).toContainText('of 110');
    const room = async () =>
      Number(/^[\d,]+/.exec(await line.getByRole('cell').last().innerText())![0].replace(',', ''));
    const before = await room();
    await me.field('Memory of a bot').fill('16384');
    await expect.poll(room).toBeLessThan(before);
    await expect(line.getByRole('cell').last()).toContainText('then memory');
    await me.field('Memory of a bot').fill('none');
    await expect(me.main.getByText('A whole number above 0.')).toBeVisible();
    await me.field('Memory of a bot').fill('768');
  });

  await test.step('with one, the grid and the bot’s panel show what it uses', async () => {
    const end = await serveMetrics(cluster);
    try {
      // Another start: what a cluster does not serve is hardly asked for again.
      const { page: next } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
      const you = trader(next);
      await you.turnOn(cluster.id, CLUSTER);
      await expect(
        you
          .row('meter-1')
          .getByRole('gridcell')
          .filter({ hasText: /^\d+m$/ }),
      ).toBeVisible(slow);
      await expect(
        you
          .row('meter-1')
          .getByRole('gridcell')
          .filter({ hasText: /^\d+Mi/ }),
      ).toBeVisible();
      await you.select('meter-1');
      const panel = next.getByRole('group', { name: 'CPU and memory' });
      await expect(panel.getByRole('img', { name: /^Memory: \d+Mi/ })).toBeVisible(slow);
      await expect(panel).toContainText(/measured .* ago/);
    } finally {
      await end();
    }
  });
});

test('capacity: practice nodes by the keyboard, one that does not answer, and the room before a deployment; axe finds nothing', async ({
  hummingdeck,
}) => {
  test.setTimeout(240_000);
  const { page } = await hummingdeck({ firstStart: true });
  const me = trader(page);
  await expect(me.row('btc-usdt-calm')).toContainText('Running', slow);
  await expect(
    me
      .row('btc-usdt-calm')
      .getByRole('gridcell')
      .filter({ hasText: /^\d+Mi \d+%$/ }),
  ).toBeVisible(slow);
  await page.getByRole('button', { name: 'Not now' }).click();
  await look(me, 'capacity-grid');
  await me.select('btc-usdt-calm');
  await expect(page.getByRole('group', { name: 'CPU and memory' })).toContainText('no limit', slow);
  await look(me, 'capacity-bot');

  await me.rail('Clusters').click();
  const table = me.main.getByRole('region', { name: 'Nodes of practice' });
  await expect(table).toContainText('ready', slow);
  await table.scrollIntoViewIfNeeded();
  await look(me, 'capacity-nodes');

  await test.step('a node falls silent: asked again by the keyboard, it has no room, and why', async () => {
    const [context] = (
      (await me.call('contexts.list', {})) as { contexts: { id: string; enabled: boolean }[] }
    ).contexts.filter((one) => one.enabled);
    const node = (await table.getByRole('rowheader').first().locator('.mono').innerText()).trim();
    await me.call('practice.act', { contextId: context!.id, act: { act: 'node', node, on: true } });
    const again = me.main.getByRole('button', { name: 'Ask again' });
    await expect(async () => {
      await again.focus();
      await page.keyboard.press('Enter');
      await expect(table).toContainText('probably still trading', { timeout: 3_000 });
    }).toPass(slow);
    await look(me, 'capacity-silent');
  });

  await me.rail('Deploy a bot').click();
  await me.choice('Cluster').selectOption({ label: 'practice' });
  const note = me.main.getByRole('note');
  await expect(note).toContainText(/Room for [\d,]+ more bots.*One node does not answer/s, slow);
  const room = async () => Number(/[\d,]+/.exec(await note.innerText())![0].replaceAll(',', ''));
  const without = await room();
  await me.main.getByRole('checkbox', { name: /^Its own reporter/ }).check();
  await expect.poll(room).toBeLessThan(without);
  await look(me, 'capacity-deploy');
});
