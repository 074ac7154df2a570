import { mkdirSync } from 'node:fs';
import { expect, test } from './app';
import { desk } from './desk';
import { look, pictures } from './look';

const BOT = 'btc-usdt-calm';
const slow = { timeout: 60_000 };

test('faults: a practice bot is broken and mended from its menu, by keyboard; the cluster is lost, slowed, and its rights taken away', async ({
  hummingdeck,
}) => {
  test.setTimeout(300_000);
  mkdirSync(pictures, { recursive: true });
  const { page } = await hummingdeck({ firstStart: true, readableTerminals: true });
  const me = desk(page);
  const footer = page.getByRole('contentinfo');
  const toggle = (name: RegExp | string) => me.dialog.getByRole('switch', { name });
  const restarts = async () =>
    Number((await me.cells('name', 'restarts')).find(([name]) => name === BOT)![1]!.split(' ')[0]);
  const close = () => me.dialog.getByRole('button', { name: 'Close' }).last().press('Enter');
  const palette = async (typed: string) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(typed);
    await expect(page.getByRole('option').first()).toContainText('Practice');
    await page.keyboard.press('Enter');
  };

  await test.step('faster than life, which the status bar says', async () => {
    await expect(me.row(BOT)).toContainText('Running', slow);
    await palette('speed of practice');
    await me.dialog.getByRole('combobox', { name: 'Time goes' }).selectOption('5');
    await close();
    await expect(footer).toContainText('practice 5×');
    await palette('practice: speed 20×');
    await expect(footer).toContainText('practice 20×');
  });

  await test.step('a wrong password: the row says it in words', async () => {
    await me.select(BOT);
    // From the grid's own menu, by keys alone.
    await page.getByRole('grid').press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Practice: break on purpose…' }).press('Enter');
    await expect(me.dialog).toContainText(`Break ${BOT} on purpose`);
    await look(me, 'practice-break-bot');
    await toggle(/^Its password is wrong/).press('Space');
    await expect(toggle(/^Its password is wrong/)).toBeChecked();
    await close();
    await expect(me.row(BOT)).toContainText('CrashLoopBackOff', slow);
    const panel = page.getByRole('region', { name: BOT, exact: true });
    await expect(panel).toContainText('did not accept its configuration or its password');
    await expect(panel).toContainText('1 fault');
    await expect(footer).toContainText('practice 20×, 1 broken on purpose');
  });

  await test.step('mended: it runs again', async () => {
    await me.action(BOT, 'Break on purpose').press('Enter');
    await me.dialog.getByRole('button', { name: 'Mend this bot' }).press('Enter');
    await expect(toggle(/^Its password is wrong/)).not.toBeChecked();
    await close();
    await expect(me.row(BOT)).toContainText('Running', slow);
    await expect(me.row(BOT)).toContainText('1/1');
  });

  await test.step('killed, with a stop that cancels nothing: the app lists what is left', async () => {
    await me.action(BOT, 'Break on purpose').press('Enter');
    await toggle(/^A stop leaves its orders open/).press('Space');
    const before = await restarts();
    await me.dialog.getByRole('button', { name: 'Kill it now' }).press('Enter');
    await close();
    await expect.poll(restarts, slow).toBeGreaterThan(before);
    await expect(me.row(BOT)).toContainText('1/1', slow);
    await me.confirmed(BOT, 'Stop');
    await expect(me.operation(`Stop ${BOT}`)).toContainText(/may still be open.*exchange order id/, {
      timeout: 150_000,
    });
  });

  await test.step('out of reach: rows stay, stale, and come back', async () => {
    await palette('speed of practice');
    await look(me, 'practice-faults');
    await toggle(/^Out of reach/).press('Space');
    await close();
    await expect(me.row('eth-usdt-tight')).toContainText(/stale/i, slow);
    await me.select('eth-usdt-tight');
    await expect(page.getByRole('region', { name: 'eth-usdt-tight', exact: true })).toContainText(
      'practice does not answer: the practice cluster is switched to out of reach.',
    );
    // What breaks and mends is not on the other side of the line.
    await palette('practice: give the cluster back');
    await expect(me.row('eth-usdt-tight')).not.toContainText(/stale/i, slow);
  });

  await test.step('a machine falls silent: its bots are probably still trading, and come back with it', async () => {
    const node = (await me.cells('name', 'node')).find(([name]) => name === 'eth-usdt-tight')![1]!;
    await palette('speed of practice');
    await toggle(`${node} is silent`).press('Space');
    await close();
    await expect(me.row('eth-usdt-tight')).toContainText('Unknown', slow);
    await expect(page.getByRole('region', { name: 'eth-usdt-tight', exact: true })).toContainText(
      'probably still trading',
    );
    await palette('practice: mend everything');
    await expect(me.row('eth-usdt-tight')).toContainText('Running', slow);
  });

  await test.step('rights taken away: what they are for can not be done, with the reason', async () => {
    await palette('speed of practice');
    await me.dialog.getByRole('combobox', { name: 'What you may do' }).selectOption('no-logs-or-shells');
    await close();
    await me.select('eth-usdt-tight');
    await expect(me.action('eth-usdt-tight', 'Log')).toBeDisabled(slow);
    await expect(me.action('eth-usdt-tight', 'Log')).toHaveAttribute(
      'title',
      /lacks a right for this: get pods\/log in/,
    );
    await expect(me.action('eth-usdt-tight', 'Stop')).toBeEnabled();
    await palette('speed of practice');
    await me.dialog.getByRole('button', { name: 'Mend everything' }).press('Enter');
    await close();
    await expect(me.action('eth-usdt-tight', 'Log')).toBeEnabled(slow);
    await expect(footer).not.toContainText('broken on purpose');
  });

  await test.step('turned off and on, it begins as in life, and the window says nothing else', async () => {
    await palette(`break eth-usdt-tight`);
    await toggle(/^Crashes soon after each start/).press('Space');
    await close();
    await expect(footer).toContainText('practice 20×, 1 broken on purpose');
    await me.rail('Clusters').click();
    const line = me.main.getByRole('listitem').filter({ hasText: 'practice' }).first();
    await look(me, 'practice-clusters');
    await line.getByRole('switch').uncheck({ force: true });
    await expect(footer).not.toContainText('practice');
    await line.getByRole('switch').check({ force: true });
    await expect(footer).toContainText('The practice cluster is on', slow);
    await expect(line).toContainText('live', slow);
    await expect(footer).not.toContainText(/20×|broken/);
  });
});
