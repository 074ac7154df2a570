import type { ElectronApplication, Page } from '@playwright/test';
import { classicBot, engineBot } from '../cluster/bots.mjs';
import { apply, exchange, kubectl, signalContainer, type Cluster } from '../cluster/cluster.mjs';
import { expect, test } from './app';
import { desk } from './desk';

/** Most bytes main may have under way: it stops at 100,000 unacknowledged, with one chunk of 32 KiB begun below that. */
const MOST_UNDER_WAY = 100_000 + 32_768;

interface Flow {
  sent: number;
  acked: number;
  /** Most bytes ever sent and not acknowledged. */
  most: number;
  /** Messages that were not whole characters. */
  broken: number;
}

/** Counts what goes over the terminals' ports from now on. */
function watchFlow(page: Page): Promise<() => Promise<Flow>> {
  return page
    .evaluate(() => {
      const flow: Flow = { sent: 0, acked: 0, most: 0, broken: 0 };
      Object.assign(window, { flowOfTest: flow });
      const proto = MessagePort.prototype;
      const post = proto.postMessage as (...given: unknown[]) => void;
      proto.postMessage = function (this: MessagePort, ...given: unknown[]) {
        const message = given[0] as { t?: string; bytes?: number };
        if (message?.t === 'ack') flow.acked += message.bytes!;
        post.apply(this, given);
      } as MessagePort['postMessage'];
      const own = Object.getOwnPropertyDescriptor(proto, 'onmessage')!;
      Object.defineProperty(proto, 'onmessage', {
        ...own,
        set(this: MessagePort, handler: ((event: MessageEvent) => void) | null) {
          const counted = (event: MessageEvent) => {
            if (event.data?.t === 'data') {
              flow.sent += event.data.data.byteLength;
              flow.most = Math.max(flow.most, flow.sent - flow.acked);
              if (new TextDecoder().decode(event.data.data).includes('\ufffd')) flow.broken++;
            }
            handler!.call(this, event);
          };
          own.set!.call(this, handler && counted);
        },
      });
    })
    .then(() => () => page.evaluate(() => (window as unknown as { flowOfTest: Flow }).flowOfTest));
}

const resize = (app: ElectronApplication, width: number, height: number) =>
  app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]!.setSize(size.width, size.height), {
    ...{ width, height },
  });

/** Most of the window for the terminals. */
const grow = (page: Page) => page.getByRole('separator', { name: 'Height of the terminals' }).press('End');
const intoTerminal = (page: Page) => page.locator('.terminal-element:visible textarea').focus();

/** What must not change by looking: which pod it is, and how often it was started. */
const lifeOf = (cluster: Cluster, namespace: string, bot: string) =>
  kubectl(
    ...([cluster, 'get', 'pod', `${bot}-0`, '-n', namespace, '-o'] as const),
    'jsonpath={.metadata.uid} {.status.containerStatuses[0].restartCount}',
  );

test('terminals: a log is followed over a crash, the run before stays readable, and tabs outlive every page change', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  await apply(cluster, [
    ...engineBot({ name: 'eth-pmm', namespace }),
    ...engineBot({ name: 'rude', namespace, faults: 'hostile' }),
  ]);
  const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig, readableTerminals: true });
  const me = desk(page);
  await me.turnOn(cluster.id);
  await me.filter(`ns:${namespace}`);
  const tab = (name: RegExp) => page.getByRole('tab', { name });
  const head = page.getByRole('toolbar');

  await test.step('followed: lines come as the bot writes them', async () => {
    await expect(me.row('eth-pmm')).toContainText('1/1');
    await me.press('eth-pmm', 'l');
    await grow(page);
    await expect(me.terminal()).toContainText(/strategy execution started/i, { timeout: 30_000 });
  });

  await test.step('killed: the log goes on with the next run, and the run before is a click away', async () => {
    await signalContainer(cluster, { namespace, pod: 'eth-pmm-0' });
    await expect(me.terminal()).toContainText(/has no running program now/);
    await expect(me.row('eth-pmm')).toContainText(/1 \(\d+s ago\)/, { timeout: 40_000 });
    await expect(me.terminal()).toContainText(/has no running program now.*execution started/s, { timeout: 40_000 });
    await head.getByRole('button', { name: 'The log of the run before' }).click();
    await expect(page.getByText('This is the whole log of the run before.')).toBeVisible();
    await expect(me.terminal()).toContainText(/execution started/);
    await expect(me.terminal()).not.toContainText('has no running program now');
    await head.getByRole('button', { name: 'The log of the run before' }).click();
    await expect(page.getByText('This is the whole log of the run before.')).toHaveCount(0);
  });

  await test.step('hostile lines are text, and nothing but text', async () => {
    await me.press('rude', 'l');
    await expect(me.terminal()).toContainText('<img src=x onerror=alert(1)>', { timeout: 30_000 });
    await expect(me.terminal()).toContainText('txt.exe');
    expect(await me.terminal().textContent()).not.toMatch(/[\u202a-\u202e\x1b\x9b\x07]|52;c|aGVsbG8/);
    await expect(page.locator('.terminal-element img')).toHaveCount(0);
  });

  await test.step('three tabs, each with cluster, namespace and bot; they go on while another page is shown', async () => {
    await me.press('eth-pmm', 's');
    await expect(me.terminal()).toContainText(/[$#]/);
    await page.keyboard.type('for i in $(seq 60); do echo tick-$i-; sleep 0.5; done\n');
    await expect(me.terminal()).toContainText('tick-1-');
    for (const [kind, bot] of Object.entries({ Log: 'rude', Shell: 'eth-pmm' }))
      await expect(tab(new RegExp(`^${kind} of ${bot} in ${namespace} on ${cluster.id}`))).toBeVisible();
    const last = async () => Number(/.*tick-(\d+)-/s.exec((await me.terminal().textContent()) ?? '')?.[1] ?? 0);
    const before = await last();
    await me.rail('Settings').click();
    await me.rail('Clusters').click();
    await expect.poll(last).toBeGreaterThan(before + 2);
    await me.rail('Fleet').click();
    await tab(/^Log of eth-pmm/).click();
    await expect(me.terminal()).toContainText(/order/i);
    await tab(/^Shell of eth-pmm/).click();
    await expect(me.terminal()).toContainText(`tick-${before + 2}-`);
  });

  await test.step('closing every tab hurts no bot', async () => {
    const before = await lifeOf(cluster, namespace, 'eth-pmm');
    for (let left = 3; left > 0; left--) await head.getByRole('button', { name: /the bot goes on/ }).click();
    await expect(page.getByRole('tab')).toHaveCount(0);
    const programs = () => kubectl(cluster, 'exec', 'eth-pmm-0', '-n', namespace, '--', 'ps', '-eo', 'args');
    await expect.poll(programs).not.toMatch(/^(bash|sleep)/m);
    await expect(me.row('eth-pmm')).toContainText('Running');
    expect(await lifeOf(cluster, namespace, 'eth-pmm')).toBe(before);
    expect((await exchange(cluster).orders({ namespace, pod: 'eth-pmm-0' })).length).toBeGreaterThan(0);
  });
});

test('terminals: a shell follows the window’s size, keeps characters whole, ends and opens again, lets no sequence act, and its flood stops nothing', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  await apply(cluster, [...engineBot({ name: 'eth-pmm', namespace }), ...engineBot({ name: 'calm', namespace })]);
  const { app, page } = await hummingdeck({ kubeconfig: cluster.kubeconfig, readableTerminals: true });
  const me = desk(page);
  await me.turnOn(cluster.id);
  await me.filter(`ns:${namespace}`);
  const flow = await watchFlow(page);
  await expect(me.row('calm')).toContainText('1/1');
  await me.press('calm', 'l');
  await grow(page);
  await expect(me.row('eth-pmm')).toContainText('1/1');
  await me.press('eth-pmm', 's');
  await expect(me.terminal()).toContainText(/[$#] /);
  const type = (line: string) => page.keyboard.type(`${line}\n`);
  const clear = () => page.keyboard.press('Control+l');

  await test.step('the program has the tab’s size, also after the window got another one', async () => {
    let asked = 0;
    const size = async () => {
      const mark = `size${++asked}`;
      await type(`echo ${mark}-$(stty size)-`);
      await expect(me.terminal()).toContainText(new RegExp(`${mark}-\\d+ \\d+-`));
      return new RegExp(`${mark}-(\\d+ \\d+)-`).exec((await me.terminal().textContent())!)![1];
    };
    const before = await size();
    await resize(app, 1000, 700);
    await expect.poll(size).not.toBe(before);
    await resize(app, 1400, 860);
    await expect.poll(size).toBe(before);
  });

  await test.step('a character that comes byte by byte is one character', async () => {
    await clear();
    const text = String.raw`Ende: \u4fa1\u683c \u20ac\u00bd \U0001f680.\n`;
    const slowly = `import os,time;[(os.write(1,bytes([b])),time.sleep(.02)) for b in "${text}".encode()]`;
    await type(`python3 -c '${slowly}'`);
    await expect(me.terminal()).toContainText('Ende: 価格 €½ 🚀.');
    expect((await flow()).broken).toBe(0);
  });

  await test.step('sequences act on nothing: clipboard, titles, links, answers', async () => {
    const asked = await app.evaluate(({ clipboard, dialog, shell }) => {
      clipboard.writeText('mine');
      const calls: string[] = [];
      Object.assign(globalThis, { callsOfTest: calls });
      dialog.showMessageBox = ((_: unknown, options: { detail: string }) => {
        calls.push(options.detail);
        return Promise.resolve({ response: 0, checkboxChecked: false });
      }) as unknown as typeof dialog.showMessageBox;
      shell.openExternal = (url) => (calls.push(`opened ${url}`), Promise.resolve());
      return clipboard.readText();
    });
    expect(asked).toBe('mine');
    const calls = () => app.evaluate(() => (globalThis as unknown as { callsOfTest: string[] }).callsOfTest);
    const titles = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.getTitle()));
    const before = await titles();
    await clear();
    await type(
      String.raw`printf '\e]52;c;c3RvbGVu\a\e]0;pwned\a\e]2;pwned\a\e[8;5;20t\e]10;?\a\e[21t\eP$q"p\e\\'; read -rsn99 -t1 a; echo "answers=$(printf %s "$a" | tr -dc 'a-zA-Z0-9:;')."`,
    );
    await expect(me.terminal()).toContainText(/answers=\./);
    await type(
      String.raw`printf '\e]8;;file:///etc/passwd\e\\file-link\e]8;;\e\\ \e]8;;https://example.com/a\e\\https-link\e]8;;\e\\ \e]8;;https://me@example.com/\e\\user-link\e]8;;\e\\\n'`,
    );
    const rows = me.terminal();
    for (const name of ['file-link', 'user-link', 'https-link']) {
      const link = rows.getByText(new RegExp(`^${name}`)).last();
      const box = (await link.boundingBox())!;
      await page.mouse.move(box.x + 10, box.y + box.height / 2, { steps: 5 });
      await page.waitForTimeout(200);
      await page.mouse.down();
      await page.mouse.up();
    }
    await expect.poll(calls).toEqual(['https://example.com/a']);
    expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toBe('mine');
    expect(await titles()).toEqual(before);
    expect(page.url()).toBe('app://hummingdeck/');
  });

  await test.step('a flood: the window goes on, what is under way stays small, the end is not lost', async () => {
    await clear();
    const line = String.raw`$(printf '\u4fa1\u683c \U0001f680 flood')`;
    await type(`until [ -e /tmp/enough ]; do yes ${line} | head -n 50000; done; echo END-$((40+2))-`);
    await expect(me.terminal()).toContainText('flood');
    await page.getByRole('tab', { name: /^Log of calm/ }).click();
    await expect(me.terminal()).toContainText(/order/i);
    await me.select('calm');
    await expect(page.getByRole('complementary')).toContainText('calm');
    await me.filter(`ns:${namespace} name:calm`);
    await expect(me.row('eth-pmm')).toHaveCount(0);
    await me.filter(`ns:${namespace}`);
    const { sent } = await flow();
    await expect.poll(async () => (await flow()).sent).toBeGreaterThan(sent + 10 * MOST_UNDER_WAY);
    await page.getByRole('tab', { name: /^Shell of eth-pmm/ }).click();
    await expect(me.terminal()).toContainText('flood');
    await kubectl(cluster, 'exec', 'eth-pmm-0', '-n', namespace, '--', 'touch', '/tmp/enough');
    await expect(me.terminal()).toContainText('END-42-', { timeout: 60_000 });
    const end = await flow();
    expect(end.most).toBeLessThanOrEqual(MOST_UNDER_WAY);
    expect(end.broken).toBe(0);
  });

  await test.step('a flood without end is ended by Ctrl-C', async () => {
    await intoTerminal(page);
    await type('yes endless');
    await expect(me.terminal()).toContainText('endless');
    await page.keyboard.press('Control+c');
    await type('echo alive-$((1+1))-');
    // What is under way is drawn first.
    await expect(me.terminal()).toContainText('alive-2-', { timeout: 60_000 });
  });

  await test.step('exit ends it in words, Enter opens it again', async () => {
    await type('exit');
    await expect(page.getByText('The shell ended. Press Enter to open it again.')).toBeVisible();
    await page.keyboard.press('Enter');
    // Keys that come before it is open go nowhere.
    await expect(page.getByText(/The shell ended\.|Connecting…/)).toHaveCount(0);
    await type('echo back-$((2+2))-');
    await expect(me.terminal()).toContainText('back-4-');
    expect(await lifeOf(cluster, namespace, 'eth-pmm')).toMatch(/ 0$/);
  });
});

test('terminals: a classic bot’s own screen takes commands, fits the tab, and closing it only detaches', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  await apply(cluster, classicBot({ name: 'btc-usdt', namespace }));
  const { app, page } = await hummingdeck({ kubeconfig: cluster.kubeconfig, readableTerminals: true });
  const me = desk(page);
  await me.turnOn(cluster.id);
  await me.filter(`ns:${namespace}`);
  await expect(me.row('btc-usdt')).toContainText('1/1');
  await expect.poll(() => exchange(cluster).orders({ namespace })).toHaveLength(2);
  const before = await lifeOf(cluster, namespace, 'btc-usdt');
  const rule = () =>
    me
      .terminal()
      .evaluate((rows) => Math.max(...(rows.textContent!.match(/-{20,}/g) ?? ['']).map((run) => run.length)));

  await me.press('btc-usdt', 'a');
  await grow(page);
  await expect(me.terminal()).toContainText('Version:');
  await expect(me.terminal()).toContainText('Strategy File: quickstart.yml');
  await expect(me.terminal()).toContainText('>>>');
  const wide = await rule();
  await intoTerminal(page);
  await page.keyboard.type('status\n');
  await expect(me.terminal()).toContainText('>>>  status');
  await expect(me.terminal()).toContainText(/Exchange|Markets|Orders/);

  await resize(app, 1000, 700);
  await expect.poll(rule).not.toBe(wide);
  await expect(me.terminal()).toContainText('Duration:');
  await page.keyboard.type('help\n');
  await expect(me.terminal()).toContainText('exit and cancel all outstanding orders');

  await page.keyboard.type('half a comm');
  await page.getByRole('button', { name: /Close the screen of btc-usdt \(the bot goes on\)/ }).click();
  await expect(page.getByRole('tab')).toHaveCount(0);
  await me.press('btc-usdt', 'a');
  await expect(me.terminal()).toContainText('half a comm');
  expect(await lifeOf(cluster, namespace, 'btc-usdt')).toBe(before);
  expect(await exchange(cluster).orders({ namespace })).toHaveLength(2);
});

test('terminals: a tab bears the colour of its context, also when the trader gives it another one', async ({
  hummingdeck,
  cluster,
  namespace,
}) => {
  await apply(cluster, engineBot({ name: 'hued', namespace }));
  const { page } = await hummingdeck({ kubeconfig: cluster.kubeconfig });
  const me = desk(page);
  await me.turnOn(cluster.id);
  await me.filter(`ns:${namespace}`);
  await expect(me.row('hued')).toContainText('1/1');
  await me.press('hued', 'l');
  const tab = page.getByRole('tab', { name: /^Log of hued/ }).locator('..');
  const head = page.getByRole('region', { name: 'Terminals' }).locator('header .dot');
  const id = await me.contextId(cluster.id);
  const seen = new Set<string>();
  for (const colour of [2, 6]) {
    await me.call('contexts.customise', { id, colour });
    const own = await page.evaluate((colour) => {
      const probe = document.createElement('i');
      probe.style.color = `var(--c${colour})`;
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    }, colour);
    await expect(tab).toHaveCSS('border-top-color', own);
    await expect(head).toHaveCSS('background-color', own);
    seen.add(own);
  }
  expect(seen.size).toBe(2);
});
