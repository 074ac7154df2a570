import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { classicBot } from '../cluster/bots.mjs';
import { apply } from '../cluster/cluster.mjs';
import { run } from '../cluster/process.mjs';
import { expect, test } from './app';
import { desk } from './desk';
import { adminOf, chooseFiles, folder, writeKubeconfig } from './kubeconfigs';
import { look, pictures } from './look';

test('columns: chosen, moved and sized by keyboard, views, trouble first and copies, all kept for the next start', async ({
  hummingdeck,
}) => {
  test.setTimeout(300_000);
  mkdirSync(pictures, { recursive: true });
  const first = await hummingdeck({ firstStart: true, readableTerminals: true });
  const { app, page } = first;
  const me = desk(page);
  const grid = page.getByRole('grid');
  const clipboard = () => app.evaluate(({ clipboard }) => clipboard.readText());
  const sorted = () => grid.locator('[aria-sort=ascending], [aria-sort=descending]').getAttribute('data-column');
  const menu = (name: string) => page.getByRole('menu', { name });
  const item = (name: RegExp) => menu('Columns').getByRole('menuitemcheckbox', { name });
  const command = async (words: string) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(words);
    await page.keyboard.press('Enter');
  };
  await expect(me.row('btc-usdt-calm')).toContainText('Running', { timeout: 60_000 });

  await test.step('what is read of a bot stands in its row, marked as simulated money', async () => {
    await expect.poll(async () => (await me.cells('trading')).flat().join(), { timeout: 60_000 }).toContain('Trading');
    await expect.poll(async () => (await me.cells('profit')).flat().join()).toMatch(/\d [A-Z]+ practice/);
    await expect(me.row('btc-usdt-calm').locator('.trading')).toHaveAttribute('title', /Read .* ago/);
    await look(me, 'columns-grid');
  });

  await test.step('in a small window the sums still say of how many bots they are, and how old', async () => {
    const size = (width: number, height: number) =>
      app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]!.setSize(w!, h!), [width, height]);
    const read = page
      .getByRole('group', { name: 'Sums of the bots shown' })
      .getByText(/ of \d+ read, oldest /)
      .last();
    await me.select('btc-usdt-calm');
    await size(900, 600);
    await expect.poll(() => page.evaluate(() => window.innerWidth)).toBeLessThan(1000);
    await expect(read).toBeInViewport({ ratio: 1 });
    await size(1400, 860);
  });

  await test.step('shown, hidden, moved and sized by keyboard alone', async () => {
    await grid.focus();
    await page.keyboard.press('c');
    await expect(item(/^Name\b/)).toBeFocused();
    await look(me, 'columns-menu');
    await item(/Open orders/).focus();
    await page.keyboard.press('Space');
    await expect.poll(me.columns).toContain('orders');
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Alt+ArrowUp');
    await expect(item(/Open orders/)).toBeFocused();
    const order = await me.columns();
    expect(order.indexOf('orders')).toBe(order.indexOf('profit') - 1);
    await page.keyboard.press('ArrowRight');
    await expect(item(/Open orders/)).toContainText('px');
    await item(/Image/).focus();
    await page.keyboard.press('Space');
    await expect.poll(me.columns).not.toContain('image');
    await page.keyboard.press('Escape');
    await expect(menu('Columns')).toHaveCount(0);
    await expect(grid).toBeFocused();
  });

  await test.step('an edge and a head follow the mouse; a head that was dragged sorts nothing', async () => {
    const head = (key: string) => grid.locator(`[data-column=${key}]`);
    const box = async (key: string) => (await head(key).boundingBox())!;
    const pair = await box('pair');
    await page.mouse.move(pair.x + pair.width - 1, pair.y + 10);
    await page.mouse.down();
    await page.mouse.move(pair.x + pair.width + 39, pair.y + 10, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => Math.round((await box('pair')).width - pair.width)).toBe(40);
    const before = await sorted();
    const from = await box('pair');
    const to = await box('namespace');
    await page.mouse.move(from.x + 20, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x + 20, to.y + 10, { steps: 5 });
    await page.mouse.up();
    const order = await me.columns();
    expect(order.indexOf('pair')).toBe(order.indexOf('namespace') - 1);
    expect(await sorted()).toBe(before);
  });

  await test.step('trouble first on one key, and back', async () => {
    await grid.focus();
    const before = await sorted();
    await page.keyboard.press('t');
    await expect.poll(sorted).toBe('state');
    await page.keyboard.press('t');
    await expect.poll(sorted).toBe(before);
  });

  await test.step('what is selected is copied as text, CSV and never as a command kubectl could not follow', async () => {
    await me.select('btc-usdt-calm');
    await page.keyboard.press('Control+c');
    await expect.poll(clipboard).toMatch(/^NAME +CLUSTER +PAIR.*\nbtc-usdt-calm +practice \(practice\)/);
    await command('copy as csv');
    await expect
      .poll(clipboard)
      .toMatch(/^Name,Cluster,Pair[^\r]*,Money,Read at\r\nbtc-usdt-calm,[^\r]*,practice,\d{4}-/);
    await me.row('btc-usdt-calm').getByRole('gridcell').nth(1).click({ button: 'right' });
    await expect(page.getByRole('menuitem', { name: 'Copy as kubectl command' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
    await page.keyboard.press('Escape');
  });

  await test.step('a view keeps filter, order and columns; applying it leaves the selection', async () => {
    await me.filter('pair:btc');
    const chip = page.getByRole('group', { name: 'Clusters' }).getByRole('button', { name: /^practice/ });
    await chip.click();
    await expect(chip).toHaveAttribute('aria-pressed', 'true');
    await command('save view as');
    await me.dialog.getByRole('textbox', { name: 'Name of the view' }).fill('Only BTC');
    await look(me, 'columns-save');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Views: Only BTC' })).toBeVisible();
    const mine = await me.columns();
    await chip.click();
    await me.filter('');
    await command('choose columns');
    await menu('Columns').getByRole('menuitem', { name: 'Reset columns' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(me.columns).toContain('image');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Views: Only BTC, changed' })).toBeVisible();
    const other = (await me.cells('name'))
      .flat()
      .find((name) => !name.includes('btc'))!
      .split(/\s/)[0]!;
    await me.select(other);
    await page.getByRole('button', { name: /^Views/ }).press('Enter');
    await expect(menu('Views')).toBeVisible();
    await look(me, 'columns-views');
    await page.keyboard.press('Enter');
    await expect(me.row(other)).toHaveCount(0);
    expect(await me.columns()).toEqual(mine);
    await expect(chip).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByRole('region', { name: other, exact: true })).toBeVisible();
    await command('rename only');
    await me.dialog.getByRole('textbox', { name: 'Name of the view' }).fill('Bitcoin');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Views: Bitcoin' })).toBeVisible();
  });

  await test.step('the next start has columns, groups, cards, details and views as they were; a view is deleted', async () => {
    const mine = await me.columns();
    const tree = page.getByRole('treegrid');
    await command('group by pair');
    await command('save changes to');
    await tree.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await expect(tree.getByRole('row', { name: /^BTC-USDT/ })).toHaveAttribute('aria-expanded', 'false');
    await command('show as cards');
    await page.getByRole('button', { name: 'Details', exact: true }).click();
    await first.close();
    const again = (await hummingdeck({ data: first.data })).page;
    const then = desk(again);
    const cards = again.getByRole('listbox', { name: 'Bots' });
    const grouped = again.getByRole('treegrid');
    await expect(cards).toBeVisible({ timeout: 60_000 });
    await expect(again.getByRole('button', { name: 'Details', exact: true })).toHaveAttribute('aria-pressed', 'false');
    await then.call('settings.patch', { layout: 'grid' });
    await expect.poll(then.columns, { timeout: 60_000 }).toEqual(mine);
    await expect(grouped.getByRole('row', { name: /^BTC-USDT/ })).toHaveAttribute('aria-expanded', 'false');
    await then.call('settings.patch', { layout: 'cards', group: 'none' });
    await expect(cards).toBeVisible();
    await again.getByRole('button', { name: 'Views' }).press('Enter');
    await expect(again.getByRole('menuitem', { name: 'Bitcoin' })).toBeVisible();
    await again.keyboard.press('Enter');
    await expect(grouped.getByRole('row', { name: /^BTC-USDT/ })).toBeVisible();
    await again.getByRole('button', { name: /^Views: Bitcoin/ }).press('Enter');
    await again.getByRole('menuitem', { name: 'Delete' }).press('Enter');
    await then.dialog.getByRole('button', { name: 'Delete view' }).press('Enter');
    await expect(again.getByRole('button', { name: 'Views', exact: true })).toBeVisible();
  });
});

test('columns: the copied kubectl command shows the bots that were copied, in a terminal with files of its own', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const dir = folder();
  await apply(
    cluster,
    ['btc', 'eth', 'sol'].flatMap((name) => classicBot({ name, namespace, replicas: 0 })),
  );
  const names = { whole: "ana's fra $(exit 7)", spread: 'spread', added: 'added' };
  // The terminal's own files, the usual one and what its KUBECONFIG says, have the same names, of a cluster that is not there.
  const elsewhere = { cluster: { server: 'https://127.0.0.1:1' }, user: {} };
  mkdirSync(join(dir, '.kube'));
  const usual = writeKubeconfig(
    join(dir, '.kube/config'),
    Object.values(names).map((name) => ({ name, ...elsewhere })),
  );
  const { cluster: at, user } = adminOf(cluster);
  const own = [
    writeKubeconfig(join(dir, "ana's files.yaml"), [{ name: names.whole, cluster: at, user }]),
    writeKubeconfig(join(dir, 'context'), [{ name: names.spread, user, clusterName: 'place' }]),
    writeKubeconfig(join(dir, 'cluster'), [{ name: 'place', cluster: at, userName: 'none' }]),
  ];
  const added = writeKubeconfig(join(dir, 'added "file"'), [{ name: names.added, cluster: at, user }]);
  const { app, page } = await hummingdeck({ kubeconfig: own.join(':') });
  const me = desk(page);
  /** What the shell prints for the copied text, in a home and an environment of its own. */
  const inTerminal = (text: string) =>
    run('env', ['-i', `PATH=${cluster.bin}:/usr/bin:/bin`, `HOME=${dir}`, `KUBECONFIG=${usual}`, 'sh', '-c', text]);
  async function copied(): Promise<string> {
    await app.evaluate(({ clipboard }) => clipboard.clear());
    await me.select('btc');
    await me
      .row('sol')
      .getByRole('gridcell')
      .nth(1)
      .click({ modifiers: ['Control'] });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('copy as kubectl');
    await page.keyboard.press('Enter');
    const text = () => app.evaluate(({ clipboard }) => clipboard.readText());
    await expect.poll(text).not.toBe('');
    return text();
  }

  await me.filter(`ns:${namespace}`);
  const files = { whole: "--kubeconfig '", spread: 'KUBECONFIG=', added: `--kubeconfig '${added}'` };
  for (const kind of ['whole', 'spread', 'added'] as const) {
    await test.step(`a context that is ${kind}`, async () => {
      const name = names[kind];
      if (kind === 'added') {
        await me.rail('Clusters').click();
        await chooseFiles(app, [added]);
        await me.main.getByRole('button', { name: 'Add a kubeconfig file…' }).click();
      }
      await me.turnOn(name);
      await expect(me.row('btc')).toHaveCount(1);
      const text = await copied();
      expect(text).toContain(files[kind]);
      const told = await inTerminal(text);
      expect(told.split('\n').map((line) => line.split(/\s+/)[0])).toEqual(['NAME', 'btc', 'sol', '']);
      // Off, so that the next is the one that is named; kubectl's own come before an added one, on or off.
      await me.rail('Clusters').click();
      await me.toggle(me.context(name));
      if (kind === 'spread') for (const path of own) writeKubeconfig(path, []);
      await me.rail('Fleet').click();
    });
  }
});
