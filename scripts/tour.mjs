// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDisplay } from './lib/display.mjs';
import { resolveRuntime } from './lib/runtime.mjs';
import { root, say } from './lib/run.mjs';
import { build, setUp } from './lib/setup.mjs';

const BOT = 'eth-usdt-tight';
const CLUSTER = 'fra-1';
const SPREAD = 'bid_spread: 0.8 # wider over the weekend';

/** @typedef {{ step: string, checked: string, tookMs: number, picture: string }} Stop */

/**
 * Drives the app through its main job on a real Kubernetes of its own: a picture a step in `dir`, and `tour.json` with what was checked.
 * Ends everything it started.
 * @param {string} dir
 * @param {Record<string, string>} [env] of the display to open the window on
 * @returns {Promise<number>} exit code: 0 when every step did what it should
 */
export async function tour(dir, env = {}) {
  const folder = resolve(root, dir);
  mkdirSync(folder, { recursive: true });
  const home = mkdtempSync(join(tmpdir(), 'hd-tour-'));
  const cluster = await startCluster();
  if (!cluster) return 1;
  /** @type {import('@playwright/test').ElectronApplication | undefined} */
  let app;
  try {
    const { crowd } = await import('../test/e2e/crowd.mjs');
    await crowd(cluster);
    app = await launch(home, cluster, env);
    return await walk(app, cluster, folder);
  } catch (error) {
    console.error(error);
    return 1;
  } finally {
    await app?.close().catch(() => {});
    const { down } = await import('../test/cluster/cluster.mjs');
    await down(cluster.dir);
    rmSync(home, { recursive: true, force: true });
  }
}

async function startCluster() {
  const { up } = await import('../test/cluster/cluster.mjs');
  try {
    say('bringing up a Kubernetes for the tour; the first time it is built, which takes minutes');
    return await up({ log: say });
  } catch (error) {
    say(`no tour: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

/** @param {string} home @param {import('../test/cluster/cluster.mjs').Cluster} cluster @param {Record<string, string>} env */
async function launch(home, cluster, env) {
  const { _electron } = await import('@playwright/test');
  const runtime = resolveRuntime();
  const { PATH = '', DISPLAY = '', LANG = 'C.UTF-8' } = process.env;
  mkdirSync(join(home, 'app'));
  writeFileSync(join(home, 'app', 'settings.json'), JSON.stringify({ version: 1, practiceByItself: false }));
  return _electron.launch({
    executablePath: runtime.executable,
    args: [...runtime.appArgs, '--no-sandbox'],
    env: {
      ...{ PATH, DISPLAY, LANG, HOME: home, TZ: 'UTC', KUBECONFIG: cluster.kubeconfig, ...env },
      // No one's keys are on the tour's cluster, so the development fallback may go there.
      ...{ HUMMINGDECK_DATA: join(home, 'app'), HUMMINGDECK_ALLOW_REAL_CLUSTERS: 'tests-only' },
    },
  });
}

/**
 * @param {import('@playwright/test').ElectronApplication} app
 * @param {import('../test/cluster/cluster.mjs').Cluster} cluster @param {string} folder
 */
async function walk(app, cluster, folder) {
  const { expect: within } = await import('@playwright/test');
  const { exchange, kubectl } = await import('../test/cluster/cluster.mjs');
  const { trader } = await import('../test/e2e/pages.mjs');
  const { TRADING: namespace } = await import('../test/e2e/crowd.mjs');
  const expect = within.configure({ timeout: 120_000 });
  const page = await app.firstWindow();
  const me = trader(page);
  const orders = () => exchange(cluster).orders({ namespace, bot: BOT });
  const held = async () => {
    const kinds = 'statefulset,pod,configmap,secret,pvc';
    const names = await kubectl(cluster, 'get', kinds, '-n', namespace, '-o', 'name');
    return names.split('\n').filter((name) => name.includes(`/${BOT}`));
  };
  /** @type {Stop[]} */
  const stops = [];
  let failed = false;

  /** @param {string} step @param {string} checked @param {() => Promise<unknown>} work */
  async function stop(step, checked, work) {
    if (failed) return;
    const began = Date.now();
    const picture = `${String(stops.length + 1).padStart(2, '0')}-${step}.png`;
    let said = checked;
    try {
      await work();
    } catch (error) {
      failed = true;
      said = `FAILED: ${error instanceof Error ? error.message : error}`;
    }
    const tookMs = Date.now() - began;
    await page.screenshot({ path: join(folder, picture), animations: 'disabled' }).catch(() => {});
    stops.push({ step, checked: said, tookMs, picture });
    say(`${failed ? 'FAILED' : 'ok    '} ${step} (${(tookMs / 1000).toFixed(1)} s): ${said}`);
  }

  await stop('start', 'the window is usable and asks for a cluster', async () => {
    await expect(me.main.getByText('No cluster is turned on')).toBeVisible();
  });
  // On the development fallback the window says so until it is told to go on.
  await page
    .getByRole('button', { name: 'Understood' })
    .click({ timeout: 2_000 })
    .catch(() => {});
  await stop('connect', 'the context is live, and the bots that run there are in the grid', async () => {
    await me.turnOn(cluster.id, CLUSTER);
    await expect(me.row('btc-usdt-wide')).toContainText('1/1');
  });
  await stop('form', 'the server would take all of the bot, and nothing is written for asking', async () => {
    await me.fillDraft({
      ...{ name: BOT, cluster: CLUSTER, namespace, pair: 'ETH-USDT' },
      values: { 'Bid spread': '0.4', 'Ask spread': '0.4', 'Order amount': '0.05' },
    });
    await me.main.getByRole('button', { name: 'Ask the server' }).click();
    await expect(me.main.getByText('The server would take all of it.')).toBeVisible();
    expect(await held()).toEqual([]);
  });
  await stop('deploy', 'every step is done, and two orders of the bot are open at the exchange', async () => {
    await me.main.getByRole('button', { name: `Deploy to ${CLUSTER}` }).click();
    await me.trades(BOT);
    await expect.poll(async () => (await orders()).length).toBe(2);
  });
  await stop('fleet', 'its row tells pair, exchange, state and READY', async () => {
    await me.rail('Fleet').click();
    for (const text of ['ETH-USDT', 'binance_paper_trade', 'Running', '1/1'])
      await expect(me.row(BOT)).toContainText(text);
    await me.select(BOT);
    await expect(page.getByRole('heading', { name: 'Lately' })).toBeVisible();
  });
  await stop('log', 'its log is followed in a tab', async () => {
    await me.press(BOT, 'l');
    await expect(page.getByRole('tab', { name: new RegExp(`log.*${BOT}|${BOT}.*log`, 'i') })).toBeVisible();
    await page.waitForTimeout(2_000);
  });
  await stop('shell', 'a shell in its pod wrote the file it was asked to write', async () => {
    await me.press(BOT, 's');
    await page.waitForTimeout(2_000);
    await page.keyboard.type('ls data && echo here-$((40 + 2)) > /tmp/seen\n');
    const seen = () => kubectl(cluster, 'exec', `${BOT}-0`, '-n', namespace, '--', 'cat', '/tmp/seen').catch(() => '');
    await expect.poll(seen).toContain('here-42');
  });
  await stop('edit', 'a changed value keeps its comment, and “restart now” puts it in effect', async () => {
    await me.press(BOT, 'e');
    await me.main.getByRole('tab', { name: /strategies\// }).click();
    await me.retype('bid_spread: 0.4', SPREAD);
    await expect(page.getByText('Nothing found.')).toBeVisible();
    await page.getByRole('button', { name: 'Save and restart now…' }).click();
    await me.dialog.getByRole('button', { name: `Save and restart ${BOT} on ${CLUSTER}` }).click();
    await expect(me.main.getByText(`${BOT} trades.`)).toBeVisible();
    const conf = `conf/strategies/${BOT}.yml`;
    expect(await kubectl(cluster, 'exec', `${BOT}-0`, '-n', namespace, '--', 'cat', conf)).toContain(SPREAD);
  });
  await stop('stop', 'no order of the bot is open at the exchange', async () => {
    await me.confirmed(BOT, 'Stop');
    await expect(me.row(BOT)).toContainText('Stopped');
    await expect(me.operation(`Stop ${BOT}`)).toContainText(/no order is open/i);
    expect(await orders()).toEqual([]);
  });
  await stop('delete', 'nothing of the bot is left on the cluster but its volume', async () => {
    await me.remove(BOT);
    await expect(me.row(BOT)).toHaveCount(0);
    await expect.poll(held).toEqual([`persistentvolumeclaim/${BOT}-data`]);
  });
  writeFileSync(join(folder, 'tour.json'), `${JSON.stringify(stops, null, 2)}\n`);
  say(`the tour's pictures and tour.json are in ${folder}`);
  return failed ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await setUp();
  await build();
  const display = await ensureDisplay({ force: process.platform === 'linux' });
  const code = await tour(process.argv[2] ?? 'out/tour', display.env);
  display.stop();
  process.exit(code);
}
