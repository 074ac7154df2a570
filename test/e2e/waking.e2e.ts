import { expect, test } from './app';
import { desk } from './desk';
import { openGateway } from './gateway';
import { folder } from './kubeconfigs';

test('waking: when the machine wakes up each cluster is asked anew, and is verified or stale', async ({
  hummingdeck,
  cluster,
}) => {
  const gateway = await openGateway(cluster, folder());
  try {
    const { app, page } = await hummingdeck({ kubeconfig: [gateway.kubeconfig, cluster.kubeconfig].join(':') });
    const me = desk(page);
    for (const name of ['shaky', cluster.id]) await me.turnOn(name);
    await me.rail('Clusters').click();
    const wake = () => app.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'));
    const watches = () => gateway.seen.filter((request) => request.includes('watch=')).length;

    await test.step('one that answers: its watches are opened anew, minutes before their time', async () => {
      await expect.poll(watches).toBeGreaterThan(0);
      const before = watches();
      await wake();
      await expect.poll(watches).toBeGreaterThan(before);
      for (const name of ['shaky', cluster.id]) await expect(me.context(name)).toContainText('live');
    });

    await test.step('one that no longer does is stale; its watches of before would go on', async () => {
      gateway.hang();
      // So soon after the first it would be one more word of the same sleep.
      await page.waitForTimeout(6_000);
      await wake();
      await expect(me.context('shaky')).toContainText('stale', { timeout: 30_000 });
      await expect(me.context(cluster.id)).toContainText('live');
      gateway.restore();
      await expect(me.context('shaky')).toContainText('live', { timeout: 60_000 });
    });
  } finally {
    gateway.close();
  }
});
