import { exchange, kubectl } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { look } from './look';
import { trader } from './pages';

const CLUSTER = 'fra-1';

test('readings: what a bot trades and has won shows in its panel, is read anew by a key, and a reporter is given without a restart', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  test.setTimeout(300_000);
  const bot = 'eth-1';
  const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
  const me = trader(page);
  await me.turnOn(cluster.id, CLUSTER);
  await me.deploy({
    name: bot,
    cluster: CLUSTER,
    namespace,
    pair: 'ETH-USDT',
    values: { 'Refresh orders every': '3600' },
  });
  await me.trades(bot);
  await me.select(bot);
  const trading = page.getByRole('region', { name: 'Trading', exact: true });
  const fact = (label: string) =>
    trading
      .locator('dl > div')
      .filter({ has: page.getByText(label, { exact: true }) })
      .locator('dd');

  await test.step('it is read by itself, because it can be seen', async () => {
    await expect(trading).toContainText('Trades ETH-USDT on binance_paper_trade: 2 orders open', { timeout: 60_000 });
    await expect(fact('Open orders')).toHaveText('2');
    await expect(fact('Profit (paper)')).toHaveText('0 USDT');
    await expect(fact('Read')).toContainText('by looking into the bot');
    // The test cluster's volumes are folders of its node's disk.
    await expect(fact('Disk (its node’s)')).toContainText(/^[\d.]+ of [\d.]+ GiB used, read \d+s ago$/);
  });

  await test.step('an order is filled: the key r brings volume, orders and the fee', async () => {
    const [order] = await exchange(cluster).orders({ namespace, pod: `${bot}-0`, side: 'buy' });
    await exchange(cluster).fill({ namespace, pod: `${bot}-0`, side: 'buy' });
    const log = () => kubectl(cluster, 'exec', `${bot}-0`, '-n', namespace, '--', 'bash', '-c', 'cat logs/*.log');
    await expect.poll(log).toContain(`order ${order!.clientId} `);
    await me.press(bot, 'r');
    const value = Number(order!.price) * Number(order!.amount);
    const amount = (text: string) => Number(text.replace(/[^\d.+-]/g, ''));
    await expect(fact('Open orders')).toHaveText('1', { timeout: 30_000 });
    expect(amount(await fact('Volume').innerText())).toBeCloseTo(value, 1);
    expect(amount(await fact('Profit (paper)').innerText())).toBeCloseTo(-value * 0.001, 1);
    await look(me, 'readings');
  });

  await test.step('a reporter from its next start on: nothing is restarted', async () => {
    const uid = () => kubectl(cluster, 'get', 'pod', `${bot}-0`, '-n', namespace, '-o', 'jsonpath={.metadata.uid}');
    const before = await uid();
    await trading.getByRole('button', { name: 'Give it a reporter' }).click();
    await expect(trading).toContainText('It gets a reporter of its own from its next start on.', { timeout: 30_000 });
    expect(await uid()).toBe(before);
    await expect(me.row(bot)).toContainText('1/1');
  });
});
