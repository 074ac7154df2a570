import { join } from 'node:path';
import { createAll, manyBots } from '../cluster/bots.mjs';
import { down, kubectl, up, type Cluster } from '../cluster/cluster.mjs';
import { upMany, type Many } from '../cluster/many.mjs';
import { botName, NAMESPACE } from '../cluster/mould.mjs';
import { expect, test } from './app';
import { desk } from './desk';
import { adminOf, folder, writeKubeconfig } from './kubeconfigs';

/** 10,000 bots on real control planes: 50 of them with HD_LONG=1, else 20, which are up in a quarter of a minute. */
const COUNT = process.env.HD_LONG ? 50 : 20;
const BOTS = 10_000 / COUNT;
/** Beside them, with controllers, a scheduler and kwok's nodes: there pods come and go by themselves. */
const MOVING = { clusters: 2, bots: 100 };
const LOOKS = join(import.meta.dirname, '../../out/looks');

interface Counting {
  counts: number[];
}
/** In the page: every number of bots that it shows from now on. */
function noteCounts(): void {
  const bar = document.querySelector('footer, [role=contentinfo]')!;
  const count = () => Number(/([\d,]+) bots?/.exec(bar.textContent)?.[1]?.replaceAll(',', '') ?? 0);
  const counts = [count()];
  Object.assign(window, { counts } satisfies Counting);
  new MutationObserver(() => {
    if (count() !== counts.at(-1)) counts.push(count());
  }).observe(bar, { subtree: true, childList: true, characterData: true });
}

test(`fifty: 10,000 bots on ${COUNT} real control planes in one live grid; one is lost, and comes back`, async ({
  hummingdeck,
}) => {
  test.setTimeout(500_000);
  const many: Many = await upMany({ count: COUNT, bots: BOTS, readings: true });
  const moving: Cluster[] = [];
  try {
    const kubeconfig = many.kubeconfig(join(folder(), 'config'));
    const movingConfig = join(folder(), 'moving');
    const { app, page } = await hummingdeck({ kubeconfig: `${kubeconfig}:${movingConfig}` });
    const me = desk(page);
    await page.getByRole('button', { name: 'Understood' }).click();
    const grid = page.getByRole('grid');
    const rows = (count: number) =>
      expect(grid).toHaveAttribute('aria-rowcount', String(count + 1), { timeout: 90_000 });
    const { contexts } = (await me.call('contexts.list', {})) as {
      contexts: { id: string; source: { kind: string } }[];
    };
    const ids = contexts.filter(({ source }) => source.kind !== 'practice').map(({ id }) => id);
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
    /** Of each row that was copied its name and these columns. */
    const copied = async (...columns: string[]) => {
      const [head = '', ...lines] = (await app.evaluate(({ clipboard }) => clipboard.readText())).trim().split('\n');
      // By place: a cell may be empty.
      const heads = [...head.matchAll(/\S+(?: \S+)*/g)];
      const cell = (line: string, column: string) => {
        const at = heads.findIndex(([text]) => text === column);
        return line.slice(heads[at]!.index, heads[at + 1]?.index).trim();
      };
      return lines.map((line) => ['NAME', ...columns].map((column) => cell(line, column)).join(' ')).sort();
    };
    await test.step('while all of them connect, clicks and keys are taken, with rows still to come', async () => {
      await page.evaluate(noteCounts);
      const counts = () => page.evaluate(() => (window as unknown as Counting).counts);
      const connecting = me.call('contexts.setAllEnabled', { ids, enabled: true });
      /** No longer than for whatever else is waited for: a click by itself would wait for ever. */
      const bound = { timeout: 20_000 };
      const filter = page.getByRole('combobox', { name: 'Filter bots' });
      const acts = [
        async () => {
          await me.rail('Clusters').click(bound);
          await expect(me.context('fleet-00')).toBeVisible();
        },
        async () => {
          await me.rail('Fleet').click(bound);
          await expect(filter).toBeVisible();
        },
        async () => {
          await filter.pressSequentially('sta', bound);
          await expect(page.getByRole('option', { name: /^status:/ })).toBeVisible();
          await filter.fill('', bound);
          await filter.press('Escape', bound);
        },
      ];
      /** How many bots were there when each was done. */
      const done: number[] = [];
      while (done.at(-1) !== 10_000) {
        await acts[done.length % acts.length]!();
        done.push((await counts()).at(-1)!);
      }
      await connecting;
      // Rows are told once a second: with the fleet there at once all would have been before a click could be made.
      const partly = (await counts()).filter((count) => count < 10_000);
      if (partly.length > 4) expect(done.filter((count) => count < 10_000).length).toBeGreaterThan(0);
      const sum = `${done.length - 1} acts while ${partly.length} counts of bots came by`;
      test.info().annotations.push({ type: 'connecting', description: sum });
    });
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
      await page.getByRole('menuitemradio', { name: 'Group by cluster' }).click();
      await page.getByRole('button', { name: /How the bots are shown/ }).click();
      await page.getByRole('menuitem', { name: 'Close all groups' }).click();
      const tree = page.getByRole('treegrid', { name: 'Bots' });
      await expect(tree).toHaveAttribute('aria-rowcount', String(COUNT + 1));
      await tree.focus();
      await page.keyboard.press('Home');
      for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await expect(tree).toHaveAttribute('aria-rowcount', String(COUNT + BOTS + 1));
      await expect(tree.getByRole('row', { name: /^fleet-07 / })).toContainText(`${BOTS / 5} of ${BOTS / 4} read`);
      await tree.evaluate((element) => (element.scrollLeft = 0));
      await picture('ten-thousand');
      await page.getByRole('button', { name: /How the bots are shown/ }).click();
      await page.getByRole('menuitemradio', { name: 'No groups' }).click();
      await rows(10_000);
    });

    await test.step('grouped by cluster, filtered and all 10,000 picked while bots change all the time', async () => {
      await page.getByRole('button', { name: /How the bots are shown/ }).click();
      await page.getByRole('menuitemradio', { name: 'Group by cluster' }).click();
      await page.getByRole('button', { name: /How the bots are shown/ }).click();
      await page.getByRole('menuitem', { name: 'Open all groups' }).click();
      const tree = page.getByRole('treegrid', { name: 'Bots' });
      const lines = (count: number) => expect(tree).toHaveAttribute('aria-rowcount', String(count + 1));
      let over = false;
      const changing = (async () => {
        for (let turn = 0; !over; turn++) {
          const bots = Array.from({ length: 100 }, (_, i) => ({ cluster: i % COUNT, bot: (turn + i) % BOTS }));
          await many.change(bots.map((one) => ({ ...one, to: `XY${turn % 10}-USDT` })));
        }
      })();
      try {
        const filter = page.getByRole('combobox', { name: 'Filter bots' });
        await filter.pressSequentially('cluster:fleet-0');
        await lines(10 + 10 * BOTS);
        for (let i = 0; i < 2; i++) await filter.press('Backspace');
        await lines(COUNT + 10_000);
        await filter.blur();
        await tree.focus();
        await page.keyboard.press('Control+a');
        const panel = page.getByRole('complementary');
        const all = () => expect(panel.getByRole('heading', { name: '10000 bots selected' })).toBeVisible();
        await all();
        // A later change is there: what is picked is not less for it.
        const before = await me.cells('pair');
        await expect.poll(() => me.cells('pair')).not.toEqual(before);
        await all();
        const drawn = tree.locator('[data-row]');
        await expect(drawn.and(tree.locator('[aria-selected=false]'))).toHaveCount(0);
        expect(await drawn.count()).toBeGreaterThan(10);
      } finally {
        over = true;
        await changing;
      }
      await me.filter('');
      await page.getByRole('button', { name: /How the bots are shown/ }).click();
      await page.getByRole('menuitemradio', { name: 'No groups' }).click();
      await rows(10_000);
    });

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
      const word = last.getByText(/^\d+s ago$/).first();
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
      await expect.poll(() => copied('PAIR')).toEqual(truth.map((line) => line.trim().replace(/ +/, ' ')).sort());
    });

    await test.step('where controllers are: a node is emptied, its bots move, and every row is what kubectl has', async () => {
      const starts = Array.from({ length: MOVING.clusters }, () => up({ node: false, kwokNodes: 2 }));
      for (const start of await Promise.allSettled(starts)) if (start.status === 'fulfilled') moving.push(start.value);
      await Promise.all(starts);
      const labels = (app: string) => ({ app, 'hummingdeck.io/bot': '1' });
      const bots = manyBots({ count: MOVING.bots, prefix: 'moving', labels });
      await Promise.all(moving.map((one) => createAll(one, bots)));
      writeKubeconfig(
        movingConfig,
        moving.map((one, i) => ({ name: `moving-${i}`, ...adminOf(one) })),
      );
      for (const i of moving.keys()) await me.turnOn(`moving-${i}`);
      await me.filter('cluster:moving status:running');
      await rows(MOVING.clusters * MOVING.bots);
      const truth = async (one: Cluster) => {
        const columns = 'custom-columns=N:.metadata.name,S:.status.phase,O:.spec.nodeName';
        const pods = await kubectl(one, 'get', 'pods', '--no-headers', '-o', columns);
        return pods
          .trim()
          .split('\n')
          .map((line) => line.trim().split(/ +/))
          .map(([pod = '', ...cells]) => [pod.replace(/-0$/, ''), ...cells].join(' '))
          .sort();
      };
      const emptied = ['--force', '--grace-period=0', '--delete-emptydir-data'];
      await Promise.all(moving.map((one) => kubectl(one, 'drain', 'kwok-1', ...emptied)));
      // What was thrown out with its workload scaled down meanwhile does not come back.
      for (const one of moving) await kubectl(one, 'scale', 'statefulset', 'moving-0003', '--replicas=0');
      for (const [i, one] of moving.entries()) {
        await me.filter(`cluster:moving-${i} status:running`);
        await rows(MOVING.bots - 1);
        const compared = async () => {
          await grid.focus();
          await page.keyboard.press('Control+a');
          await page.keyboard.press('Control+c');
          return { is: await truth(one), shown: await copied('STATUS', 'NODE') };
        };
        await expect(async () => {
          const { is, shown } = await compared();
          expect(shown).toEqual(is);
          expect(is.filter((line) => line.endsWith('Running kwok-0'))).toHaveLength(MOVING.bots - 1);
        }).toPass({ timeout: 60_000 });
      }
    });
  } finally {
    for (const one of moving) await down(one.dir);
    await many.down();
  }
});
