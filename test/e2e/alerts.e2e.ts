import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classicBot } from '../cluster/bots.mjs';
import { apply } from '../cluster/cluster.mjs';
import { expect, test, type Launched } from './app';
import { desk } from './desk';
import { openGateway } from './gateway';
import { folder } from './kubeconfigs';
import { look, pictures } from './look';

// Both are long, for an alert waits so as not to cry too soon.
test.describe.configure({ mode: 'parallel' });

const slow = { timeout: 90_000 };
const BOT = 'btc-usdt-calm';

interface Told {
  title: string;
  body: string;
}
type Noting = typeof globalThis & { told: Told[]; click: () => void };

/** What the system would be told from now on, while another window is in front. */
async function noteNotifications({ app }: Launched): Promise<void> {
  await app.evaluate(({ Notification, BrowserWindow }) => {
    const note = globalThis as Noting;
    note.told = [];
    Notification.prototype.show = function (this: Electron.Notification) {
      note.told.push({ title: this.title, body: this.body });
      note.click = () => void this.emit('click');
    };
    BrowserWindow.getAllWindows()[0]!.isFocused = () => false;
  });
}
const told = ({ app }: Launched) => app.evaluate(() => (globalThis as Noting).told);

function deskWithBell(launched: Launched) {
  const { page } = launched;
  const me = desk(page);
  const drawer = page.getByRole('region', { name: 'Alerts', exact: true });
  const list = drawer.getByRole('list').first();
  return {
    ...me,
    bell: page.getByRole('banner').getByRole('button', { name: /^Alerts:/ }),
    drawer,
    alert: (words: string | RegExp) => list.locator(':scope > li').filter({ hasText: words }),
    all: list.locator(':scope > li'),
    async palette(typed: string) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(typed);
      await page.keyboard.press('Enter');
    },
    toggle: (name: RegExp | string) => me.dialog.getByRole('switch', { name }),
    closeDialog: () => me.dialog.getByRole('button', { name: 'Close' }).last().press('Enter'),
  };
}

test('alerts: a practice fault is one alert in words, by bell and keyboard; mended, it is over; nothing of practice leaves the app', async ({
  hummingdeck,
}) => {
  test.setTimeout(300_000);
  mkdirSync(pictures, { recursive: true });
  const launched = await hummingdeck({ firstStart: true });
  const me = deskWithBell(launched);
  const { page } = me;
  await me.call('settings.patch', { tour: 'declined' });
  await noteNotifications(launched);

  await test.step('nothing yet, and it says that nothing watches while it is closed', async () => {
    await expect(me.row(BOT)).toContainText('Running', slow);
    await expect(me.bell).toHaveAccessibleName('Alerts: none');
    await page.keyboard.press('b');
    await expect(me.drawer).toContainText('No alerts');
    await expect(me.drawer).toContainText(/Trading is known of \d+ of \d+ that are not stopped/);
    await expect(me.drawer).toContainText('Nothing watches while Hummingdeck is closed.');
    await look(me, 'alerts-none');
    await page.keyboard.press('Escape');
    await expect(me.drawer).toBeHidden();
  });

  await test.step('out of memory and a crash loop: one alert each, with what to do, marked as practice', async () => {
    await me.call('settings.patch', { alerts: { system: true, muted: [] } });
    // A kubelet's back-off goes by the practice cluster's own time.
    await me.call('practice.act', { contextId: await me.contextId('practice'), act: { act: 'speed', speed: 20 } });
    // A starter bot of the practice cluster has a wrong password.
    for (const [bot, fault] of [
      [BOT, /^Runs out of memory/],
      ['eth-usdt-tight', /^Crashes soon after each start/],
    ] as const) {
      await me.select(bot);
      await me.action(bot, 'Break on purpose').press('Enter');
      await me.toggle(fault).press('Space');
      await me.closeDialog();
    }
    await expect(me.bell).toHaveAccessibleName(/^Alerts: [34] going on, \d not looked at$/, slow);
    await me.bell.press('Enter');
    await expect(me.alert(`${BOT} needed more memory than it may have and was killed`)).toContainText(
      'Give it more memory',
    );
    await expect(me.alert('eth-usdt-tight fails again and again')).toContainText(/exit code 1/);
    await expect(me.alert('eth-usdt-tight')).toContainText('practice');
    await expect(me.bell).toHaveAccessibleName(/^Alerts: [34] going on$/);
    await expect(me.alert('eth-btc-oops')).toContainText('did not accept its configuration or its password');
    await look(me, 'alerts-practice');
  });

  await test.step('it leads to the bot, whose page says why it was started again and what happened', async () => {
    await me.drawer.press('ArrowDown');
    await me
      .alert(BOT)
      .getByRole('button', { name: `Go to ${BOT}` })
      .press('Enter');
    await expect(me.drawer).toBeHidden();
    const panel = page.getByRole('region', { name: BOT, exact: true });
    await expect(panel).toContainText('Last end: Hummingbot needed more memory than it may have', slow);
    await expect(panel).toContainText('Its container was started.');
    await look(me, 'bot-lately');
  });

  await test.step('the same again and again stays one; mended, both are over', async () => {
    await me.rail('Fleet').click();
    for (const bot of [BOT, 'eth-usdt-tight']) {
      // It gets a new pod, which is believed soon; the same one would be only after ten minutes.
      await me.select(bot);
      await me.action(bot, 'Break on purpose').press('Enter');
      await me.dialog.getByRole('button', { name: 'Mend this bot' }).press('Enter');
      await me.closeDialog();
    }
    await page.keyboard.press('b');
    await expect(me.alert(`${BOT}`)).toContainText(/over, after/, slow);
    await expect(me.alert('eth-usdt-tight')).toContainText(/over, after/, slow);
    for (const bot of [BOT, 'eth-usdt-tight', 'eth-btc-oops']) await expect(me.alert(bot)).toHaveCount(1);
    await expect(me.alert('eth-btc-oops')).toContainText('since');
  });

  await test.step('the cluster out of reach, a silent node: told, and over when given back', async () => {
    await page.keyboard.press('Escape');
    await me.palette('practice: put the cluster out of reach');
    await page.keyboard.press('b');
    await expect(me.alert(/practice is lost/)).toContainText('since', slow);
    await me.palette('practice: give the cluster back');
    await expect(me.alert(/practice is lost/)).toContainText(/over, after/, slow);
  });

  await test.step('dismissed one by one and all at once', async () => {
    await me
      .alert('eth-usdt-tight')
      .getByRole('button', { name: /^Dismiss:/ })
      .click();
    await expect(me.alert('eth-usdt-tight')).toHaveCount(0);
    await expect(me.alert(BOT)).toHaveCount(1);
    await me.drawer.getByRole('button', { name: 'Dismiss all' }).click();
    await expect(me.drawer).toContainText('No alerts');
  });
  expect(await told(launched)).toEqual([]);
});

test('alerts: a lost real cluster is told by the system where the trader wants it, once, also after a restart of the app', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  test.setTimeout(300_000);
  await apply(cluster, classicBot({ name: 'far-bot', namespace, replicas: 0 }));
  const way = await openGateway(cluster, folder());
  const data = await mkdtemp(join(tmpdir(), 'hd-e2e-'));
  mkdirSync(join(data, 'app'));
  writeFileSync(join(data, 'app', 'settings.json'), JSON.stringify({ version: 1, practiceByItself: false }));
  const start = async () => {
    const launched = await hummingdeck({ kubeconfig: way.kubeconfig, data });
    await noteNotifications(launched);
    return { launched, me: deskWithBell(launched) };
  };
  const one = await start();
  await one.me.turnOn('shaky');
  await one.me.rail('Settings').click();
  await one.me.main.getByRole('switch', { name: /^Also by notifications/ }).press('Space');
  await expect(one.me.main.getByRole('checkbox', { name: /^A cluster is lost/ })).toBeChecked();
  await expect(one.me.main).toContainText('Nothing watches while Hummingdeck is closed');
  await look(one.me, 'settings-alerts');
  await one.me.rail('Fleet').click();
  way.cut();
  await expect(one.me.bell).toHaveAccessibleName(/1 going on, 1 not looked at/, slow);
  expect(await told(one.launched)).toEqual([{ title: 'Hummingdeck', body: expect.stringContaining('shaky is lost.') }]);
  await one.launched.app.evaluate(() => (globalThis as Noting).click());
  await expect(one.me.drawer).toContainText('shaky is lost.');
  await one.launched.close();
  const kept = readFileSync(join(data, 'app', 'alerts.json'), 'utf8');
  expect(kept).toContain('shaky is lost.');

  const two = await start();
  await two.me.bell.press('Enter');
  await expect(two.me.alert('shaky is lost.')).toHaveCount(1);
  await two.me.page.waitForTimeout(60_000);
  await expect(two.me.all).toHaveCount(1);
  expect(await told(two.launched)).toEqual([]);
  way.restore();
  await expect(two.me.alert('shaky is lost.')).toContainText(/over, after/, slow);
  await two.launched.close();
  way.close();
});
