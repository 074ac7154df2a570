// @ts-check
import { expect as playwrightExpect } from '@playwright/test';
import { trader } from '../e2e/pages.mjs';

const expect = playwrightExpect.configure({ timeout: 20_000 });
const BOT = 'eth-first';
const CLUSTER = 'practice';
const NAMESPACE = 'bots';

/**
 * @typedef {object} Step
 * @property {string} step what a trader does
 * @property {string} checked what was seen to be true
 * @property {() => Promise<void>} run
 */

/**
 * The main job, step by step, on the practice cluster of a first start.
 * @param {import('@playwright/test').Page} page @returns {Step[]}
 */
export function mainJob(page) {
  const me = trader(page);
  return [
    {
      step: 'first start',
      checked: 'a living fleet, marked as practice',
      run: async () => {
        await expect(me.row('btc-usdt-calm')).toContainText('Running');
        await expect(page.getByRole('contentinfo')).toContainText('practice cluster is on');
      },
    },
    {
      step: 'look at a bot in trouble',
      checked: 'what is wrong and what to do, in a sentence',
      run: async () => {
        await me.select('bnb-usdt-typo');
        await expect(page.getByText(/can't be pulled/).first()).toBeVisible();
      },
    },
    {
      step: 'fill in the form',
      checked: 'the strategy file is in step with it and the server agrees (dry run)',
      run: async () => {
        await me.fillDraft({
          name: BOT,
          cluster: CLUSTER,
          namespace: NAMESPACE,
          pair: 'ETH-USDT',
          values: { 'Order amount': '0.05' },
        });
        await page.getByRole('button', { name: 'Ask the server' }).click();
        await expect(page.getByText('The server would take all of it.')).toBeVisible();
      },
    },
    {
      step: 'deploy',
      checked: 'every step is shown until the bot trades',
      run: async () => {
        await me.main.getByRole('button', { name: `Deploy to ${CLUSTER}` }).click();
        await me.trades(BOT);
      },
    },
    {
      step: 'see it in the grid',
      checked: 'its row tells pair, state and readiness',
      run: async () => {
        await me.rail('Fleet').click();
        await me.select(BOT);
        for (const text of ['ETH-USDT', 'Running', '1/1']) await expect(me.row(BOT)).toContainText(text);
      },
    },
    {
      step: 'read its log',
      checked: 'lines of its orders arrive',
      run: async () => {
        await me.press(BOT, 'l');
        await expect(me.terminal()).toContainText(/order/i);
      },
    },
    {
      step: 'open a shell',
      checked: 'a command answers',
      run: async () => {
        await me.press(BOT, 's');
        await expect(me.terminal()).toContainText(/[$#]/);
        await page.locator('.terminal-element:visible textarea').focus();
        await page.keyboard.type('ls conf/strategies\n');
        await expect(me.terminal()).toContainText(`${BOT}.yml`);
      },
    },
    {
      step: 'open the screen of a classic bot',
      checked: 'its own interface is drawn',
      run: async () => {
        await me.press('btc-usdt-classic', 'a');
        await expect(me.terminal()).toContainText(/\S{3,}/);
      },
    },
    {
      step: 'edit its configuration',
      checked: 'the file is there, checked while typing',
      run: async () => {
        await me.press(BOT, 'e');
        await me.main.getByRole('tab', { name: new RegExp(`${BOT}.yml`) }).click();
        await expect(me.editor()).toContainText('bid_spread');
      },
    },
    {
      step: 'stop it',
      checked: 'the bot is gone and no order is left, as its own record says',
      run: async () => {
        await me.rail('Fleet').click();
        await me.confirmed(BOT, 'Stop');
        await expect(me.row(BOT)).toContainText('Stopped', { timeout: 120_000 });
        await expect(page.getByText(/No order is open/).first()).toBeAttached({ timeout: 60_000 });
      },
    },
  ];
}
