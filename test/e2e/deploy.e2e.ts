import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apply, kubectl, type Cluster } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { openGateway } from './gateway';
import { PASSWORD, trader } from './pages';

const CLUSTER = 'fra-1';
const KINDS = 'statefulset,pod,configmap,secret,persistentvolumeclaim,serviceaccount';

/** Names of everything of a bot, as the server has it. */
const standing = async (cluster: Cluster, namespace: string, bot: string) =>
  (await kubectl(cluster, 'get', KINDS, '-n', namespace, '-o', 'name'))
    .split('\n')
    .filter((name) => new RegExp(`/${bot}(-|$)`).test(name));

test('deploy: fields are checked by the strategy’s rules before anything is sent', async ({
  hummingdeck,
  cluster,
  namespace,
}, info) => {
  const gateway = await openGateway(cluster, info.outputDir);
  const { page } = await hummingdeck({ kubeconfig: gateway.kubeconfig });
  const me = trader(page);
  await me.turnOn('shaky', CLUSTER);
  await me.fillDraft({
    name: 'Eth_1',
    cluster: CLUSTER,
    namespace,
    pair: 'ETHUSDT',
    values: { 'Bid spread': '150', 'Order amount': '' },
    password: 'ChangeM3Pl34se',
  });
  const sent = gateway.seen.length;
  await me.main.getByRole('button', { name: `Deploy to ${CLUSTER}` }).click();
  const wrong = {
    Name: /small letters, digits and hyphens/,
    Pair: /BASE-QUOTE/,
    'Bid spread': /below 100/,
    'Order amount': /is missing/,
    Password: /public manifests, known to everyone/,
  };
  for (const [label, words] of Object.entries(wrong)) {
    await expect(me.field(label)).toHaveAttribute('aria-invalid', 'true');
    await expect(me.field(label)).toHaveAccessibleDescription(words);
  }
  await expect(me.field('Name')).toBeFocused();
  await expect(me.main.getByText('5 fields to mend')).toBeVisible();
  await expect(me.main.getByText(/Not asked yet/)).toBeVisible();
  expect(gateway.seen.slice(sent).filter((one) => !one.startsWith('GET '))).toEqual([]);

  await me.field('Bid spread').fill('0');
  await expect(me.field('Bid spread')).toHaveAccessibleDescription(/above 0/);
  await me.field('Bid spread').fill('0,5');
  await expect(me.field('Bid spread')).toHaveAttribute('aria-invalid', 'true');
  await me.field('Bid spread').fill('0.5');
  await expect(me.field('Bid spread')).not.toHaveAttribute('aria-invalid', 'true');
  await me.field('Password again').fill('another one altogether');
  await me.field('Password').fill(PASSWORD);
  await expect(me.main.getByText('The two passwords differ.')).toBeVisible();
  expect(await standing(cluster, namespace, 'eth')).toEqual([]);
  gateway.close();
});

test('deploy: preview hides secrets; dry run under restricted pod security, quota and a taken name; nothing written or overwritten', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  await kubectl(cluster, 'label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
  const { page, logs } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
  const me = trader(page);
  await me.turnOn(cluster.id, CLUSTER);
  await me.fillDraft({ name: 'eth-1', cluster: CLUSTER, namespace, pair: 'ETH-USDT' });
  const ask = me.main.getByRole('button', { name: 'Ask the server' });

  await test.step('preview', async () => {
    await me.main.getByRole('button', { name: 'Preview manifests' }).click();
    const yaml = me.dialog.locator('.cm-content');
    for (const text of ['kind: ServiceAccount', 'name: eth-1-config-', 'immutable: true'])
      await expect(yaml).toContainText(text);
    const whole = (await me.call('deploy.check', { draft: await draftOf(me, namespace) })) as { manifestYaml: string };
    expect(whole.manifestYaml).toMatch(/kind: Secret[\s\S]*password: \(hidden\)/);
    expect(whole.manifestYaml).not.toContain(PASSWORD);
    expect(whole.manifestYaml).not.toContain(Buffer.from(PASSWORD).toString('base64'));
    await me.dialog.getByRole('button', { name: 'Close' }).click();
  });

  await test.step('a restricted namespace takes all of it, and nothing is written by asking', async () => {
    await ask.click();
    await expect(me.main.getByText('The server would take all of it.')).toBeVisible();
    await expect(me.main.getByText(/ServiceAccount, ConfigMap.*Pod would be written/)).toBeVisible();
    expect(await standing(cluster, namespace, 'eth-1')).toEqual([]);
  });

  await test.step('quota: named before anything is written', async () => {
    await kubectl(cluster, 'create', 'quota', 'small', '-n', namespace, '--hard=requests.memory=100Mi');
    await expect
      .poll(() => kubectl(cluster, 'get', 'quota', 'small', '-n', namespace, '-o', 'jsonpath={.status.hard}'))
      .toContain('100Mi');
    await me.main.getByRole('button', { name: `Deploy to ${CLUSTER}` }).click();
    await expect(me.main.getByText(/quota “small” of namespace .* has no room for this bot/)).toBeVisible();
    await expect(me.main.getByText('The server would refuse this. Nothing was written.')).toBeVisible();
    expect(await standing(cluster, namespace, 'eth-1')).toEqual([]);
    await kubectl(cluster, 'delete', 'quota', 'small', '-n', namespace);
  });

  await test.step('a taken name: told, and not touched', async () => {
    const theirs = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'eth-1', namespace } };
    await apply(cluster, [{ ...theirs, metadata: { ...theirs.metadata, labels: { owner: 'someone-else' } } }]);
    const version = () =>
      kubectl(
        cluster,
        'get',
        'serviceaccount',
        'eth-1',
        '-n',
        namespace,
        '-o',
        'jsonpath={.metadata.resourceVersion} {.metadata.labels}',
      );
    const before = await version();
    await me.main.getByRole('button', { name: `Deploy to ${CLUSTER}` }).click();
    await expect(me.main.getByText(/Something not made by Hummingdeck is called so: .*“eth-1”/)).toBeVisible();
    await expect(me.main.getByText(/It was not touched/)).toBeVisible();
    expect(await version()).toBe(before);
    expect(await standing(cluster, namespace, 'eth-1')).toEqual(['serviceaccount/eth-1']);
  });

  expect(logs()).not.toContain(PASSWORD);
});

test.describe('deploy: what stops it', () => {
  let registry: Server;
  test.beforeAll(async () => {
    // A registry that is there and has no such image.
    registry = createServer((request, response) => {
      const body = JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN' }] });
      response.writeHead(request.url === '/v2/' ? 200 : 404, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  });
  test.afterAll(() => void registry.close());

  test('deploy: an image that does not exist and a class that makes no volume are plain sentences; what was written can be removed', async ({
    hummingdeck,
    cluster,
    namespace,
  }) => {
    const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
    const me = trader(page);
    await me.turnOn(cluster.id, CLUSTER);
    const at = { cluster: CLUSTER, namespace, pair: 'ETH-USDT' };
    const host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;

    await test.step('a storage class that never makes a volume', async () => {
      await me.deploy({ ...at, name: 'novolume', storageClass: 'broken' });
      await expect(me.main.getByText(/storage class “broken” has not made a volume yet/)).toBeVisible();
      await me.main.getByRole('button', { name: 'Cancel', exact: true }).click();
      await expect(me.main.getByText(/You stopped watching\. novolume goes on starting by itself/)).toBeVisible();
    });

    await test.step('both are removed, each object by what was written', async () => {
      await removeWritten(me, 'novolume');
      await me.main.getByRole('button', { name: 'Back to the form' }).click();
    });

    await test.step('an image version that is not in the registry', async () => {
      const image = `${host}/hummingbot:version-9.9.9`;
      await me.deploy({ ...at, name: 'noimage', image, storageClass: 'standard (default)' });
      await expect(me.main.getByText(/version-9\.9\.9 does not exist/).first()).toBeVisible();
      await expect(me.main.getByText('Choose another version.')).toBeVisible();
      await expect(me.main.getByText('noimage trades.')).toHaveCount(0);
      expect((await standing(cluster, namespace, 'noimage')).length).toBeGreaterThanOrEqual(5);
      await removeWritten(me, 'noimage');
    });

    for (const bot of ['noimage', 'novolume'])
      await expect.poll(() => standing(cluster, namespace, bot), { timeout: 60_000 }).toEqual([]);
  });
});

test('deploy: a cluster lost half-way: told exactly, what was written is listed and can be removed', async ({
  hummingdeck,
  cluster,
  namespace,
}, info) => {
  const gateway = await openGateway(cluster, info.outputDir);
  const { page } = await hummingdeck({ kubeconfig: gateway.kubeconfig });
  const me = trader(page);
  await me.turnOn('shaky', CLUSTER);
  gateway.loseAfter(({ method, path }) => method === 'PATCH' && /\/secrets\//.test(path) && !/dryRun/.test(path));
  await me.deploy({ name: 'eth-1', cluster: CLUSTER, namespace, pair: 'ETH-USDT' });
  const told = me.main.getByRole('alert');
  await expect(told).toContainText(
    /Written before that: service account eth-1 and configuration .*Whether the .*Secret.* was written is not known/,
    { timeout: 60_000 },
  );
  await me.main.getByText(/^Written to the cluster so far/).click();
  for (const object of ['ServiceAccount eth-1', /ConfigMap eth-1-config-/, /Secret eth-1-keys-/])
    await expect(me.main.getByRole('listitem').filter({ hasText: object })).toBeVisible();
  await expect(me.main.getByText('eth-1 trades.')).toHaveCount(0);
  expect(await standing(cluster, namespace, 'eth-1')).toHaveLength(3);

  gateway.restore();
  await me.rail('Clusters').click();
  await expect(me.main.getByText(/^.?live/).first()).toBeVisible({ timeout: 60_000 });
  await me.rail('Fleet').click();
  await page.getByRole('button', { name: /failed/ }).click();
  await removeWritten(me, 'eth-1');
  await expect.poll(() => standing(cluster, namespace, 'eth-1'), { timeout: 60_000 }).toEqual([]);
  gateway.close();
});

async function removeWritten(me: ReturnType<typeof trader>, bot: string) {
  await me.page.getByRole('button', { name: /^Remove what was written/ }).click();
  await expect(me.dialog).toContainText(CLUSTER);
  await me.dialog.getByRole('button', { name: `Remove what was written for ${bot} on ${CLUSTER}` }).click();
  const operations = (await me.call('operations.list', {})) as { bot: { name: string }; kind: string }[];
  expect(operations.some((one) => one.kind === 'delete' && one.bot.name === bot)).toBe(true);
  await expect
    .poll(
      async () => {
        const all = (await me.call('operations.list', {})) as {
          bot: { name: string };
          kind: string;
          outcome: string;
          message: string;
        }[];
        return all.find((one) => one.kind === 'delete' && one.bot.name === bot)?.message;
      },
      { timeout: 60_000 },
    )
    .toBe(`What was written of ${bot} is removed from ${CLUSTER}.`);
}

async function draftOf(me: ReturnType<typeof trader>, namespace: string) {
  const [template] = (await me.call('deploy.templates', {})) as {
    id: string;
    images: string[];
    exchanges: string[];
    fields: { key: string; type: string; default: string }[];
  }[];
  const { contexts } = (await me.call('contexts.list', {})) as { contexts: { clusterId: string | null }[] };
  const values = template!.fields.filter(({ type }) => type !== 'pair' && type !== 'exchange');
  return {
    ...{ template: template!.id, clusterId: contexts.find((one) => one.clusterId)!.clusterId, namespace },
    ...{ name: 'eth-1', image: template!.images[0], exchange: template!.exchanges[0], pair: 'ETH-USDT' },
    values: Object.fromEntries(values.map((field) => [field.key, field.default])),
    ...{ password: PASSWORD, memoryMi: 512, cpuMilli: 100, storageGi: 1, storageClass: '', pullSecret: '' },
  };
}
