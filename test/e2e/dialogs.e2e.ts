import { mkdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { Alert } from '../../shared/alerts';
import type { Usage } from '../../shared/metrics';
import { expect, test, type Launched } from './app';
import { desk } from './desk';
import { look, pictures } from './look';

const slow = { timeout: 120_000 };
const BOT = 'btc-usdt-calm';
const WIDE = [1400, 860] as const;
const SMALL = [1000, 640] as const;

async function resize({ app, page }: Launched, [width, height]: readonly [number, number]): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, [width, height]) => BrowserWindow.getAllWindows()[0]!.setContentSize(width!, height!),
    [width, height],
  );
  await page.waitForFunction((width) => window.innerWidth === width, width);
}

/** A first start with its practice cluster, the tour declined. */
async function practiceDesk(hummingdeck: (options: { firstStart: true }) => Promise<Launched>) {
  mkdirSync(pictures, { recursive: true });
  const launched = await hummingdeck({ firstStart: true });
  const me = desk(launched.page);
  await expect(me.row(BOT)).toContainText('Running', slow);
  await launched.page.getByRole('button', { name: 'Not now' }).click();
  const contextId = await me.contextId('practice');
  return {
    ...me,
    launched,
    practise: (act: object) => me.call('practice.act', { contextId, act }),
    cancel: () => me.dialog.getByRole('button', { name: 'Cancel' }).click(),
    /** The same in a wide window and in a small one. */
    async both(name: string) {
      await look(me, name);
      await resize(launched, SMALL);
      await look(me, `${name}-small`);
      await resize(launched, WIDE);
    },
  };
}

/** From now on the page can be told of more than a test can wait for: `tell` says one event to it, as main would; `alerts` is what main last said. */
async function listenIn(
  page: Page,
): Promise<{ tell: (event: object) => Promise<void>; alerts: () => Promise<Alert[]> }> {
  type Listening = { told: ((event: MessageEvent) => void)[]; alerts: Alert[] };
  await page.addInitScript(() => {
    const test: Listening = { told: [], alerts: [] };
    Object.assign(window, { test });
    const own = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage')!;
    Object.defineProperty(MessagePort.prototype, 'onmessage', {
      ...own,
      set(this: MessagePort, handler: (event: MessageEvent) => void) {
        test.told.push(handler);
        own.set!.call(this, (event: MessageEvent<{ t: string; alerts?: Alert[] }>) => {
          test.alerts = event.data.alerts ?? test.alerts;
          handler(event);
        });
      },
    });
  });
  await page.reload();
  return {
    tell: (event) =>
      page.evaluate((data) => {
        const { test } = window as unknown as { test: Listening };
        for (const handler of test.told) handler(new MessageEvent('message', { data }));
      }, event),
    alerts: () => page.evaluate(() => (window as unknown as { test: Listening }).test.alerts),
  };
}

test('looks: the reporter; questions before a bot is restarted or deleted; views, columns; axe finds nothing', async ({
  hummingdeck,
}) => {
  test.setTimeout(600_000);
  const me = await practiceDesk(hummingdeck);
  const { page, launched } = me;
  await resize(launched, WIDE);

  await test.step('a reporter of its own', async () => {
    await me.select(BOT);
    const trading = page.getByRole('region', { name: 'Trading', exact: true });
    await look(me, 'reporter-offered');
    await trading.getByRole('button', { name: 'Give it a reporter' }).click();
    await expect(trading).toContainText('from its next start on', slow);
    await me.both('reporter-next');
  });

  await test.step('restart and delete, one bot and all of them', async () => {
    await me.act(BOT, 'Restart');
    await look(me, 'dialog-restart');
    await me.cancel();
    await me.act(BOT, 'Delete');
    await me.dialog.getByRole('radio', { name: /^Delete its volume/ }).check();
    await me.both('dialog-delete');
    await me.cancel();
    await page.getByRole('grid').press('Control+a');
    await page
      .getByRole('button', { name: /^Delete/ })
      .first()
      .click();
    await expect(me.dialog).toContainText(/delete \d+ bots/);
    await me.both('dialog-delete-many');
    await me.cancel();
  });

  await test.step('the columns and the saved views of a small window', async () => {
    await resize(launched, SMALL);
    await page.getByRole('grid').press('c');
    await expect(page.getByRole('menu', { name: 'Columns' })).toBeVisible();
    await look(me, 'dialog-columns-small');
    await page.keyboard.press('Escape');
    for (const [name, text] of [
      ['Trouble', 'state:trouble'],
      ['Only Bitcoin on paper', 'pair:btc'],
    ] as const) {
      await me.filter(text);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('save view as');
      await page.keyboard.press('Enter');
      await me.dialog.getByRole('textbox', { name: 'Name of the view' }).fill(name);
      await look(me, 'dialog-view');
      await page.keyboard.press('Enter');
    }
    await page.getByRole('button', { name: /^Views/ }).press('Enter');
    await expect(page.getByRole('menu', { name: 'Views' })).toBeVisible();
    await look(me, 'dialog-views-small');
    await page.keyboard.press('Escape');
    await me.filter('');
    await resize(launched, WIDE);
  });
});

test('looks: a bot’s full charts, many alerts, many nodes and full ones; axe finds nothing', async ({
  hummingdeck,
}) => {
  test.setTimeout(600_000);
  const me = await practiceDesk(hummingdeck);
  const { page, launched } = me;
  await resize(launched, WIDE);
  const { tell, alerts } = await listenIn(page);

  await test.step('charts full of points, near the limit', async () => {
    await expect(me.row(BOT)).toContainText('Running', slow);
    await me.select(BOT);
    await expect(page.getByRole('group', { name: 'CPU and memory' })).toContainText(/measured/, slow);
    const id = (await me.row(BOT).getAttribute('data-row'))!;
    const start = Date.now() - 30 * 30_000;
    for (let i = 0; i < 30; i++) {
      const use: Usage = {
        ...{ cpu: 0.06 + 0.03 * Math.sin(i / 3) + 0.02 * ((i * 7) % 5), cpuLimit: 0.5 },
        ...{ memory: (300 + 13.4 * i + 8 * ((i * 3) % 4)) * 2 ** 20, memoryLimit: 768 * 2 ** 20 },
        at: start + i * 30_000,
      };
      await tell({ t: 'metrics', usage: { [id]: use }, clusters: {} });
    }
    await me.both('panel-charts');
  });

  await test.step('several alerts at once, as they come in a bad hour', async () => {
    await me.practise({ act: 'speed', speed: 20 });
    await me.practise({ act: 'bot', bot: `trading/${BOT}`, fault: 'outOfMemory', on: true });
    await me.practise({ act: 'bot', bot: 'trading/eth-usdt-tight', fault: 'crashLoop', on: true });
    await me.practise({ act: 'bot', bot: 'trading/btc-usdt-classic', fault: 'crashLoop', on: true });
    const bell = page.getByRole('banner').getByRole('button', { name: /^Alerts: [45] going on/ });
    await expect(bell).toBeVisible(slow);
    await me.practise({ act: 'speed', speed: 1 });
    await me.practise({ act: 'unreachable', on: true });
    await expect(me.row(BOT)).toContainText('stale', slow);
    await page.keyboard.press('b');
    await expect(bell).not.toHaveAccessibleName(/not looked at/);
    // It would be told in 45 s; alerts.e2e.ts waits for one.
    const [last] = await alerts();
    const words = { kind: 'lostCluster', sentence: 'practice is lost.', hint: 'Its bots are probably still trading.' };
    const parts = [{ ...last!.parts[0], ...words, bot: null }];
    await tell({ t: 'alerts', alerts: [{ ...last, ...words, id: 'lost', parts }, ...(await alerts())] });
    await expect(page.getByRole('region', { name: 'Alerts', exact: true })).toContainText('practice is lost', slow);
    await me.both('alerts-many');
    await page.keyboard.press('Escape');
    await me.practise({ act: 'unreachable', on: false });
  });

  await test.step('machines that are nearly full, on several clusters', async () => {
    await me.call('contexts.arrangePractice', { clusters: 6, bots: 200 });
    await me.rail('Clusters').click();
    const { contexts } = (await me.call('contexts.list', {})) as { contexts: { id: string }[] };
    const ids = contexts.map((context) => context.id);
    await me.call('contexts.setAllEnabled', { ids, enabled: true });
    await expect(page.getByRole('contentinfo')).toContainText(/1,2\d\d bots/, slow);
    const part = me.main.getByRole('region', { name: 'Nodes and room' });
    for (const name of ['practice', 'practice-fra-2']) {
      const button = part.getByRole('button', { name, exact: true });
      if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click();
      // A list asked for while the cluster was being connected anew says so; asked again it is there.
      await expect(async () => {
        const again = part.getByRole('button', { name: 'Ask again' }).first();
        if (await again.isVisible()) await again.click();
        const nodes = me.main.getByRole('region', { name: `Nodes of ${name}`, exact: true });
        await expect(nodes).toContainText('ready', { timeout: 5_000 });
      }).toPass(slow);
    }
    await me.field('Memory of a bot').fill('12288');
    await me.main.getByRole('region', { name: 'Nodes of practice-fra-2' }).scrollIntoViewIfNeeded();
    await me.both('capacity-many');
  });

  await test.step('1,200 bots of six clusters in groups with their sums', async () => {
    await me.rail('Fleet').click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('group by cluster');
    await page.keyboard.press('Enter');
    // Sums are known once the bots' reporters have told.
    const first = page.getByRole('treegrid').locator('[data-group]').first();
    await expect(first).toContainText(/[1-9]\d* of \d+ read/, slow);
    await me.both('fleet-groups');
  });
});
