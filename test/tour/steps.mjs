// @ts-check
import { expect as playwrightExpect } from '@playwright/test';
import { trader } from '../e2e/pages.mjs';

const expect = playwrightExpect.configure({ timeout: 20_000 });
const BOT = 'eth-first';
const CLUSTER = 'practice';

/**
 * @typedef {object} Action
 * @property {string} checked what was seen to be true
 * @property {() => Promise<void>} run does it as a trader would, and looks
 */

/**
 * What a trader does at each step of the app's guided tour (renderer/tour/steps.ts), by the step's id.
 * @param {import('@playwright/test').Page} page @returns {Record<string, Action>}
 */
export function actions(page) {
  const me = trader(page);
  const panel = () => page.getByRole('region', { name: BOT, exact: true });
  const wrongPassword = () => me.dialog.getByRole('switch', { name: /^Its password is wrong/ });
  const closeMenu = () => me.dialog.getByRole('button', { name: 'Close' }).last().click();
  return {
    fleet: {
      checked: 'a living fleet, marked as practice; a click shows a bot beside it',
      run: async () => {
        await expect(me.row('btc-usdt-calm')).toContainText('Running');
        await expect(page.getByRole('contentinfo')).toContainText('practice cluster is on');
        await expect(me.row('bnb-usdt-typo')).toContainText('Trouble');
        await me.select('btc-usdt-calm');
        await expect(page.getByRole('region', { name: 'btc-usdt-calm', exact: true })).toContainText('binance');
      },
    },
    trouble: {
      checked: 'what is wrong and what to do, in a sentence',
      run: async () => {
        await me.select('bnb-usdt-typo');
        await expect(page.getByText(/can't be pulled/).first()).toBeVisible();
      },
    },
    deploy: {
      checked: 'the form begins on the practice cluster, the server agrees (dry run), and the deploy begins',
      run: async () => {
        await me.rail('Deploy a bot').click();
        await expect(me.choice('Cluster').locator('option:checked')).toHaveText(CLUSTER);
        const values = { 'Order amount': '0.05' };
        await me.fillDraft({ name: BOT, cluster: CLUSTER, namespace: 'trading', pair: 'ETH-USDT', values });
        await me.main.getByRole('button', { name: 'Ask the server' }).click();
        await expect(page.getByText('The server would take all of it.')).toBeVisible();
        await me.main.getByRole('button', { name: `Deploy to ${CLUSTER}` }).click();
        await expect(me.main.getByRole('heading', { name: `${BOT} on ${CLUSTER}` })).toBeVisible();
      },
    },
    watch: {
      checked: 'every step is shown until the bot trades',
      run: () => me.trades(BOT),
    },
    log: {
      checked: 'its row tells pair, state and readiness; lines of its orders arrive in the log',
      run: async () => {
        await me.rail('Fleet').click();
        for (const text of ['ETH-USDT', 'Running', '1/1']) await expect(me.row(BOT)).toContainText(text);
        await me.press(BOT, 'l');
        await expect(me.terminal()).toContainText(/order/i);
      },
    },
    screen: {
      checked: 'its own interface is drawn',
      run: async () => {
        await me.press('btc-usdt-classic', 'a');
        await expect(me.terminal()).toContainText('Strategy: pure_market_making');
      },
    },
    shell: {
      checked: 'a command answers',
      run: async () => {
        await me.press(BOT, 's');
        await expect(me.terminal()).toContainText(/[$#]/);
        await page.locator('.terminal-element:visible textarea').focus();
        await page.keyboard.type('ls conf/strategies\n');
        await expect(me.terminal()).toContainText(`${BOT}.yml`);
      },
    },
    edit: {
      checked: 'checked while typing, saved as a new version; the bot trades on with the old one',
      run: async () => {
        await me.press(BOT, 'e');
        await me.main.getByRole('tab', { name: new RegExp(`${BOT}.yml`) }).click();
        await me.retype('bid_spread: 0.5', 'bid_spread: 0.4');
        await me.main.getByRole('button', { name: `Save for the next start on ${CLUSTER}` }).click();
        await expect(me.main.getByText(`Saved on ${CLUSTER} as`)).toBeVisible();
      },
    },
    break: {
      checked: 'a wrong password, set on purpose: the row and the page say in words what is wrong',
      run: async () => {
        await me.rail('Fleet').click();
        await me.act(BOT, 'Break on purpose');
        await wrongPassword().check({ force: true });
        await closeMenu();
        await expect(me.row(BOT)).toContainText('Trouble', { timeout: 60_000 });
        await expect(me.row(BOT)).toContainText('CrashLoopBackOff', { timeout: 60_000 });
        await expect(panel()).toContainText('did not accept its configuration or its password');
      },
    },
    mend: {
      checked: 'the bot runs again, with the configuration it ran with before',
      run: async () => {
        await me.act(BOT, 'Break on purpose');
        await me.dialog.getByRole('button', { name: 'Mend this bot' }).click();
        await expect(wrongPassword()).not.toBeChecked();
        await closeMenu();
        for (const text of ['Running', '1/1']) await expect(me.row(BOT)).toContainText(text, { timeout: 60_000 });
        await expect(me.row(BOT)).toContainText('waits for your restart');
      },
    },
    stop: {
      checked: 'the bot is gone and no order is left, as its own record says',
      run: async () => {
        await me.rail('Fleet').click();
        await me.confirmed(BOT, 'Stop');
        await expect(me.row(BOT)).toContainText('Stopped', { timeout: 120_000 });
        const stop = me.operation(`Stop ${BOT}`);
        await expect(stop).toContainText(/No order is open/, { timeout: 60_000 });
        await stop.locator('summary').click();
        await expect(stop.getByText(/No order is open/).first()).toBeVisible();
      },
    },
  };
}
