import { mkdirSync } from 'node:fs';
import { classicBot } from '../cluster/bots.mjs';
import { apply, kubectl } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { desk } from './desk';
import { look, pictures } from './look';

/** A bot with the app's labels and without a pod: there at once. */
function resting(namespace: string, name: string, pair: string): object[] {
  const objects = structuredClone(classicBot({ name, namespace, replicas: 0 })) as {
    kind: string;
    metadata: Record<string, unknown>;
    spec: { template: { metadata: { labels: Record<string, string> } } };
  }[];
  const workload = objects.find(({ kind }) => kind === 'StatefulSet')!;
  workload.metadata['labels'] = { 'hummingdeck.io/bot': '1' };
  workload.metadata['annotations'] = { 'hummingdeck.io/pair': pair, 'hummingdeck.io/exchange': 'kraken' };
  workload.spec.template.metadata.labels['hummingdeck.io/bot'] = '1';
  return [workload];
}

test('groups: closed, opened and picked by keyboard; rows that come, change and go disturb neither place, pick nor what is typed', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const number = (i: number) => String(i).padStart(2, '0');
  await apply(cluster, [
    ...Array.from({ length: 30 }, (_, i) => resting(namespace, `btc-${number(i)}`, 'BTC-USDT')).flat(),
    ...Array.from({ length: 40 }, (_, i) => resting(namespace, `eth-${number(i)}`, 'ETH-USDT')).flat(),
  ]);
  const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
  const me = desk(page);
  await me.turnOn(cluster.id);
  await me.filter(`ns:${namespace}`);
  const annotate = (name: string, pair: string) =>
    kubectl(
      ...([cluster, 'annotate', 'statefulset', name, '-n', namespace] as const),
      ...['--overwrite', `hummingdeck.io/pair=${pair}`],
    );
  const tree = page.getByRole('treegrid', { name: 'Bots' });
  const group = (pair: string) => tree.getByRole('row', { name: new RegExp(`^${pair} \\d+ bot`) });
  const lines = (count: number) => expect(tree).toHaveAttribute('aria-rowcount', String(count + 1));
  const stands = () => tree.evaluate((node) => node.getAttribute('aria-activedescendant')?.split(/[/:]/).pop() ?? '');
  const pickedBots = () =>
    tree
      .locator('[data-row][aria-selected=true]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')!.split('/').pop()!).sort());
  const panel = page.getByRole('complementary');

  await test.step('grouped from the menu beside the filter, by keyboard', async () => {
    await page.getByRole('button', { name: /How the bots are shown/ }).press('Enter');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('menuitemradio', { name: 'Group by pair' })).toBeFocused();
    await page.keyboard.press('Enter');
    await lines(72);
    await expect(group('BTC-USDT')).toContainText(/30 bots.*30\sstopped.*Real money: 0 of 30 read/s);
    await expect(group('BTC-USDT')).toHaveAttribute('aria-level', '1');
    await expect(me.row('btc-00')).toHaveAttribute('aria-level', '2');
  });

  await test.step('columns are chosen by key while grouped, too', async () => {
    await tree.focus();
    await page.keyboard.press('c');
    await expect(page.getByRole('menu', { name: 'Columns' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(tree).toBeFocused();
  });

  await test.step('Left and Right close, open and lead between a group and its bots; the panel follows, the focus stays', async () => {
    await tree.focus();
    await page.keyboard.press('Home');
    expect(await stands()).toBe('BTC-USDT');
    await expect(panel.getByRole('region', { name: 'BTC-USDT, 30 bots' })).toContainText('0 of 30 read');
    await page.keyboard.press('ArrowLeft');
    await lines(42);
    await expect(group('BTC-USDT')).toHaveAttribute('aria-expanded', 'false');
    await page.keyboard.press('ArrowRight');
    await lines(72);
    await page.keyboard.press('ArrowRight');
    expect(await stands()).toBe('btc-00');
    for (const name of ['btc-01', 'btc-02']) {
      await page.keyboard.press('ArrowDown');
      await expect(panel.getByRole('region', { name, exact: true })).toBeVisible();
      await expect(tree).toBeFocused();
    }
    await page.keyboard.press('ArrowLeft');
    expect(await stands()).toBe('BTC-USDT');
    await page.keyboard.press('Space');
    await expect(panel).toContainText('30 bots selected');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowLeft');
    await lines(42);
  });

  await test.step('a bot far down is picked and a filter half typed, while bots above it come, change group and go', async () => {
    await page.keyboard.press('End');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+ArrowUp');
    await expect.poll(pickedBots).toEqual(['eth-33', 'eth-34']);
    const place = () => me.row('eth-33').evaluate((row) => Math.round(row.getBoundingClientRect().top));
    const box = page.getByRole('combobox', { name: 'Filter bots' });
    await box.press('End');
    await page.keyboard.type(' st');
    await expect(page.getByRole('option', { name: /^status:/ })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    const option = page.getByRole('option', { selected: true });
    await expect(option).toContainText('state:');
    await tree.evaluate((node) => (node.scrollTop = 500));
    await expect(me.row('eth-33')).toBeVisible();
    const before = await place();

    await apply(cluster, [...resting(namespace, 'ada-1', 'ADA-USDT'), ...resting(namespace, 'btc-50', 'BTC-USDT')]);
    await expect(group('ADA-USDT')).not.toBeInViewport();
    await annotate('eth-02', 'BTC-USDT');
    await annotate('eth-03', 'BTC-USDT');
    await kubectl(cluster, 'delete', 'statefulset', 'eth-01', '-n', namespace);
    // What is half typed fits every bot at rest.
    await lines(3 + 1 + 37);
    expect(await place()).toBe(before);
    expect(await pickedBots()).toEqual(['eth-33', 'eth-34']);
    await expect(box).toBeFocused();
    await expect(box).toHaveValue(`ns:${namespace} st`);
    await expect(option).toContainText('state:');
    await expect(group('BTC-USDT')).not.toBeInViewport();
  });

  await test.step('what is offered is taken by keyboard: fields, then the values the bots have', async () => {
    const box = page.getByRole('combobox', { name: 'Filter bots' });
    await page.keyboard.press('Enter');
    await expect(box).toHaveValue(`ns:${namespace} state:`);
    await page.keyboard.type('st');
    await expect(page.getByRole('option', { name: /^stopped/ })).toBeVisible();
    await page.keyboard.press('Tab');
    await expect(box).toHaveValue(`ns:${namespace} state:stopped `);
    const typed = await box.inputValue();
    await box.fill('');
    await expect(page.getByRole('option')).toHaveCount(18);
    // The focus alone, as when the window gets it back, covers no row with what it offers.
    await box.blur();
    await box.focus();
    await expect(page.getByRole('option')).toHaveCount(0);
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('option')).toHaveCount(18);
    await box.blur();
    await box.click();
    await expect(page.getByRole('option')).toHaveCount(18);
    await box.fill(typed);
    await page.keyboard.type('restarts:many');
    await expect(page.getByText('restarts: “many” is no number. Write it like restarts:>0.')).toBeVisible();
    await expect(me.main).toContainText('No bot fits the filter');
    for (let i = 0; i < 'many'.length; i++) await page.keyboard.press('Backspace');
    await page.keyboard.type('<1');
    await expect(tree).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await expect(tree).toBeFocused();
  });

  await test.step('the closed group is still closed, with the bots that came to it; a click on a state keeps what is typed', async () => {
    await tree.evaluate((node) => (node.scrollTop = 0));
    await expect(group('BTC-USDT')).toHaveAttribute('aria-expanded', 'false');
    await expect(group('BTC-USDT')).toContainText('33 bots');
    const box = page.getByRole('combobox', { name: 'Filter bots' });
    await box.focus();
    await me.filter(`ns:${namespace} eth`);
    await box.focus();
    await page.getByRole('button', { name: /^○?\s*\d+ stopped/ }).click();
    await expect(box).toHaveValue(`ns:${namespace} eth state:stopped`);
    await expect(box).toBeFocused();
  });

  await test.step('as cards: the same picking by keyboard, kept in the settings', async () => {
    await me.filter(`ns:${namespace} eth-1`);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Type a bot/ }).fill('Show as cards');
    await page.keyboard.press('Enter');
    const cards = page.getByRole('listbox', { name: 'Bots' });
    await expect(cards.getByRole('option')).toHaveCount(10);
    await cards.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect(cards.getByRole('option', { selected: true })).toContainText('eth-11');
    await expect(panel.getByRole('region', { name: 'eth-11', exact: true })).toBeVisible();
    await page.keyboard.press('Shift+ArrowRight');
    await expect(panel).toContainText('2 bots selected');
    await annotate('eth-12', 'ETH-USDC');
    await expect(cards.getByRole('option', { name: /eth-12/ })).toContainText('ETH-USDC');
    await expect(cards.getByRole('option', { selected: true })).toHaveCount(2);
    expect(await me.call('settings.get', {})).toMatchObject({ group: 'pair', layout: 'cards' });
  });

  await test.step('cards in view stay in their place, too, while bots above them come', async () => {
    await me.filter(`ns:${namespace}`);
    const cards = page.getByRole('listbox', { name: 'Bots' });
    await expect(cards.getByRole('option', { name: /btc-00/ })).toBeVisible();
    await cards.evaluate((node) => (node.scrollTop = 700));
    await expect(cards.getByRole('option', { name: /btc-00/ })).toHaveCount(0);
    const seen = cards.getByRole('option').filter({ hasText: /btc-2[5-9]|btc-50|eth-0/ });
    const id = (await seen.first().getAttribute('data-row'))!;
    const card = cards.locator(`[data-row="${id}"]`);
    const top = () => card.evaluate((node) => Math.round(node.getBoundingClientRect().top));
    const shown = Number(await card.getAttribute('aria-setsize'));
    const before = await top();
    await apply(
      cluster,
      Array.from({ length: 12 }, (_, i) => resting(namespace, `aaa-${number(i)}`, 'ADA-USDT')).flat(),
    );
    await expect(card).toHaveAttribute('aria-setsize', String(shown + 12));
    expect(await top()).toBe(before);
  });
});

test('groups: fifty practice clusters of two hundred bots by cluster, their money never called real; in light and dark, and axe finds nothing', async ({
  hummingdeck,
}) => {
  test.setTimeout(400_000);
  mkdirSync(pictures, { recursive: true });
  const { page } = await hummingdeck();
  const me = desk(page);
  await me.call('contexts.arrangePractice', { clusters: 50, bots: 200 });
  const { contexts } = (await me.call('contexts.list', {})) as { contexts: { id: string }[] };
  await me.call('contexts.setAllEnabled', { ids: contexts.map(({ id }) => id), enabled: true });
  await me.rail('Fleet').click();
  const footer = page.getByRole('contentinfo');
  await expect(footer).toContainText(/10,\d{3} bots/, { timeout: 200_000 });
  await me.call('settings.patch', { group: 'cluster' });
  const tree = page.getByRole('treegrid', { name: 'Bots' });
  const first = tree.getByRole('row', { level: 1 }).first();
  await expect(first).toContainText(/Practice money: .*[1-9]\d* of 2\d\d read, oldest \d+[smh]/, { timeout: 60_000 });
  await expect(page.getByText('Real money')).toHaveCount(0);
  await expect(page.getByRole('group', { name: 'Sums of the bots shown' })).toContainText(
    /Practice money: .* of 10,\d+ read/,
  );
  await look(me, 'groups-open');

  await tree.focus();
  await page.keyboard.press('End');
  const at = await tree.evaluate((node) => node.scrollTop);
  expect(at).toBeGreaterThan(100_000);
  await page.keyboard.press('Home');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Type a bot/ }).fill('Close all groups');
  await page.keyboard.press('Enter');
  await expect(tree).toHaveAttribute('aria-rowcount', '51');
  await look(me, 'groups-closed');
  await me.filter('cluster:practice-fra-2 ');
  await page.getByRole('combobox', { name: 'Filter bots' }).press('End');
  await page.keyboard.type('restarts:x sta');
  await expect(page.getByRole('option', { name: /^status:/ })).toBeVisible();
  await look(me, 'groups-filter');
  await me.filter('cluster:practice-fra-2 state:trouble');
  await me.call('settings.patch', { layout: 'cards' });
  await expect(page.getByRole('listbox', { name: 'Bots' })).toBeVisible();
  await look(me, 'cards');
});
