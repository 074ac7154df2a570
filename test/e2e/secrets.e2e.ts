import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { classicBot } from '../cluster/bots.mjs';
import { apply, kubectl, userKubeconfig } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { desk } from './desk';
import { adminOf, adminToken, folder, signInPlugin, writeKubeconfig } from './kubeconfigs';
import { readProcess, tree } from './processes';

/** Everything main gives the page from now on: answers to its calls and messages over its ports. */
async function recordWire(app: ElectronApplication): Promise<() => Promise<string>> {
  await app.evaluate(({ ipcMain, MessageChannelMain }) => {
    const heard: string[] = [];
    Object.assign(globalThis, { heardByTest: heard });
    const keep = (message: unknown) =>
      void heard.push(
        JSON.stringify(message, (_, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
        ),
      );
    type Handler = (...given: unknown[]) => Promise<unknown>;
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    const answer = handlers.get('hummingdeck')!;
    handlers.set('hummingdeck', async (...given) => {
      const result = await answer(...given);
      keep(result);
      return result;
    });
    const port = Object.getPrototypeOf(new MessageChannelMain().port1) as {
      postMessage: (...given: unknown[]) => void;
    };
    const post = port.postMessage;
    port.postMessage = function (...given) {
      keep(given[0]);
      post.apply(this, given);
    };
  });
  return () => app.evaluate(() => (globalThis as unknown as { heardByTest: string[] }).heardByTest.join('\n'));
}

/** Text the page shows, holds in its fields and keeps. */
const pageState = (page: Page) =>
  page.evaluate(async () => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea, select')].map((one) => one.value);
    const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
    const databases = JSON.stringify(await indexedDB.databases());
    return [document.documentElement.outerHTML, ...fields, ...kept, databases, location.href].join('\n');
  });

/** Every string and name in the page's memory. */
async function heap(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk));
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return chunks.join('');
}

/** All files below a folder, as bytes one by one and two by two. */
function filesIn(dir: string): string {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const bytes = readFileSync(join(entry.path, entry.name));
      return `${entry.name}\n${bytes.toString('latin1')}\n${bytes.toString('utf16le')}`;
    })
    .join('\n');
}

/** Command lines and environments of the app's processes and what they start, looked at again and again. */
function watchProcesses(pid: number): () => string {
  const seen = new Set<string>();
  const look = () => {
    for (const one of tree(pid)) for (const what of ['cmdline', 'environ'] as const) seen.add(readProcess(one, what));
  };
  const timer = setInterval(look, 250);
  return () => {
    look();
    clearInterval(timer);
    return [...seen].join('\n');
  };
}

test('secrets: tokens, keys and passwords are in no page, message, file, output or command line of the app', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  test.setTimeout(240_000);
  const dir = folder();
  const mark = Math.random().toString(36).slice(2, 10);
  const plant = (what: string) => `planted-${what}-${mark}`;
  const tokens = {
    kubeconfig: await adminToken(cluster, namespace, 'by-token'),
    plugin: await adminToken(cluster, namespace, 'by-plugin'),
  };
  const certificate = JSON.parse(
    readFileSync(
      await userKubeconfig(cluster, { user: `by-cert-${mark}`, groups: ['system:masters'], file: join(dir, 'cert') }),
      'utf8',
    ),
  ) as { users: { user: Record<string, string> }[] };
  const certUser = certificate.users[0]!.user;
  const key = certUser['client-key-data']!;
  const signature = (token: string) => token.split('.')[2]!.slice(0, 60);
  const planted: Record<string, string> = {
    'token of a kubeconfig': signature(tokens.kubeconfig),
    'token of a plugin': signature(tokens.plugin),
    'key of a kubeconfig': key.slice(80, 140),
    'key as PEM': Buffer.from(key, 'base64').toString().split('\n')[1]!,
    'refused token': plant('refused-token'),
    'password in a kubeconfig': plant('basic-password'),
    'password of a proxy': plant('proxy-password'),
    'secret of a plugin’s environment': plant('plugin-secret'),
    'token in a broken file': plant('broken-file'),
    'password typed by the trader': plant('typed-password'),
    'value of a Secret': plant('secret-value'),
    'password on a command line': plant('argument'),
    'password in a variable': plant('variable'),
    'password of a ConfigMap': plant('mqtt'),
    // of every bot that is made by hand here
    'check of a bot’s password': Buffer.from('{"crypto":{"cipher":"aes-128').toString('hex'),
  };
  const base64 = Object.entries(planted).map(([what, text]) => [
    `${what}, base64`,
    Buffer.from(text).toString('base64'),
  ]);
  const needles = [...Object.entries(planted), ...base64] as [string, string][];
  /** Names of what is in the text; `known` must be, else nothing was searched. */
  const found = (text: string, known: string) => {
    expect(text).toContain(known);
    return needles.filter(([, needle]) => text.includes(needle.replace(/=+$/, ''))).map(([what]) => what);
  };

  const at = adminOf(cluster).cluster;
  const plugin = signInPlugin(dir, 'get-token', tokens.plugin);
  const own = writeKubeconfig(join(dir, 'config'), [
    { name: 'by-cert', cluster: at, user: certUser },
    { name: 'by-token', cluster: at, user: { token: tokens.kubeconfig } },
    {
      name: 'by-plugin',
      cluster: at,
      user: plugin.exec(['--for', 'trading'], {
        env: [{ name: 'CLOUD_SECRET_ACCESS_KEY', value: planted['secret of a plugin’s environment'] }],
      }),
    },
    { name: 'refused', cluster: at, user: { token: planted['refused token'] } },
    { name: 'by-password', cluster: at, user: { username: 'me', password: planted['password in a kubeconfig'] } },
    {
      name: 'by-proxy',
      cluster: { ...at, 'proxy-url': `http://me:${planted['password of a proxy']}@127.0.0.1:1` },
      user: { token: tokens.kubeconfig },
    },
  ]);
  const broken = join(dir, 'broken');
  writeFileSync(broken, `users: [{name: a, user: {token: ${planted['token in a broken file']}]}\n  - x: [\n`);
  const byHand = classicBot({
    name: 'by-hand',
    namespace,
    replicas: 0,
    password: planted['password on a command line'],
  });
  const container = byHand.at(-1)!.spec.template.spec.containers[0];
  container.env = [{ name: 'EXCHANGE_SECRET', value: planted['password in a variable'] }];
  container.envFrom = [{ secretRef: { name: 'exchange' } }];
  byHand.find((object) => object.kind === 'ConfigMap').data['conf_client.yml'] +=
    `mqtt_bridge:\n  mqtt_password: ${planted['password of a ConfigMap']}\n`;
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'exchange', namespace } };
  await apply(cluster, [...byHand, { ...secret, stringData: { API_SECRET: planted['value of a Secret'] } }]);
  const kubeconfig = [own, broken].join(':');
  const bot = `eth-${mark.slice(0, 4)}`;
  const contexts = ['by-cert', 'by-token', 'refused', 'by-password', 'by-proxy', 'by-plugin'];

  const first = await hummingdeck({ kubeconfig, readableTerminals: true });
  const wire = await recordWire(first.app);
  const processes = watchProcesses(first.app.process().pid!);
  const me = desk(first.page);

  await test.step('signing in by every way, well and badly', async () => {
    await me.rail('Clusters').click();
    for (const name of contexts) await me.toggle(me.context(name));
    await expect(me.dialog).toContainText(plugin.path);
    expect(found(await pageState(first.page), plugin.path)).toEqual([]);
    await me.dialog.getByRole('button', { name: 'Allow this command' }).click();
    for (const name of ['by-cert', 'by-token', 'by-plugin']) await expect(me.context(name)).toContainText('live');
    await expect(me.context('refused')).toContainText('sign-in refused');
    await expect(me.context('by-password')).toContainText('sign-in refused');
    await expect(me.context('by-proxy')).toContainText('unreachable');
    for (const name of contexts) await me.context(name).getByRole('button', { expanded: false }).click();
    expect(found(await pageState(first.page), 'by-proxy')).toEqual([]);
  });

  await test.step('deploying, reading the log, a shell and the configuration, of bots made by hand too', async () => {
    const password = planted['password typed by the trader'];
    await me.deploy({ name: bot, cluster: 'by-cert', namespace, pair: 'ETH-USDT', password });
    await me.trades(bot);
    expect(found(await pageState(first.page), bot)).toEqual([]);
    await me.rail('Fleet').click();
    for (const [name, keys] of [
      [bot, 'ls'],
      ['by-hand', ''],
    ] as const) {
      for (const one of keys) await me.press(name, one);
      await me.press(name, 'd');
      await expect(me.main.getByRole('heading', { name })).toBeVisible();
      expect(found(await pageState(first.page), name)).toEqual([]);
      await me.rail('Fleet').click();
      await me.press(name, 'e');
      await expect(me.editor()).toContainText('template_version');
      expect(found(await pageState(first.page), name)).toEqual([]);
      await me.rail('Fleet').click();
    }
    await me.rail('Deploy a bot').click();
    expect(found(await pageState(first.page), bot)).toEqual([]);
  });

  expect(found(await wire(), bot)).toEqual([]);
  // The plugin's own process has what the kubeconfig gives it.
  const inProcesses = found(processes(), 'HUMMINGDECK_DATA').filter((what) => !what.startsWith('secret of a plugin'));
  expect(inProcesses).toEqual([]);
  await first.close();
  expect(found(filesIn(first.data), 'by-token')).toEqual([]);
  expect(found(`${first.logs()}(end)`, '(end)')).toEqual([]);

  await test.step('the page of another start, which has seen everything but the typing, holds none in its memory', async () => {
    const second = await hummingdeck({ kubeconfig, data: first.data });
    const again = desk(second.page);
    await again.press(bot, 'l');
    for (const name of [bot, 'by-hand']) {
      await again.press(name, 'e');
      await expect(again.editor()).toContainText('template_version');
      await again.rail('Fleet').click();
    }
    await again.rail('Clusters').click();
    await expect(again.context('by-plugin')).toContainText('live');
    expect(found(await heap(second.page), bot)).toEqual([]);
    await second.close();
    expect(found(filesIn(first.data), 'by-token')).toEqual([]);
  });

  await test.step('on the cluster the password is in the bot’s Secret and nowhere else', async () => {
    const kinds = 'statefulset,pod,configmap,serviceaccount,pvc,event,controllerrevision';
    const all = await kubectl(cluster, 'get', kinds, '-n', namespace, '-o', 'json');
    expect(all).toContain(bot);
    expect(all).not.toContain(planted['password typed by the trader']);
    const keys = await kubectl(cluster, 'get', 'secret', '-n', namespace, '-o', 'json');
    expect(keys).toContain(Buffer.from(planted['password typed by the trader']!).toString('base64'));
  });
});
