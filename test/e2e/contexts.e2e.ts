import { createServer, request, type Server } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAuthority, makeCertificate } from '../cluster/certificates.mjs';
import { classicBot } from '../cluster/bots.mjs';
import { apply, down, kubectl, up, userKubeconfig, type Cluster } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { desk } from './desk';
import { adminOf, adminToken, chooseFiles, folder, signInPlugin, writeKubeconfig } from './kubeconfigs';

/** A second cluster: a control plane alone. */
let other: Cluster;
test.beforeAll(async () => {
  other = await up({ node: false });
});
test.afterAll(() => down(other.dir));

/** A bot that has no pod: there at once, and the same every time. */
const stopped = (name: string, namespace: string) => classicBot({ name, namespace, replicas: 0 });

test('contexts: broken files and entries say why and hide nothing, two files may both say `default`, two contexts to one cluster show its bots once, and what is on connects at the next start', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const dir = folder();
  await kubectl(other, 'create', 'namespace', namespace);
  await apply(cluster, stopped('btc-usdt', namespace));
  await apply(other, stopped('btc-usdt', namespace));
  const own = writeKubeconfig(join(dir, 'config'), [
    { name: 'fra', ...adminOf(cluster) },
    { name: 'fra-again', ...adminOf(cluster) },
    { name: 'half', clusterName: 'nowhere', user: {} },
  ]);
  const broken = join(dir, 'broken');
  writeFileSync(broken, 'apiVersion: v1\ncontexts: [{name: lost\n');
  const k3s = ['a', 'b'].map((name) => join(dir, `k3s-${name}.yaml`));
  writeKubeconfig(k3s[0]!, [{ name: 'default', ...adminOf(cluster) }]);
  writeKubeconfig(k3s[1]!, [{ name: 'default', ...adminOf(other) }]);

  const first = await hummingdeck({ kubeconfig: [own, broken, join(dir, 'missing')].join(':') });
  const me = desk(first.page);
  await me.rail('Clusters').click();

  await test.step('the broken file and the broken entry each say why', async () => {
    await expect(me.file(broken).getByRole('alert')).toContainText(/YAML|could not be|can't be/);
    await expect(me.context('half')).toContainText('names a cluster that is in none of the files: "nowhere"');
    await expect(me.context('half').getByRole('switch')).toBeDisabled();
    await expect(me.file(join(dir, 'missing'))).toHaveCount(0);
  });

  await test.step('healthy ones work: added files with a context `default` each stand on their own', async () => {
    await chooseFiles(first.app, k3s);
    for (const path of k3s) {
      await me.main.getByRole('button', { name: 'Add a kubeconfig file…' }).click();
      await expect(me.file(path).getByRole('listitem')).toHaveCount(1);
    }
    for (const card of [me.context('fra'), me.context('fra-again'), ...k3s.map((path) => me.file(path))]) {
      await me.toggle(card);
      await expect(card).toContainText('live');
    }
    for (const path of k3s) await expect(me.file(path)).toContainText('default');
  });

  await test.step('three contexts lead to one cluster: its bot has one row, the other cluster’s another', async () => {
    await me.rail('Fleet').click();
    await me.filter(`ns:${namespace}`);
    await expect(me.row('btc-usdt')).toHaveCount(2);
    const clusters = await me.cells('cluster');
    expect(new Set(clusters.flat()).size).toBe(2);
    await expect(first.page.getByRole('contentinfo')).toContainText('2 clusters');
  });

  await test.step('a file that is mended is read again by itself, one that is emptied takes its contexts along', async () => {
    await me.rail('Clusters').click();
    writeKubeconfig(broken, [{ name: 'mended', ...adminOf(other) }]);
    await expect(me.context('mended')).toBeVisible();
    await expect(me.file(broken).getByRole('alert')).toHaveCount(0);
    writeKubeconfig(own, [{ name: 'fra', ...adminOf(cluster) }]);
    await expect(me.context('half')).toHaveCount(0);
    await expect(me.context('fra-again')).toContainText('no longer in your kubeconfig files');
    await expect(me.context('fra')).toContainText('live');
  });

  await test.step('the next start connects what was on, and nothing else', async () => {
    await first.close();
    const { page } = await hummingdeck({ kubeconfig: [own, broken].join(':'), data: first.data });
    const again = desk(page);
    await again.filter(`ns:${namespace}`);
    await expect(again.row('btc-usdt')).toHaveCount(2);
    await again.rail('Clusters').click();
    await expect(again.context('fra')).toContainText('live');
    for (const path of k3s) await expect(again.file(path)).toContainText('live');
    await expect(again.context('mended')).toContainText('off');
  });
});

test('contexts: a sign-in plugin runs once and only after consent to its whole command line; a no is a reason, not an end', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const dir = folder();
  await apply(cluster, stopped('btc-usdt', namespace));
  const plugin = signInPlugin(dir, 'get-token', await adminToken(cluster, namespace, 'plugin'));
  const at = adminOf(cluster).cluster;
  const file = join(dir, 'config');
  const write = (profile: string) =>
    writeKubeconfig(file, [
      { name: 'plain', ...adminOf(other) },
      {
        name: 'by-plugin',
        cluster: at,
        user: plugin.exec(['--profile', profile], { env: [{ name: 'HD_REGION', value: 'fra 1' }] }),
      },
      { name: 'by-plugin-too', clusterName: 'by-plugin', userName: 'by-plugin' },
      {
        name: 'no-plugin',
        cluster: at,
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: 'no-such-sign-in',
            interactiveMode: 'Never',
            installHint: 'Get it from your provider.',
          },
        },
      },
    ]);
  write('trading desk');
  const { page, close, data } = await hummingdeck({ kubeconfig: file });
  const me = desk(page);
  await me.rail('Clusters').click();
  await me.toggle(me.context('by-plugin'));

  await test.step('the question shows all that would run, and where it stands', async () => {
    for (const part of [plugin.path, '--profile', 'trading desk', 'HD_REGION', 'fra 1', file])
      await expect(me.dialog).toContainText(part);
    expect(plugin.runs()).toBe(0);
  });

  await test.step('refused: it says so, runs nothing and holds up no other', async () => {
    await me.dialog.getByRole('button', { name: "Don't allow" }).click();
    await expect(me.context('by-plugin')).toContainText('needs your consent');
    await expect(me.context('by-plugin')).toContainText('You have not allowed get-token to run');
    await me.toggle(me.context('plain'));
    await expect(me.context('plain')).toContainText('live');
    const chips = page.getByRole('group', { name: 'Clusters' });
    const chip = chips.getByRole('button', { name: /^plain .*heard (a moment|less than a minute) ago$/ });
    await chip.hover();
    await expect(chip).toHaveAttribute('title', /^plain, live, heard \d+s ago\. /);
    await me.context('plain').getByRole('button', { expanded: false }).click();
    await expect(me.context('plain')).toContainText(/Last heard\s*\d+s ago/);
    await me.toggle(me.context('no-plugin'));
    await expect(me.context('no-plugin')).toContainText('plugin missing');
    await expect(me.context('no-plugin')).toContainText('Get it from your provider.');
    expect(plugin.runs()).toBe(0);
  });

  await test.step('allowed: it signs in, with one run for every caller and both contexts', async () => {
    await me.context('by-plugin').getByRole('button', { name: 'Try again' }).click();
    await me.dialog.getByRole('button', { name: 'Allow this command' }).click();
    await expect(me.context('by-plugin')).toContainText('live');
    await me.toggle(me.context('by-plugin-too'));
    await expect(me.context('by-plugin-too')).toContainText('live');
    await me.rail('Fleet').click();
    await me.filter(`ns:${namespace}`);
    await expect(me.row('btc-usdt')).toHaveCount(1);
    expect(plugin.runs()).toBe(1);
  });

  await test.step('not asked again at the next start, but for another command line', async () => {
    await close();
    const second = await hummingdeck({ kubeconfig: file, data });
    const again = desk(second.page);
    await again.filter(`ns:${namespace}`);
    await expect(again.row('btc-usdt')).toHaveCount(1);
    expect(plugin.runs()).toBe(2);
    await expect(again.dialog).toHaveCount(0);
    write('someone else');
    await expect(again.dialog).toContainText('someone else');
    expect(plugin.runs()).toBe(2);
    await again.dialog.getByRole('button', { name: "Don't allow" }).click();
  });
});

test('contexts: each trouble has its own words, and none holds up another', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const dir = folder();
  await apply(cluster, stopped('btc-usdt', namespace));
  const { cluster: at, user } = adminOf(cluster);
  const busy = await serve(dir, (_, answer) => {
    answer.writeHead(429, { 'retry-after': '600', 'content-type': 'text/plain' }).end('slow down');
  });
  const silent = createTcpServer(() => {}).listen(0, '127.0.0.1');
  const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  const unused = createTcpServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => unused.once('listening', resolve));
  const closed = port(unused);
  await new Promise((resolve) => unused.close(resolve));
  const there = (to: number) => ({ ...at, server: `https://127.0.0.1:${to}` });
  const file = writeKubeconfig(join(dir, 'config'), [
    { name: 'silent', cluster: there(port(silent)), user },
    { name: 'closed', cluster: there(closed), user },
    {
      name: 'stranger',
      cluster: { ...at, 'certificate-authority-data': adminOf(other).cluster['certificate-authority-data'] },
      user,
    },
    { name: 'refused', cluster: at, user: { token: 'not-a-token' } },
    { name: 'busy', cluster: { ...busy.cluster }, user: { token: 'any' } },
    { name: 'fine', cluster: at, user },
  ]);
  try {
    const { page } = await hummingdeck({ kubeconfig: file });
    const me = desk(page);
    await me.rail('Clusters').click();
    for (const name of ['silent', 'closed', 'stranger', 'refused', 'busy', 'fine']) await me.toggle(me.context(name));
    await expect(me.context('fine')).toContainText('live');
    await expect(me.context('silent')).toContainText('connecting');
    const words: Record<string, (string | RegExp)[]> = {
      closed: ['unreachable', `127.0.0.1:${closed} refuses connections`, 'Check that the cluster is running'],
      stranger: ['certificate wrong', 'signed by an authority that the kubeconfig does not trust', 'Nothing was sent'],
      refused: ['sign-in refused', /does not accept/],
      busy: ['asked to wait'],
    };
    for (const [name, parts] of Object.entries(words))
      for (const part of parts) await expect(me.context(name)).toContainText(part);
    await me.rail('Fleet').click();
    await expect(me.row('btc-usdt')).toHaveCount(1);
    await expect(page.getByRole('contentinfo')).toContainText('1 of 6 clusters connected');
    await me.rail('Clusters').click();
    await expect(me.context('silent')).toContainText(/unreachable|no answer in time/, { timeout: 60_000 });
  } finally {
    busy.close();
    silent.close();
  }
});

test('contexts: rights that end at a namespace or at reading still give a working grid, and the missing ones are named', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const dir = folder();
  const elsewhere = `${namespace}-b`;
  await kubectl(cluster, 'create', 'namespace', elsewhere);
  try {
    await apply(cluster, [
      ...stopped('here', namespace),
      ...stopped('near', namespace),
      ...stopped('there', elsewhere),
    ]);
    await apply(cluster, rightsIn(namespace, `looks-${namespace}`));
    await kubectl(cluster, 'create', 'clusterrolebinding', elsewhere, '--clusterrole=view', `--user=${elsewhere}`);
    const narrow = await userKubeconfig(cluster, { user: `looks-${namespace}`, namespace, file: join(dir, 'narrow') });
    const reader = await userKubeconfig(cluster, { user: elsewhere, file: join(dir, 'reader') });
    const { page, app } = await hummingdeck({});
    const me = desk(page);
    await me.rail('Clusters').click();
    await chooseFiles(app, [narrow, reader]);
    for (let i = 0; i < 2; i++) await me.main.getByRole('button', { name: 'Add a kubeconfig file…' }).first().click();
    const details = page.getByRole('complementary');

    await test.step('namespace only: its bots are seen, and what can’t be done says which right is missing', async () => {
      await me.toggle(me.file(narrow));
      await expect(me.file(narrow)).toContainText('live');
      await expect(me.file(narrow)).toContainText('rights missing');
      await me.file(narrow).getByRole('button', { expanded: false }).click();
      for (const words of [
        'create statefulsets.apps',
        "without it you can't deploy",
        'get pods/exec',
        "without it you can't open a shell",
        new RegExp(`Sees bots in\\s*${namespace}`),
      ])
        await expect(me.file(narrow)).toContainText(words);
      await me.rail('Fleet').click();
      await expect(me.row('here')).toContainText('Stopped');
      await expect(me.row('there')).toHaveCount(0);
      await me.select('here');
      await expect(details.getByRole('button', { name: /^Log/ })).toBeDisabled();
      await kubectl(cluster, 'delete', 'statefulset', 'here', '-n', namespace);
      await expect(me.row('here')).toHaveCount(0);
    });

    await test.step('read only: everything is seen, nothing can be changed, and what both see stands there once', async () => {
      await me.rail('Clusters').click();
      await me.toggle(me.file(reader));
      await expect(me.file(reader)).toContainText('live');
      await expect(me.file(reader)).toContainText('rights missing');
      await me.rail('Fleet').click();
      await me.filter(`ns:${namespace}`);
      await expect(me.row('there')).toContainText('Stopped');
      await expect(me.row('near')).toHaveCount(1);
    });
  } finally {
    await kubectl(cluster, 'delete', 'namespace', elsewhere, '--wait=false');
    await kubectl(cluster, 'delete', 'clusterrolebinding', elsewhere, '--ignore-not-found');
  }
});

/** May look at bots, their pods and logs in one namespace, and nothing else. */
function rightsIn(namespace: string, user: string): object[] {
  const group = 'rbac.authorization.k8s.io';
  const common = { apiVersion: `${group}/v1`, metadata: { namespace, name: 'looks' } };
  const verbs = ['get', 'list', 'watch'];
  return [
    {
      ...{ ...common, kind: 'Role' },
      rules: [
        { apiGroups: ['apps'], resources: ['statefulsets'], verbs },
        { apiGroups: [''], resources: ['pods', 'pods/log'], verbs },
      ],
    },
    {
      ...{ ...common, kind: 'RoleBinding' },
      roleRef: { apiGroup: group, kind: 'Role', name: 'looks' },
      subjects: [{ apiGroup: group, kind: 'User', name: user }],
    },
  ];
}

test('contexts: when a context leads to another cluster all at once, its rows stay as they were, nothing is mixed and nothing is done', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  const dir = folder();
  await kubectl(other, 'create', 'namespace', namespace);
  const labelled = (to: Cluster, version: string) =>
    apply(to, managed(stopped('btc-usdt', namespace), `hummingbot/hummingbot:version-${version}`));
  await labelled(cluster, '2.16.0');
  await labelled(other, '2.15.0');
  let leadsTo = cluster;
  const door = await serve(dir, (incoming, answer) => {
    const { cluster: at, user } = adminOf(leadsTo);
    const pem = (text: unknown) => Buffer.from(String(text), 'base64');
    const onward = request(
      new URL(incoming.url!, String(at['server'])),
      {
        ...{ method: incoming.method, headers: incoming.headers, agent: false },
        ca: pem(at['certificate-authority-data']),
        cert: pem(user['client-certificate-data']),
        key: pem(user['client-key-data']),
      },
      (from) => {
        answer.writeHead(from.statusCode!, from.headers);
        answer.flushHeaders();
        from.pipe(answer);
      },
    );
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  try {
    const file = writeKubeconfig(join(dir, 'config'), [
      { name: 'tunnel', cluster: door.cluster, user: { token: 'any' } },
    ]);
    const { page } = await hummingdeck({ kubeconfig: file });
    const me = desk(page);
    await me.rail('Clusters').click();
    await me.toggle(me.context('tunnel'));
    await me.rail('Fleet').click();
    await me.filter(`ns:${namespace}`);
    await expect(me.row('btc-usdt')).toContainText('2.16.0');
    const uid = await kubectl(
      cluster,
      'get',
      'statefulset',
      'btc-usdt',
      '-n',
      namespace,
      '-o',
      'jsonpath={.metadata.uid}',
    );
    const bot = await me.ref('btc-usdt', uid);

    leadsTo = other;
    door.cut();
    await expect(me.row('btc-usdt')).toHaveCount(2);
    const old = me.row('btc-usdt').filter({ hasText: '2.16.0' });
    await expect(old).toContainText('stale');
    await expect(me.row('btc-usdt').filter({ hasText: '2.15.0' })).not.toContainText('stale');
    const start = me.call('bots.start', { bot, confirmedCluster: 'tunnel' });
    await expect(start).rejects.toThrow(/another cluster|WRONG_CLUSTER/);
    for (const one of [cluster, other])
      expect(
        await kubectl(one, 'get', 'statefulset', 'btc-usdt', '-n', namespace, '-o', 'jsonpath={.spec.replicas}'),
      ).toBe('0');
    await old.getByRole('gridcell').nth(1).click();
    await expect(page.getByRole('complementary').getByRole('button', { name: /^Start/ })).toBeDisabled();

    leadsTo = cluster;
    door.cut();
    await expect(old).not.toContainText('stale');
  } finally {
    door.close();
  }
});

/** The same bot with the app's label, as one it made itself. */
function managed(objects: object[], image: string): object[] {
  return objects.map((object) => {
    const one = structuredClone(object) as {
      kind: string;
      metadata: { labels?: Record<string, string> };
      spec: { template: { metadata: { labels: Record<string, string> }; spec: { containers: { image: string }[] } } };
    };
    if (one.kind !== 'StatefulSet') return one;
    one.metadata.labels = { ...one.metadata.labels, 'hummingdeck.io/bot': '1' };
    one.spec.template.metadata.labels['hummingdeck.io/bot'] = '1';
    one.spec.template.spec.containers[0]!.image = image;
    return one;
  });
}

/** An https server of the test's own authority on this machine. */
async function serve(dir: string, handler: Parameters<typeof createServer>[1]) {
  await makeAuthority(dir);
  await makeCertificate(dir, 'door', { user: 'door', hosts: 'IP:127.0.0.1' });
  const read = (name: string) => readFileSync(join(dir, name));
  const server: Server = createServer({ cert: read('door.crt'), key: read('door.key') }, handler as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    cluster: {
      server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      'certificate-authority-data': read('ca.crt').toString('base64'),
    },
    cut: () => server.closeAllConnections(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
