import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { down, up, type Cluster } from '../cluster/cluster.mjs';
import { expect, test, type Launched } from './app';
import { crowd, disperse, distantCrowd, TRADING } from './crowd.mjs';
import { adminOf, writeKubeconfig, type Entry } from './kubeconfigs';
import { look, pictures } from './look';
import { trader } from './pages';

/** A trader's home with a kubeconfig where kubectl looks for it. */
async function home(entries: Entry[]): Promise<{ data: string; kubeconfig: string }> {
  const data = await mkdtemp(join(tmpdir(), 'ana-'));
  for (const folder of ['.kube', 'app']) mkdirSync(join(data, folder));
  writeFileSync(join(data, 'app', 'settings.json'), JSON.stringify({ version: 1, practiceByItself: false }));
  return { data, kubeconfig: writeKubeconfig(join(data, '.kube', 'config'), entries) };
}

async function resize({ app }: Launched, width: number, height: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]!.setContentSize(size[0]!, size[1]!),
    [width, height],
  );
}

test.describe('looks', () => {
  let distant: Cluster;
  test.beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    distant = await up({ node: false, kwokNodes: 3 });
    await distantCrowd(distant);
  });
  test.afterAll(() => down(distant.dir));

  test('looks: first start, settings, clusters with broken entries, consent; in light and dark, and axe finds nothing', async ({
    hummingdeck,
    cluster,
  }) => {
    const good = adminOf(cluster);
    const own = await home([
      { name: 'fra-1', ...good, namespace: TRADING },
      { name: 'ams-2', cluster: { server: 'https://127.0.0.1:1' }, user: { token: 'none' } },
      { name: 'lke-old', clusterName: 'gone', user: {} },
      {
        name: 'eks-tokyo',
        cluster: { server: 'https://3A1F.gr7.ap-northeast-1.eks.amazonaws.com' },
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: 'aws',
            args: ['eks', 'get-token', '--cluster-name', 'tokyo', '--region', 'ap-northeast-1'],
            interactiveMode: 'Never',
          },
        },
      },
    ]);
    const fresh = await hummingdeck();
    await resize(fresh, 1400, 860);
    await expect(fresh.page.getByText('No cluster yet')).toBeVisible();
    await look(trader(fresh.page), 'first-start');

    const window = await hummingdeck(own);
    await resize(window, 1400, 860);
    const me = trader(window.page);
    await window.page.getByRole('button', { name: 'Understood' }).click();
    await expect(me.main.getByText('No cluster is turned on')).toBeVisible();
    await look(me, 'fleet-none-on');
    await me.rail('Settings').click();
    await look(me, 'settings');

    await me.turnOn('fra-1');
    await me.rail('Clusters').click();
    const line = (name: string) => me.main.getByRole('listitem').filter({ hasText: name });
    await line('ams-2').getByRole('switch').check({ force: true });
    await expect(line('ams-2')).toContainText(/refused|does not answer|reach/i);
    await line('eks-tokyo').getByRole('switch').check({ force: true });
    await expect(me.dialog).toContainText('aws eks get-token --cluster-name tokyo');
    await look(me, 'consent');
    await me.dialog.getByRole('button', { name: "Don't allow" }).click();
    await line('fra-1').getByRole('button', { name: /fra-1/ }).first().click();
    await expect(me.main.getByText('Name in Hummingdeck')).toBeVisible();
    await look(me, 'clusters');
  });

  test('looks: the fleet, its bot, deploy, editor, terminals, questions and the palette; in light and dark, and axe finds nothing', async ({
    hummingdeck,
    cluster,
  }) => {
    test.setTimeout(900_000);
    await crowd(cluster);
    try {
      const own = await home([
        { name: 'fra-1', ...adminOf(cluster), namespace: TRADING },
        { name: 'nyc-1', ...adminOf(distant), namespace: TRADING },
      ]);
      const window = await hummingdeck(own);
      await resize(window, 1400, 860);
      const { page } = window;
      const me = trader(page);
      const bot = 'eth-usdt-tight';
      await page.getByRole('button', { name: 'Understood' }).click();
      for (const name of ['fra-1', 'nyc-1']) await me.turnOn(name);

      await test.step('deploy: form, what is wrong, manifests, refused, steps, done', async () => {
        const top = () => me.main.getByRole('group', { name: 'Deploy a bot' }).evaluate((node) => node.scrollTo(0, 0));
        await me.fillDraft({
          ...{ name: bot, cluster: 'fra-1', namespace: TRADING, pair: 'ETH-USDT' },
          values: { 'Bid spread': '0.4', 'Ask spread': '0.4', 'Order amount': '0.05' },
        });
        await me.main.getByRole('button', { name: 'Ask the server' }).click();
        await expect(me.main.getByText('The server would take all of it.')).toBeVisible();
        await top();
        await look(me, 'deploy');
        await me.main.getByRole('button', { name: 'Preview manifests' }).click();
        await look(me, 'deploy-manifests');
        await me.dialog.getByRole('button', { name: 'Close' }).click();
        await me.field('Name').fill('btc-usdt-wide');
        await me.main.getByRole('button', { name: 'Deploy to fra-1' }).click();
        await expect(me.main.getByText('The server would refuse this. Nothing was written.')).toBeVisible();
        await top();
        await look(me, 'deploy-refused');
        await me.field('Bid spread').fill('150');
        await me.field('Order amount').fill('');
        await expect(me.main.getByText('2 fields to mend')).toBeVisible();
        await top();
        await look(me, 'deploy-invalid');
        await me.field('Name').fill(bot);
        await me.field('Bid spread').fill('0.4');
        await me.field('Order amount').fill('0.05');
        await me.main.getByRole('button', { name: 'Deploy to fra-1' }).click();
        await expect(me.main.getByRole('listitem').filter({ hasText: 'The strategy trades' })).toBeVisible();
        await top();
        await look(me, 'deploy-steps');
        await me.trades(bot);
        await look(me, 'deploy-done');
      });

      const asked = () => expect(page.getByRole('heading', { name: 'Lately' })).toBeVisible();
      await test.step('fleet: a bot, trouble, several, a small window; the bot’s own page', async () => {
        await me.rail('Fleet').click();
        await expect(me.row('btc-usdt-wide')).toContainText('1/1', { timeout: 60_000 });
        await expect(me.row('doge-usdt-mm')).toContainText(/ErrImagePull|ImagePullBackOff/);
        await me.select(bot);
        await asked();
        await look(me, 'fleet');
        await expect(me.row('ada-usdt-mm')).toContainText(/CrashLoopBackOff|Error/, { timeout: 60_000 });
        await me.select('ada-usdt-mm');
        await asked();
        await look(me, 'fleet-trouble');
        await page.getByRole('grid').press('Control+a');
        await expect(page.getByText(/\d+ bots selected/)).toBeVisible();
        await look(me, 'fleet-many');
        await me.press(bot, 'd');
        await expect(me.main.getByRole('heading', { level: 1, name: bot })).toBeVisible();
        await asked();
        await look(me, 'bot');
        await me.rail('Fleet').click();
        await resize(window, 900, 600);
        await me.select(bot);
        await asked();
        await look(me, 'fleet-small');
        await resize(window, 1400, 860);
      });

      await test.step('questions and the palette', async () => {
        await me.act(bot, 'Stop');
        await look(me, 'confirm-stop');
        await me.dialog.getByRole('button', { name: 'Cancel' }).click();
        await me.act(bot, 'Delete');
        await look(me, 'confirm-delete');
        await me.dialog.getByRole('button', { name: 'Cancel' }).click();
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox', { name: /Type a bot/ }).fill('btc');
        await look(me, 'palette');
        await page.keyboard.press('Escape');
      });

      await test.step('editor: a change, its difference, an error, leaving', async () => {
        await me.press(bot, 'e');
        await me.main.getByRole('tab', { name: /strategies\// }).click();
        await me.editor().focus();
        await page.keyboard.press('Control+Home');
        await page.keyboard.type('# tighter while the market is calm\n');
        await expect(page.getByText('Nothing found.')).toBeVisible();
        await look(me, 'editor');
        await me.main.getByRole('tab', { name: 'Difference to what runs' }).click();
        await look(me, 'editor-difference');
        await me.main.getByRole('tab', { name: 'Edit', exact: true }).click();
        await me.editor().focus();
        await page.keyboard.type('filled_order_delay: soon\n');
        await expect(page.getByText(/to mend/).first()).toBeVisible();
        await look(me, 'editor-error');
        await me.rail('Fleet').click();
        await expect(me.dialog).toContainText('Leave without saving?');
        await look(me, 'editor-leave');
        await me.dialog.getByRole('button', { name: /^Leave/ }).click();
      });

      await test.step('terminals in tabs', async () => {
        // What a terminal draws by WebGL can't be read: a moment for it, as nothing hangs on it.
        const drawn = () => page.waitForTimeout(1_500);
        await me.press(bot, 's');
        await drawn();
        await page.keyboard.type('ls data\n');
        await drawn();
        await look(me, 'terminal-shell');
        await me.press('ltc-usdt', 'a');
        await drawn();
        await look(me, 'terminal-screen');
        await me.press(bot, 'l');
        await drawn();
        await look(me, 'terminal-log');
      });
    } finally {
      await disperse(cluster);
    }
  });
});
