import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { classicBot } from '../cluster/bots.mjs';
import { apply, down, kubectl, up, type Cluster } from '../cluster/cluster.mjs';
import { livePid, start, until } from '../cluster/process.mjs';
import { expect, test } from './app';
import { desk } from './desk';
import { adminOf, folder, writeKubeconfig } from './kubeconfigs';

interface Workload {
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: { template: { metadata: { labels: Record<string, string> }; spec: { nodeSelector?: Record<string, string> } } };
}

/** A bot with the app's labels and annotations and without a pod: there at once. */
function own(namespace: string, name: string, pair: string, exchange: string): Workload[] {
  const objects = structuredClone(classicBot({ name, namespace, replicas: 0 })) as Workload[];
  const workload = objects.find((object) => object.kind === 'StatefulSet')!;
  const label = { 'hummingdeck.io/bot': '1' };
  workload.metadata.labels = label;
  workload.metadata.annotations = { 'hummingdeck.io/pair': pair, 'hummingdeck.io/exchange': exchange };
  Object.assign(workload.spec.template.metadata.labels, label);
  return [workload];
}

test('grid: bots made by hand are seen, read-only, with READY, STATUS, RESTARTS and AGE as kubectl has them', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const nowhere = classicBot({ name: 'nowhere', namespace }) as Workload[];
  nowhere.at(-1)!.spec.template.spec.nodeSelector = { no: 'such-node' };
  await apply(cluster, [
    ...classicBot({ name: 'sound', namespace }),
    ...classicBot({ name: 'wrong-password', namespace, password: 'guessed' }),
    ...classicBot({ name: 'no-image', namespace, image: 'hummingbot/hummingbot:version-0.0.1' }),
    ...nowhere,
    ...classicBot({ name: 'at-rest', namespace, replicas: 0 }),
  ]);
  const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
  const me = desk(page);
  await me.turnOn(cluster.id);
  await me.filter(`ns:${namespace}`);

  /** What kubectl said in the last seconds: ages in the grid go on by five. */
  let said: { at: number; lines: string[][] }[] = [];
  /** Bots whose cells differ from kubectl's line, with both. */
  async function differences(): Promise<string[]> {
    const answer = (await kubectl(cluster, 'get', 'pods', '-n', namespace, '--no-headers')).trim().split('\n');
    const lines = answer.map((line) => line.split(/\s{2,}/));
    said = [...said.filter(({ at }) => Date.now() - at < 6_000), { at: Date.now(), lines }];
    const shown = await me.cells('name', 'ready', 'status', 'restarts', 'age');
    return lines.flatMap(([pod = '', ...wanted]) => {
      const found = shown.find(([name]) => name!.split(/\s/)[0] === pod.replace(/-0$/, ''));
      const line = [pod, ...(found ?? []).slice(1)].join();
      return said.some((one) => one.lines.some((cells) => cells.join() === line))
        ? []
        : [`${pod}: ${wanted.join()} shown as ${line}`];
    });
  }
  const restarts = '{.status.containerStatuses[0].restartCount}';
  await expect
    .poll(() => kubectl(cluster, 'get', 'pod', 'wrong-password-0', '-n', namespace, '-o', `jsonpath=${restarts}`), {
      timeout: 40_000,
    })
    .toMatch(/[1-9]/);
  await expect(me.row('no-image')).toContainText(/ErrImagePull|ImagePullBackOff/);
  await expect(me.row('nowhere')).toContainText('Pending');
  await expect(me.row('sound')).toContainText('Running');
  await expect.poll(differences, { timeout: 30_000 }).toEqual([]);
  expect((await me.cells('name', 'ready', 'status')).find(([name]) => name!.startsWith('at-rest'))).toEqual([
    expect.stringContaining('by hand'),
    '0/0',
    'Stopped',
  ]);

  await me.select('sound');
  const panel = page.getByRole('complementary');
  await expect(panel).toContainText('made by hand');
  for (const action of ['Stop', 'Restart', 'Delete'])
    await expect(panel.getByRole('button', { name: new RegExp(`^${action}`) })).toBeDisabled();
  for (const action of ['Log', 'Screen', 'Shell'])
    await expect(panel.getByRole('button', { name: new RegExp(`^${action}`) })).toBeEnabled();

  await kubectl(cluster, 'delete', 'statefulset', 'nowhere', '-n', namespace);
  await expect(me.row('nowhere')).toHaveCount(0);
});

test('grid: sorting, typing a filter and selecting by mouse and keyboard, while rows come and change', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const pairs = ['BTC-USDT', 'ETH-USDT', 'SOL-USDC'];
  const bots = Array.from({ length: 12 }, (_, i) =>
    own(namespace, `bot-${i + 1}`, pairs[i % 3]!, i % 2 ? 'kraken' : 'binance_paper_trade'),
  );
  await apply(cluster, bots.flat());
  const { app, page } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
  const me = desk(page);
  await me.turnOn(cluster.id);
  await me.filter(`ns:${namespace}`);
  const grid = page.getByRole('grid');
  const head = (name: string) => grid.getByRole('columnheader').getByRole('button', { name, exact: true });
  const names = async () => (await me.cells('name')).flat();
  const shows = (...wanted: number[]) => expect.poll(names).toEqual(wanted.map((i) => `bot-${i}`));
  const upwards = Array.from({ length: 12 }, (_, i) => i + 1);
  const selected = () =>
    grid
      .getByRole('row', { selected: true })
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')!.split('/').pop()!).sort());
  const picked = (...wanted: (number | string)[]) =>
    expect.poll(selected).toEqual(wanted.map((i) => (typeof i === 'number' ? `bot-${i}` : i)).sort());

  await test.step('a window with room for all of them, and little more, has nothing to scroll to', async () => {
    await shows(...upwards);
    /** Px that are free below the head and the rows. */
    const free = () => grid.evaluate((element) => element.clientHeight - element.querySelector('.sheet')!.clientHeight);
    const grow = (by: number) =>
      app.evaluate(({ BrowserWindow }, by) => {
        const window = BrowserWindow.getAllWindows()[0]!;
        const [width, height] = window.getSize();
        window.setSize(width!, height! + by);
      }, by);
    const before = await free();
    await grow(30 - before);
    await expect.poll(free).toBe(30);
    expect(await grid.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
    await grow(before - 30);
  });

  await test.step('by any column, digits as numbers, a second click turns it round', async () => {
    await shows(...upwards);
    await head('Name').click();
    await shows(...[...upwards].reverse());
    await head('Pair').click();
    await shows(1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12);
    await kubectl(
      ...([cluster, 'annotate', 'statefulset', 'bot-12', '-n', namespace] as const),
      ...['--overwrite', 'hummingdeck.io/pair=ADA-USDT'],
    );
    await shows(12, 1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9);
    await head('Name').click();
    await shows(...upwards);
    // Two presses faster than anything is drawn turn it round twice.
    await head('Name').evaluate(async (button: HTMLElement) => {
      button.click();
      button.click();
      for (let frames = 0; frames < 4; frames++) await new Promise(requestAnimationFrame);
    });
    await shows(...upwards);
  });

  await test.step('filter: words, prefixes, or, not; the key / and Escape', async () => {
    await grid.focus();
    await page.keyboard.press('/');
    await page.keyboard.type(`ns:${namespace} pair:btc`);
    await shows(1, 4, 7, 10);
    await me.filter(`ns:${namespace} pair:btc,ada exchange:kraken`);
    await shows(4, 10, 12);
    await me.filter(`ns:${namespace} -pair:btc -pair:eth sol`);
    await shows(3, 6, 9);
    await me.filter(`ns:${namespace} state:running`);
    await expect(me.main).toContainText('No bot fits the filter');
    await me.filter(`ns:${namespace} state:stopped bot-1`);
    await shows(1, 10, 11, 12);
    await me.filter(`ns:${namespace}`);
    await shows(...upwards);
  });

  await test.step('mouse: one, a range, one more, one less', async () => {
    const cell = (i: number) => me.row(`bot-${i}`).getByRole('gridcell').nth(4);
    await cell(3).click();
    await picked(3);
    await cell(6).click({ modifiers: ['Shift'] });
    await picked(3, 4, 5, 6);
    await cell(9).click({ modifiers: ['Control'] });
    await cell(4).click({ modifiers: ['Control'] });
    await picked(3, 5, 6, 9);
    await expect(page.getByRole('complementary')).toContainText('4 bots selected');
  });

  await test.step('rows that come, change and go leave the selection on its bots', async () => {
    await apply(cluster, own(namespace, 'a-new-one', 'BTC-USDT', 'kraken'));
    await expect(me.row('a-new-one')).toBeVisible();
    await picked(3, 5, 6, 9);
    await kubectl(cluster, 'delete', 'statefulset', 'bot-5', '-n', namespace);
    await expect(me.row('bot-5')).toHaveCount(0);
    await picked(3, 6, 9);
    await kubectl(
      ...([cluster, 'annotate', 'statefulset', 'bot-6', '-n', namespace] as const),
      ...['--overwrite', 'hummingdeck.io/pair=DOGE-USDT'],
    );
    await expect(me.row('bot-6')).toContainText('DOGE-USDT');
    await picked(3, 6, 9);
  });

  await test.step('keyboard: arrows, Shift, space, all, none, the ends', async () => {
    await grid.focus();
    await page.keyboard.press('Home');
    await picked('a-new-one');
    await page.keyboard.press('ArrowDown');
    await picked(1);
    await page.keyboard.press('Shift+ArrowDown');
    await picked(1, 2);
    await page.keyboard.press('Space');
    await picked(1);
    await page.keyboard.press('End');
    await picked(12);
    await page.keyboard.press('Control+a');
    await expect.poll(async () => (await selected()).length).toBe(12);
    await page.keyboard.press('Escape');
    await picked();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('d');
    await expect(me.main.getByRole('heading', { name: 'bot-11' })).toBeVisible();
  });
});

test('grid: rows of a cluster that is lost stay, marked stale since its last word, and come to life by themselves', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const lost: Cluster = await up({ node: false });
  try {
    await kubectl(lost, 'create', 'namespace', namespace);
    await apply(lost, [
      ...own(namespace, 'far', 'BTC-USDT', 'kraken'),
      ...own(namespace, 'gone', 'BTC-USDT', 'kraken'),
    ]);
    await apply(cluster, own(namespace, 'near', 'BTC-USDT', 'kraken'));
    const kubeconfig = writeKubeconfig(join(folder(), 'config'), [
      { name: 'fra-1', ...adminOf(cluster) },
      { name: 'lon-1', ...adminOf(lost) },
    ]);
    const { page } = await hummingdeck({ kubeconfig });
    const me = desk(page);
    await me.turnOn('fra-1');
    await me.turnOn('lon-1');
    await me.filter(`ns:${namespace}`);
    await expect(me.row('gone')).toContainText('Stopped');

    const mark = readFileSync(join(lost.dir, 'pid/kube-apiserver'), 'utf8');
    const [program, ...args] = readFileSync(`/proc/${livePid(mark)}/cmdline`, 'utf8')
      .split('\0')
      .slice(0, -1);
    process.kill(livePid(mark)!, 'SIGKILL');

    await test.step('lost: its rows stay and say since when, the other cluster’s are current', async () => {
      await expect(me.row('far')).toContainText(/stale \d+s/);
      const since = (await me.cells('cluster')).flat().find((text) => text.includes('stale'));
      await expect.poll(async () => (await me.cells('cluster')).flat()).not.toContain(since);
      await expect(me.row('gone')).toContainText('Stopped');
      await expect(me.row('near')).not.toContainText('stale');
      await expect(me.main).toContainText(/2 stale, oldest word \d+s ago/);
      await me.select('far');
      await expect(page.getByRole('complementary').getByRole('button', { name: /^Start/ })).toBeDisabled();
      await me.rail('Clusters').click();
      await expect(me.context('lon-1')).toContainText(/refuses connections|was cut|closed the connection/);
      await expect(me.context('fra-1')).toContainText('live');
      await me.rail('Fleet').click();
    });

    await test.step('back: by itself, with what happened meanwhile', async () => {
      start(lost.dir, 'kube-apiserver', program!, args);
      await until('the API server', () => kubectl(lost, 'get', '--raw', '/readyz'), 60);
      await kubectl(lost, 'delete', 'statefulset', 'gone', '-n', namespace);
      await expect(me.row('gone')).toHaveCount(0, { timeout: 60_000 });
      await expect(me.row('far')).not.toContainText('stale');
      await expect(page.getByRole('contentinfo')).toContainText('2 clusters');
    });
  } finally {
    await down(lost.dir);
  }
});
