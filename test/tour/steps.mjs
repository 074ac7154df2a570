// @ts-check
import { expect as playwrightExpect } from '@playwright/test';
import { exchange, kubectl } from '../cluster/cluster.mjs';
import { trader } from '../e2e/pages.mjs';

const expect = playwrightExpect.configure({ timeout: 20_000 });
const BOT = 'eth-first';
const NAMESPACE = 'trading';
const CLUSTER = 'fra-1';

/**
 * @typedef {object} Step
 * @property {string} step what a trader does
 * @property {string} checked what was seen to be true
 * @property {() => Promise<void>} run
 */

/**
 * The main job, step by step, on a practice Kubernetes.
 * @param {import('@playwright/test').Page} page @param {import('../cluster/cluster.mjs').Cluster} cluster @returns {Step[]}
 */
export function mainJob(page, cluster) {
  const me = trader(/** @type {any} */ (page));
  return [
    {
      step: 'first start',
      checked: 'the window says what to do next',
      run: () => expect(me.main.getByRole('heading', { name: 'No cluster is turned on' })).toBeVisible(),
    },
    {
      step: 'connect a cluster',
      checked: 'its chip says live',
      run: async () => {
        await kubectl(cluster, 'create', 'namespace', NAMESPACE);
        await me.turnOn(cluster.id, CLUSTER);
        await expect(page.getByRole('group', { name: 'Clusters' }).getByText('live')).toBeVisible();
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
      checked: 'the bot trades, with two orders open at the exchange',
      run: async () => {
        await me.main.getByRole('button', { name: `Deploy to ${CLUSTER}` }).click();
        await me.trades(BOT);
        expect(await exchange(cluster).orders({ bot: BOT })).toHaveLength(2);
      },
    },
    {
      step: 'see it in the grid',
      checked: 'its row tells pair, state and readiness',
      run: async () => {
        await me.rail('Fleet').click();
        await me.select(BOT);
        await expect(me.row(BOT)).toContainText('ETH-USDT');
        await expect(me.row(BOT)).toContainText('1/1');
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
        await page.keyboard.type('ls conf/strategies; echo $((6*7))\n');
        await expect(me.terminal()).toContainText('42');
      },
    },
    {
      step: 'edit its configuration',
      checked: 'the file is there with its comments, checked while typing',
      run: async () => {
        await me.press(BOT, 'e');
        await me.main.getByRole('tab', { name: new RegExp(`${BOT}.yml`) }).click();
        await expect(me.editor()).toContainText('bid_spread');
      },
    },
    {
      step: 'stop it',
      checked: 'the bot is gone and no order is left at the exchange',
      run: async () => {
        await me.rail('Fleet').click();
        await me.confirmed(BOT, 'Stop');
        await expect(me.row(BOT)).toContainText('Stopped', { timeout: 120_000 });
        expect(await exchange(cluster).orders({ bot: BOT })).toEqual([]);
      },
    },
  ];
}
