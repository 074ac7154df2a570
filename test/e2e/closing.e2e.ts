import { readFileSync } from 'node:fs';
import { engineBot } from '../cluster/bots.mjs';
import { apply, kubectl } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { desk } from './desk';
import { openGateway } from './gateway';

/** Shells that the app opened in this pod and that still run. */
const SHELLS = 'grep -l HUMMINGDECK_SESSION /proc/[0-9]*/environ 2>/dev/null | wc -l';

test('closing: an open shell ends with the window, and the app can be started again at once, also while its last words hang', async ({
  hummingdeck,
  cluster,
  namespace,
}, info) => {
  test.setTimeout(240_000);
  const bot = 'eth-pmm';
  await apply(cluster, engineBot({ name: bot, namespace }));
  const gateway = await openGateway(cluster, info.outputPath('gateway'));
  const shells = async () =>
    Number(await kubectl(cluster, 'exec', '-n', namespace, `${bot}-0`, '-c', 'hummingbot', '--', 'sh', '-c', SHELLS));
  /** As the window's own button does. */
  const close = async ({ app }: Awaited<ReturnType<typeof hummingdeck>>) => {
    const ended = new Promise((resolve) => app.process().once('exit', resolve));
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close()).catch(() => {});
    return ended;
  };

  const first = await hummingdeck({ kubeconfig: gateway.kubeconfig, readableTerminals: true });
  const me = desk(first.page);
  await me.turnOn('shaky');
  await me.filter(`ns:${namespace}`);
  await expect(me.row(bot)).toContainText('1/1', { timeout: 60_000 });
  await me.press(bot, 's');
  await expect(me.terminal()).toContainText(/[$#] /);
  expect(await shells()).toBe(1);

  const second =
    await test.step('closed with a shell open: it ends in the pod, and a second start has its window', async () => {
      const ended = close(first);
      const next = await hummingdeck({ kubeconfig: gateway.kubeconfig, data: first.data });
      await desk(next.page).rail('Fleet').click();
      await expect(desk(next.page).row(bot)).toContainText('1/1');
      await ended;
      await expect.poll(shells).toBe(0);
      return next;
    });

  await test.step('woken, every connection is asked anew; and all it asks it asks in the app’s name and version', async () => {
    const before = gateway.seen.length;
    await second.app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'));
    const since = () => gateway.seen.slice(before);
    await expect.poll(() => since().filter((one) => one === 'GET /version').length).toBeGreaterThanOrEqual(1);
    await expect.poll(() => since().filter((one) => one.includes('watch=1')).length).toBeGreaterThanOrEqual(2);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect([...gateway.agents]).toEqual([`Hummingdeck/${version}`]);
  });

  await test.step('closed while nothing of the cluster answers: it ends all the same, and starts again meanwhile', async () => {
    await desk(second.page).press(bot, 's');
    await expect.poll(shells).toBe(1);
    gateway.hang();
    const ended = close(second);
    const next = await hummingdeck({ kubeconfig: gateway.kubeconfig, data: first.data });
    await expect(desk(next.page).rail('Fleet')).toBeVisible();
    await ended;
  });
  gateway.close();
});
