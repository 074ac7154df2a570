import { kubectl } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { savedElsewhere } from './elsewhere';
import { trader } from './pages';

const CLUSTER = 'fra-1';
const BOT = 'eth-1';
const MINE = 'bid_spread: 0.7 # wider since June';

test('editor: by keyboard, comments kept, checked, compared, saved for the next start, restarted now; someone else’s change shown, not overwritten', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  test.setTimeout(420_000);
  const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
  const me = trader(page);
  await me.turnOn(cluster.id, CLUSTER);
  await me.deploy({ name: BOT, cluster: CLUSTER, namespace, pair: 'ETH-USDT', values: { 'Bid spread': '0.5' } });
  await me.trades(BOT);
  const later = page.getByRole('button', { name: `Save for the next start on ${CLUSTER}` });
  const now = page.getByRole('button', { name: 'Save and restart now…' });
  const of = (path: string) => kubectl(cluster, 'get', 'statefulset', BOT, '-n', namespace, '-o', `jsonpath={${path}}`);
  const pod = () =>
    kubectl(cluster, 'get', 'pod', `${BOT}-0`, '-n', namespace, '-o', 'jsonpath={.metadata.uid} {.status.startTime}');
  const pendingOf = () => of('.metadata.annotations.hummingdeck\\.io/pending-config');
  const runs = () => of('.spec.template.spec.volumes[*].configMap.name');

  await test.step('an invalid value is marked with its line and can’t be saved', async () => {
    await me.press(BOT, 'e');
    const file = me.main.getByRole('tab', { name: new RegExp(`strategies/${BOT}.yml`) });
    await file.click();
    await expect(me.editor()).toContainText('bid_spread: 0.5');
    await me.retype('bid_spread: 0.5', 'bid_spread: 150');
    const issue = page.getByRole('button', { name: /error: .*spread.* must be above 0 and below 100/i });
    await expect(issue).toContainText(/strategies\/eth-1\.yml, line \d+/);
    await expect(me.main.locator('.cm-lint-marker-error')).toBeVisible();
    for (const button of [later, now]) await expect(button).toBeDisabled();
    await expect(later).toHaveAccessibleDescription('1 error to mend');
    await expect(file).toContainText('▲ 1');
    await issue.press('Enter');
    await expect(me.editor()).toBeFocused();
  });

  await test.step('a value with a comment; the difference to what runs', async () => {
    await me.retype('bid_spread: 150', MINE);
    await expect(page.getByText('Nothing found.')).toBeVisible();
    await me.main.getByRole('tab', { name: 'Difference to what runs' }).press('Enter');
    const [left, right] = [me.main.locator('.cm-merge-a'), me.main.locator('.cm-merge-b')];
    await expect(left.locator('.cm-changedLine')).toContainText('bid_spread: 0.5');
    await expect(right.locator('.cm-changedLine')).toContainText(MINE);
    await expect(me.main.getByText(/^Runs now: eth-1-config-/)).toBeVisible();
    await me.main.getByRole('tab', { name: 'Edit', exact: true }).press('Enter');
  });

  await test.step('leaving with unsaved changes asks first, and staying loses nothing', async () => {
    await me.rail('Fleet').click();
    await expect(me.dialog).toContainText('Leave without saving?');
    await me.dialog.getByRole('button', { name: 'Stay' }).press('Enter');
    await expect(me.editor()).toContainText(MINE);
  });

  const saved = await test.step('saved at the next start: a new version waits, nothing restarts', async () => {
    const before = await pod();
    const running = await runs();
    await later.press('Enter');
    await expect(page.getByText(/It takes effect when you next start or restart the bot/).first()).toBeVisible();
    const name = await pendingOf();
    expect(name).toMatch(/^eth-1-config-[0-9a-f]{10}$/);
    expect(await runs()).toBe(running);
    expect(await pod()).toBe(before);
    const text = await kubectl(cluster, 'get', 'configmap', name, '-n', namespace, '-o', 'yaml');
    expect(text).toContain(MINE);
    expect(text).toContain('immutable: true');
    await me.rail('Fleet').click();
    await expect(me.row(BOT)).toContainText('A saved configuration waits for your restart');
    await expect(me.row(BOT)).toContainText('Running');
    return name;
  });

  await test.step('someone else’s change meanwhile is shown, not overwritten', async () => {
    await me.press(BOT, 'e');
    await me.main.getByRole('tab', { name: new RegExp(`strategies/${BOT}.yml`) }).click();
    await me.retype('order_refresh_time: ', 'order_refresh_time: 45 # calmer\n# before: ');
    await expect(page.getByText('Nothing found.')).toBeVisible();
    const theirs = await savedElsewhere(cluster, { namespace, bot: BOT, base: saved }, (text) =>
      text.replace(/ask_spread: .*/, 'ask_spread: 3 # theirs'),
    );
    await expect(me.main.getByText('Someone else has saved another configuration meanwhile.')).toBeVisible();
    await later.click();
    await expect(me.dialog).toContainText('Someone else changed it meanwhile');
    await expect(me.dialog.locator('.cm-merge-a')).toContainText('ask_spread: 3 # theirs');
    await expect(me.dialog.locator('.cm-merge-b')).toContainText('order_refresh_time: 45 # calmer');
    expect(await pendingOf()).toBe(theirs);
    await me.dialog.getByRole('button', { name: 'Keep mine, on top of theirs' }).click();
    await expect(me.editor()).toContainText('order_refresh_time: 45 # calmer');
  });

  await test.step('restart now, confirmed with the cluster’s name, puts it in effect', async () => {
    await now.click();
    await expect(me.dialog).toContainText(`Save and restart ${BOT} on ${CLUSTER}?`);
    await me.dialog.getByRole('button', { name: `Save and restart ${BOT} on ${CLUSTER}` }).click();
    await expect(me.main.getByText(`${BOT} trades.`)).toBeVisible({ timeout: 120_000 });
    const name = await runs();
    expect(await pendingOf()).toBe('');
    const text = await kubectl(cluster, 'get', 'configmap', name, '-n', namespace, '-o', 'yaml');
    for (const line of [MINE, 'order_refresh_time: 45 # calmer']) expect(text).toContain(line);
    // Every version stands: the first, mine, theirs, the last.
    const versions = await kubectl(cluster, 'get', 'configmap', '-n', namespace, '-o', 'name');
    expect(versions.split('\n').filter((one) => one.includes(`${BOT}-config-`))).toHaveLength(4);
  });
});
