import { exchange, kubectl } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { trader } from './pages';

const BOT = `eth-${Math.random().toString(36).slice(2, 6)}`;

test('main job: deploy from a template, watch, read its log, open a shell, edit, restart, stop without orders left, delete', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  test.setTimeout(420_000);
  const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig, readableTerminals: true });
  const me = trader(page);
  await me.turnOn(cluster.id, 'fra-1');

  await test.step('deploy, with live steps until it trades', async () => {
    await me.deploy({
      name: BOT,
      cluster: 'fra-1',
      namespace,
      pair: 'ETH-USDT',
      values: { 'Order amount': '0.05' },
    });
    await expect(me.main.getByText(`${BOT} trades.`)).toBeVisible({ timeout: 120_000 });
    const open = await exchange(cluster).orders({ namespace });
    expect(open.length).toBe(2);
  });

  await test.step('its row tells what it is, without reading a ConfigMap', async () => {
    await me.rail('Fleet').click();
    for (const text of ['ETH-USDT', 'binance_paper_trade', 'Running', '1/1'])
      await expect(me.row(BOT)).toContainText(text);
  });

  await test.step('log by the key l', async () => {
    await me.press(BOT, 'l');
    await expect(me.terminal()).toContainText(/order/i, { timeout: 60_000 });
  });

  await test.step('screen: an engine-run bot has none, and the app says so', async () => {
    await me.press(BOT, 'a');
    await expect(page.getByText(/no screen|has no screen/i).first()).toBeVisible();
  });

  await test.step('shell by the key s; its own size reaches the program; detaching leaves the bot alone', async () => {
    await me.press(BOT, 's');
    await expect(me.terminal()).toContainText(/[$#]/);
    await page.locator('.terminal-element:visible textarea').focus();
    await page.keyboard.type('echo here-$((40+2)); stty size\n');
    await expect(me.terminal()).toContainText('here-42');
    await expect(me.terminal()).toContainText(/\d+ \d+/);
  });

  await test.step('edit, and restart now puts it in effect', async () => {
    await me.press(BOT, 'e');
    const editor = me.main.locator('.cm-content:visible');
    await expect(editor).toContainText('template_version');
    const tab = me.main.getByRole('tab', { name: new RegExp(`strategies/${BOT}.yml`) });
    if (await tab.isVisible()) await tab.click();
    await editor.click();
    await page.keyboard.press('Control+f');
    await page.keyboard.press('Escape');
    const before = await kubectl(
      cluster,
      'get',
      'statefulset',
      BOT,
      '-n',
      namespace,
      '-o',
      'jsonpath={.spec.template.spec.volumes}',
    );
    const config = (await me.call('config.read', { bot: await ref(me) })) as {
      base: string;
      files: { path: string; text: string }[];
    };
    const files = config.files.map((file) => ({
      ...file,
      text: file.text.replace(/bid_spread: .*/, 'bid_spread: 0.7 # wider since June'),
    }));
    const saved = await me.call('config.save', {
      bot: await ref(me),
      base: config.base,
      files,
      effect: 'restart-now',
      confirmedCluster: 'fra-1',
    });
    expect(saved).toMatchObject({ saved: true });
    const { operationId } = saved as { operationId: string };
    await ended(me, operationId, 'done');
    const after = await kubectl(
      cluster,
      'get',
      'statefulset',
      BOT,
      '-n',
      namespace,
      '-o',
      'jsonpath={.spec.template.spec.volumes}',
    );
    expect(after).not.toBe(before);
    const now = (await me.call('config.read', { bot: await ref(me) })) as {
      runningFiles: { path: string; text: string }[];
    };
    expect(now.runningFiles.map((file) => file.text).join('\n')).toContain('bid_spread: 0.7 # wider since June');
  });

  await test.step('stop: confirmed with the cluster’s name, and no order is left at the exchange', async () => {
    await me.act(BOT, 'Stop');
    await expect(me.dialog).toContainText('fra-1');
    await me.dialog.getByRole('button', { name: /^Stop/ }).click();
    await expect(me.row(BOT)).toContainText('Stopped', { timeout: 120_000 });
    expect(await exchange(cluster).orders({ namespace })).toEqual([]);
  });

  await test.step('delete keeps the volume unless asked', async () => {
    await me.act(BOT, 'Delete');
    await me.dialog.getByRole('textbox').fill(BOT);
    await me.dialog.getByRole('button', { name: /^Delete/ }).click();
    await expect(me.row(BOT)).toHaveCount(0, { timeout: 60_000 });
    await expect
      .poll(() => kubectl(cluster, 'get', 'statefulset,configmap,secret', '-n', namespace, '-o', 'name'))
      .not.toContain(BOT);
    expect(await kubectl(cluster, 'get', 'pvc', '-n', namespace, '-o', 'name')).toContain(`${BOT}-data`);
  });

  async function ref(one: ReturnType<typeof trader>) {
    const uid = await kubectl(cluster, 'get', 'statefulset', BOT, '-n', namespace, '-o', 'jsonpath={.metadata.uid}');
    const list = (await one.call('contexts.list', {})) as { contexts: { clusterId: string }[] };
    return { clusterId: list.contexts[0]!.clusterId, kind: 'StatefulSet', namespace, name: BOT, uid };
  }
  async function ended(one: ReturnType<typeof trader>, id: string, outcome: string) {
    const find = async () => {
      const all = (await one.call('operations.list', {})) as { id: string; outcome: string }[];
      return all.find((operation) => operation.id === id)?.outcome;
    };
    await expect.poll(find, { timeout: 150_000 }).toBe(outcome);
  }
});
