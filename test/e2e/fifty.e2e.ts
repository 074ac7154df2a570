import { join } from 'node:path';
import { upMany, type Many } from '../cluster/many.mjs';
import { kubectl } from '../cluster/cluster.mjs';
import { botName, NAMESPACE } from '../cluster/mould.mjs';
import { expect, test } from './app';
import { desk } from './desk';
import { folder } from './kubeconfigs';

/** 10,000 bots on real control planes: 50 of them with HD_LONG=1, else 20, which are up in a quarter of a minute. */
const COUNT = process.env.HD_LONG ? 50 : 20;
const BOTS = 10_000 / COUNT;
const LOOKS = join(import.meta.dirname, '../../out/looks');

test(`fifty: 10,000 bots on ${COUNT} real control planes in one live grid; one is lost, and comes back`, async ({
  hummingdeck,
}) => {
  test.setTimeout(400_000);
  const many: Many = await upMany({ count: COUNT, bots: BOTS });
  try {
    const kubeconfig = many.kubeconfig(join(folder(), 'config'));
    const { app, page } = await hummingdeck({ kubeconfig });
    const me = desk(page);
    await page.getByRole('button', { name: 'Understood' }).click();
    const grid = page.getByRole('grid');
    const rows = (count: number) =>
      expect(grid).toHaveAttribute('aria-rowcount', String(count + 1), { timeout: 90_000 });
    const { contexts } = (await me.call('contexts.list', {})) as {
      contexts: { id: string; source: { kind: string } }[];
    };
    const ids = contexts.filter(({ source }) => source.kind !== 'practice').map(({ id }) => id);
    await me.call('contexts.setAllEnabled', { ids, enabled: true });
    const size = (width: number, height: number) =>
      app.evaluate(
        ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]!.setContentSize(w!, h!),
        [width, height],
      );
    /** In the dark, in light and in a small window, to be looked at. */
    const picture = async (name: string) => {
      for (const theme of ['light', 'dark']) {
        await me.call('settings.patch', { theme });
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        await page.screenshot({ path: join(LOOKS, `fifty-${name}-${theme}.png`) });
      }
      await size(960, 640);
      await page.screenshot({ path: join(LOOKS, `fifty-${name}-small.png`) });
      await size(1400, 860);
    };
    await me.rail('Fleet').click();
    await rows(10_000);
    await expect(page.getByRole('contentinfo')).toContainText('10,000 bots');
    await expect(me.row('mm-00-0000').first()).toBeVisible();

    await test.step('a change on any of them shows, wherever the trader looks', async () => {
      const last = COUNT - 1;
      await many.change([{ cluster: last, bot: 7, to: 'DOGEUSDT' }]);
      await me.filter('pair:dogeusdt');
      await rows(1);
      await expect(me.row(`mm-${last}-0007`)).toContainText('DOGEUSDT');
      await me.filter('');
      await rows(10_000);
    });

    await test.step('scrolled to the end by keyboard, a row is chosen and stays while rows change', async () => {
      await grid.focus();
      await page.keyboard.press('End');
      await expect(me.row(botName(COUNT - 1, BOTS - 1)).first()).toBeVisible();
      const at = await grid.evaluate((element) => element.scrollTop);
      expect(at).toBeGreaterThan(100_000);
      await many.change(
        Array.from({ length: 500 }, (_, i) => ({
          cluster: i % COUNT,
          bot: i % BOTS,
          to: i % 2 ? `AB${i % 10}-USDT` : i % 100,
        })),
      );
      await many.change([{ cluster: COUNT - 1, bot: BOTS - 1, to: 'LAST-ONE' }]);
      await expect(grid.getByRole('row', { selected: true })).toContainText('LAST-ONE');
      await expect(grid.getByRole('row', { selected: true })).toHaveCount(1);
      expect(await grid.evaluate((element) => element.scrollTop)).toBeGreaterThan(100_000);
    });

    await test.step('sorted by another column and filtered to trouble', async () => {
      await grid.getByRole('columnheader').getByRole('button', { name: 'Restarts', exact: true }).click();
      await me.filter('status:crash');
      await rows(COUNT * Math.floor(BOTS / 40));
      await expect(grid.locator('[data-row]').first()).toContainText('CrashLoopBackOff');
      await me.filter('');
      await rows(10_000);
    });
    await test.step('grouped, with sums of thousands that are never of one kind of money', async () => {
      for (const by of ['provider', 'exchange']) {
        await page.getByRole('button', { name: /How the bots are shown/ }).click();
        await page.getByRole('menuitemradio', { name: `Group by ${by}` }).click();
        const tree = page.getByRole('treegrid', { name: 'Bots' });
        await expect(tree).toHaveAttribute('aria-rowcount', by === 'provider' ? '10002' : '10005');
        await page.getByRole('button', { name: /How the bots are shown/ }).click();
        await page.getByRole('menuitem', { name: 'Close all groups' }).click();
        await expect(tree).toHaveAttribute('aria-rowcount', by === 'provider' ? '2' : '5');
        await expect(
          tree.getByRole('row', { name: by === 'provider' ? /10,000 bots/ : /^kraken 2,500 bots/ }),
        ).toBeVisible();
        await picture(`by-${by}`);
      }
      await page.getByRole('button', { name: /How the bots are shown/ }).click();
      await page.getByRole('menuitemradio', { name: 'No groups' }).click();
      await rows(10_000);
    });
    await picture('ten-thousand');

    await test.step('a control plane that is killed: its rows stay, stale; the others are current', async () => {
      await me.filter('cluster:fleet-03');
      await rows(BOTS);
      many.planes[3]!.stop();
      await expect(grid.locator('[data-row]').first()).toContainText(/stale/, { timeout: 60_000 });
      await rows(BOTS);
      await me.filter('cluster:fleet-04');
      await expect(grid.locator('[data-row]').first()).toContainText('fleet-04');
      await expect(grid.locator('[data-row]').first()).not.toContainText(/stale/);
      await me.filter('');
    });

    await test.step('the Clusters screen tells of each its word, when that came and what was asked of it', async () => {
      await me.rail('Clusters').click();
      await expect(me.context('fleet-03')).toContainText(
        /refuses connections.*stale \d|stale \d.*refuses connections/s,
      );
      await expect(page.getByRole('contentinfo')).toContainText(`${COUNT - 1} of ${COUNT} clusters connected`, {
        timeout: 60_000,
      });
      for (const { name } of many.planes.filter((_, i) => i !== 3))
        await expect(me.context(name)).toContainText(/\d+s ago.*\d+\/min.*2 streams.*\d+ conn\..*[\d.]+ MB\/h.*live/s, {
          timeout: 90_000,
        });
      await picture('clusters-one-lost');
    });

    await test.step('by the keyboard there: details open, what is typed stays while fifty tell of themselves', async () => {
      const last = me.context(many.planes.at(-1)!.name);
      await last.getByRole('switch').focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect(last).toContainText(/\d+ requests? in the last minute, \d+ in the last hour; 2 streams open/);
      await expect(last.getByText('Asked of it')).toBeInViewport();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Control+a');
      await page.keyboard.type('the last one');
      const word = last.getByText(/^\d+s ago$/);
      const before = await word.innerText();
      await expect(word).not.toHaveText(before);
      await expect(last.getByLabel('Name in Hummingdeck')).toHaveValue('the last one');
      await expect(last.getByLabel('Name in Hummingdeck')).toBeFocused();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Home');
      await expect(me.context('fleet-00')).toBeInViewport();
      await last.getByRole('switch').focus();
      await page.keyboard.press('Space');
      await expect(page.getByRole('contentinfo')).toContainText(`${COUNT - 2} of ${COUNT - 1} clusters connected`, {
        timeout: 60_000,
      });
      await page.keyboard.press('Space');
      await expect(page.getByRole('contentinfo')).toContainText(`${COUNT - 1} of ${COUNT} clusters connected`, {
        timeout: 60_000,
      });
    });

    await test.step('back by itself, with what happened meanwhile: its rows are the server’s', async () => {
      await many.change([{ cluster: 3, bot: 5, to: 'AWAY-YES' }]);
      await many.planes[3]!.start();
      const kube = (...args: string[]) =>
        kubectl({ bin: many.bin, kubeconfig }, '--context', 'fleet-03', '-n', NAMESPACE, ...args);
      // No kubelet and no collector of garbage is here to finish a deletion that waits for one.
      await kube('delete', 'statefulset', 'mm-03-0006', '--cascade=background');
      await kube('delete', 'pod', 'mm-03-0006-0', '--force', '--grace-period=0');
      await me.rail('Fleet').click();
      await me.filter('cluster:fleet-03');
      await rows(BOTS - 1);
      await expect(me.row('mm-03-0005')).toContainText('AWAY-YES');
      await expect(grid.locator('[data-row]').first()).not.toContainText(/stale/, { timeout: 60_000 });
      const columns = 'custom-columns=N:.metadata.name,P:.metadata.annotations.hummingdeck\\.io/pair';
      const truth = (await kube('get', 'statefulsets', '--no-headers', '-o', columns)).trim().split('\n');
      await grid.focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Control+c');
      const copied = async () => {
        const [head = '', ...lines] = (await app.evaluate(({ clipboard }) => clipboard.readText())).trim().split('\n');
        const pair = head.split(/ {2,}/).indexOf('PAIR');
        return lines
          .map((line) => line.split(/ {2,}/))
          .map((cells) => `${cells[0]} ${cells[pair]}`)
          .sort();
      };
      await expect.poll(copied).toEqual(truth.map((line) => line.trim().replace(/ +/, ' ')).sort());
    });
  } finally {
    await many.down();
  }
});
