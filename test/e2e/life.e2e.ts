import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exchange, kubectl, type Cluster } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { savedElsewhere } from './elsewhere';
import { trader } from './pages';

const CLUSTER = 'fra-1';

/** A laptop with a name of its own: it signs what it does by that. */
async function laptop(holder: string): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'hd-e2e-'));
  await mkdir(join(data, 'app'));
  await writeFile(join(data, 'app', 'settings.json'), JSON.stringify({ version: 1, holder, practiceByItself: false }));
  return data;
}

const workload = (cluster: Cluster, namespace: string, bot: string, path: string) =>
  kubectl(cluster, 'get', 'statefulset', bot, '-n', namespace, '-o', `jsonpath={${path}}`);
/** The mark that a running operation leaves on its bot. */
const mark = async (cluster: Cluster, namespace: string, bot: string) => {
  const text = await workload(cluster, namespace, bot, '.metadata.annotations.hummingdeck\\.io/operation');
  return text ? (JSON.parse(text) as { holder: string; step: string; kind: string }) : null;
};

test.describe.configure({ mode: 'parallel' });

test('life: a classic bot is deployed, its screen attached, stopped through it without an order left, started again', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  test.setTimeout(420_000);
  const bot = 'btc-usdt';
  const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig, readableTerminals: true });
  const me = trader(page);
  await me.turnOn(cluster.id, CLUSTER);

  await test.step('deploy the classic template', async () => {
    // The exchange fills an order that is a minute old now and then: these are renewed before.
    const values = { 'Refresh orders every': '20' };
    await me.deploy({ template: 'Classic BTC-USDT', name: bot, cluster: CLUSTER, namespace, values });
    await me.trades(bot);
    await expect.poll(async () => (await exchange(cluster).orders({ namespace })).length).toBe(2);
    const shape = await workload(cluster, namespace, bot, '.spec.template.spec.containers[0]');
    expect(shape).toMatch(/"tty":true/);
    expect(shape).toContain('hummingbot_quickstart.py');
  });

  await test.step('its own screen, by the key a', async () => {
    await me.press(bot, 'a');
    await expect(me.terminal()).toContainText('Strategy: pure_market_making');
    await page.locator('.terminal-element:visible textarea').focus();
    await page.keyboard.type('help\n');
    await expect(me.terminal()).toContainText('exit and cancel all outstanding orders');
    await page.keyboard.type('sta');
  });

  await test.step('stop: typed on its screen, answered, no order left; the half-typed word is no part of it', async () => {
    await me.confirmed(bot, 'Stop');
    await expect(me.operation(`Stop ${bot}`)).toContainText('said on its screen that it stopped', { timeout: 60_000 });
    await expect(me.row(bot)).toContainText('Stopped');
    expect(await exchange(cluster).orders({ namespace })).toEqual([]);
    expect(await workload(cluster, namespace, bot, '.spec.replicas')).toBe('0');
  });

  await test.step('start again: it trades', async () => {
    await me.confirmed(bot, 'Start');
    await expect(me.operation(`Start ${bot}`)).toContainText(`${bot} trades.`, { timeout: 90_000 });
    await expect.poll(async () => (await exchange(cluster).orders({ namespace })).length).toBe(2);
  });
});

test('life: only the trader brings a change into effect; two laptops do not collide; an interrupted stop is picked up; what does not trade is not called trading', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  test.setTimeout(420_000);
  const bot = 'eth-1';
  const ana = await hummingdeck({ kubeconfig: cluster.kubeconfig, data: await laptop('ana@berlin') });
  const me = trader(ana.page);
  await me.turnOn(cluster.id, CLUSTER);
  await me.deploy({ name: bot, cluster: CLUSTER, namespace, pair: 'ETH-USDT' });
  const ben = await hummingdeck({ kubeconfig: cluster.kubeconfig, data: await laptop('ben@lisbon') });
  const other = trader(ben.page);
  await other.turnOn(cluster.id, CLUSTER);
  await me.trades(bot);
  const runs = () =>
    kubectl(cluster, 'get', 'pod', `${bot}-0`, '-n', namespace, '-o', 'jsonpath={.spec.volumes[*].configMap.name}');

  await test.step('a crash does not bring a saved change into effect, a restart by the trader does', async () => {
    const before = await runs();
    const pod = () =>
      kubectl(cluster, 'get', 'pod', `${bot}-0`, '-n', namespace, '-o', 'jsonpath={.metadata.uid}').catch(() => '');
    const uid = await pod();
    const pending = await savedElsewhere(cluster, { namespace, bot }, (text) =>
      text.replace(/bid_spread: .*/, 'bid_spread: 2 # stand-in: term-delay=6'),
    );
    await kubectl(cluster, 'delete', 'pod', `${bot}-0`, '-n', namespace, '--wait=false');
    await expect.poll(async () => [uid, ''].includes(await pod()), { timeout: 60_000 }).toBe(false);
    expect(await runs()).toBe(before);
    expect(await workload(cluster, namespace, bot, '.metadata.annotations.hummingdeck\\.io/pending-config')).toBe(
      pending,
    );
    await me.rail('Fleet').click();
    await expect(me.row(bot)).toContainText('A saved configuration waits for your restart');
    await me.confirmed(bot, 'Restart');
    await expect(me.operation(`Restart ${bot}`)).toContainText(`${bot} trades.`, { timeout: 120_000 });
    expect(await runs()).toBe(pending);
    await expect(me.row(bot)).not.toContainText('A saved configuration waits');
  });

  await test.step('two laptops: the second is told who is doing what, and does nothing', async () => {
    await other.select(bot);
    await expect(other.action(bot, 'Stop')).toBeEnabled();
    const uid = await workload(cluster, namespace, bot, '.metadata.uid');
    const { contexts } = (await other.call('contexts.list', {})) as { contexts: { clusterId: string | null }[] };
    const { clusterId } = contexts.find((one) => one.clusterId)!;
    await me.confirmed(bot, 'Stop');
    await expect
      .poll(() => mark(cluster, namespace, bot), { intervals: [50] })
      .toMatchObject({ holder: 'ana@berlin', kind: 'stop' });
    // By the mouse: the button is off and says why.
    await expect(other.action(bot, 'Stop')).toBeDisabled();
    await expect(other.action(bot, 'Stop')).toHaveAccessibleDescription('A stop runs already, from ana@berlin.');
    // A press that was a moment faster than that news.
    const call = {
      bot: { clusterId, kind: 'StatefulSet', namespace, name: bot, uid },
      confirmedCluster: CLUSTER,
      force: false,
    };
    await other.call('bots.stop', call);
    await expect(other.operation(`Stop ${bot}`)).toContainText(
      `ana@berlin is stopping ${bot} right now: nothing was done.`,
    );
    expect(await mark(cluster, namespace, bot)).toMatchObject({ holder: 'ana@berlin' });
  });

  const mine = await test.step('the app is killed in the middle of that stop and started again', async () => {
    const process = ana.app.process();
    const gone = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await gone;
    const left = await mark(cluster, namespace, bot);
    expect(left).toMatchObject({ kind: 'stop', holder: 'ana@berlin' });
    // The mark is good for a minute after its holder's last word; that minute is passed here.
    const over = `hummingdeck.io/operation=${JSON.stringify({ ...left, expiresAt: Date.now() - 1 })}`;
    await kubectl(cluster, 'annotate', '--overwrite', 'statefulset', bot, '-n', namespace, over);
    return trader((await hummingdeck({ kubeconfig: cluster.kubeconfig, data: ana.data })).page);
  });

  await test.step('the interrupted stop is picked up and ends without an order', async () => {
    const stop = mine.operation(`Stop ${bot}`);
    await expect(stop).toContainText(/is stopped.*no order is open/i, { timeout: 60_000 });
    expect(await exchange(cluster).orders({ namespace })).toEqual([]);
    expect(await workload(cluster, namespace, bot, '.spec.replicas')).toBe('0');
    await expect.poll(() => mark(cluster, namespace, bot)).toBeNull();
    for (const one of [mine, other]) await expect(one.row(bot)).toContainText('Stopped');
  });

  await test.step('a value that Hummingbot swallows: it runs, and is not called trading', async () => {
    await savedElsewhere(cluster, { namespace, bot }, (text) => text.replace(/bid_spread: .*/, 'bid_spread: 150'));
    await expect(mine.row(bot)).toContainText('A saved configuration waits for your restart');
    await mine.confirmed(bot, 'Start');
    const start = mine.operation(`Start ${bot}`);
    await expect(start).toContainText(/runs but does not trade/, { timeout: 90_000 });
    await expect(start).toContainText('Correct the value in the configuration and restart the bot.');
    await expect(start).not.toContainText(`${bot} trades`);
    expect(await exchange(cluster).orders({ namespace })).toEqual([]);
  });

  await test.step('delete with its volume', async () => {
    await mine.remove(bot, { volume: true });
    await expect(mine.row(bot)).toHaveCount(0, { timeout: 60_000 });
    const kinds = 'statefulset,pod,configmap,secret,pvc,serviceaccount';
    await expect.poll(() => kubectl(cluster, 'get', kinds, '-n', namespace, '-o', 'name')).not.toContain(bot);
  });
});
