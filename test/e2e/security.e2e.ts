import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronCommand, expect, test, traderEnv } from './app';
import { readProcess, tree } from './processes';

const NOBODY = 65534;

const cmdline = (pid: number) => readProcess(pid, 'cmdline');
const renderers = (pid: number) => tree(pid).filter((one) => cmdline(one).includes('--type=renderer'));

/** The app as a user starts it, without Playwright, which would open ports of its own. */
async function startPlain(uid?: number): Promise<{ pid: number; stop: () => Promise<void> }> {
  const { executable, args } = electronCommand();
  const data = mkdtempSync(join(tmpdir(), 'hd-plain-'));
  mkdirSync(join(data, 'app'));
  if (uid) for (const dir of [data, join(data, 'app')]) chownSync(dir, uid, uid);
  chmodSync(data, 0o755);
  const identity = uid ? { uid, gid: uid } : {};
  const child = spawn(executable, [...args, ...(uid ? [] : ['--no-sandbox'])], {
    env: traderEnv(data, {}),
    stdio: 'ignore',
    ...identity,
  });
  const pid = child.pid!;
  await expect.poll(() => renderers(pid).length, { timeout: 30_000 }).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  return {
    pid,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

test('security: as a normal user every renderer runs in the sandbox', async () => {
  const app = await startPlain(NOBODY);
  try {
    for (const pid of renderers(app.pid)) {
      expect(readProcess(pid, 'status')).toMatch(/^Seccomp:\s+2$/m);
      expect(cmdline(pid)).not.toContain('--no-sandbox');
    }
  } finally {
    await app.stop();
  }
});

test('security: the app listens on no port', async () => {
  const app = await startPlain();
  try {
    const inodes = new Set<string>();
    for (const table of ['tcp', 'tcp6']) {
      for (const line of readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1)) {
        const cells = line.trim().split(/\s+/);
        if (cells[3] === '0A') inodes.add(cells[9]!);
      }
    }
    const listening: string[] = [];
    for (const pid of tree(app.pid)) {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        try {
          const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
          if (inode && inodes.has(inode)) listening.push(`${pid} ${cmdline(pid).slice(0, 60)}`);
        } catch {
          // closed meanwhile
        }
      }
    }
    expect(listening).toEqual([]);
  } finally {
    await app.stop();
  }
});

test('security: the page has no Node, no way to other pages, windows, views or permissions', async ({
  hummingdeck,
}) => {
  const { app, page } = await hummingdeck();
  expect(page.url()).toBe('app://hummingdeck/');
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
      getLastWebPreferences(): Electron.WebPreferences;
    };
    const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });

  const inside = await page.evaluate(async () => {
    const globals = ['require', 'process', 'module', 'Buffer'].filter((name) => name in window);
    const permission = await Notification.requestPermission();
    const geolocation = (await navigator.permissions.query({ name: 'geolocation' })).state;
    const opened = window.open('https://example.com/');
    const evil = document.createElement('script');
    evil.textContent = 'window.inlineRan = true';
    document.body.append(evil);
    // In a task of its own: inside evaluate the debugger lifts the policy.
    const evalRan = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          resolve(new Function('return true')());
        } catch {
          resolve(false);
        }
      }),
    );
    let fetched = 'no';
    await fetch('https://127.0.0.1:1/').catch((error: Error) => (fetched = error.message));
    return {
      globals,
      permission,
      geolocation,
      opened: opened !== null,
      inlineRan: 'inlineRan' in window,
      evalRan,
      fetched,
    };
  });
  expect(inside).toEqual({
    ...{ globals: [], permission: 'denied', geolocation: 'denied', opened: false, inlineRan: false, evalRan: false },
    fetched: 'Failed to fetch',
  });

  await page.evaluate(() => void (location.href = 'https://example.com/'));
  await page.waitForTimeout(500);
  expect(page.url()).toBe('app://hummingdeck/');
  expect(app.windows()).toHaveLength(1);
});

test('security: no device is given, no file comes, no view and no frame opens, not even of the app’s own page', async ({
  hummingdeck,
}) => {
  const { app, page } = await hummingdeck();
  await app.evaluate(({ app: electron, session }) => {
    const seen = { views: 0, downloads: [] as string[] };
    Object.assign(globalThis, { seenByTest: seen });
    electron.on('web-contents-created', () => seen.views++);
    session.defaultSession.on('will-download', (event, item) => {
      seen.downloads.push(`${event.defaultPrevented ? 'refused' : 'taken'} ${item.getURL().slice(0, 40)}`);
    });
  });
  type Device = { requestDevice?(options: object): Promise<unknown>; requestPort?(): Promise<unknown> };

  const devices = await page.evaluate(async () => {
    const has = navigator as unknown as Record<'hid' | 'usb' | 'serial' | 'bluetooth', Device | undefined>;
    const outcome = (asked: Promise<unknown> | undefined) =>
      Promise.race([
        Promise.resolve(asked).then(
          (given) => ((Array.isArray(given) && given.length === 0) || given === undefined ? 'nothing' : 'given'),
          () => 'refused',
        ),
        new Promise((resolve) => setTimeout(() => resolve('never answered'), 3_000)),
      ]);
    return {
      hid: await outcome(has.hid?.requestDevice?.({ filters: [] })),
      usb: await outcome(has.usb?.requestDevice?.({ filters: [] })),
      serial: await outcome(has.serial?.requestPort?.()),
      bluetooth: await outcome(has.bluetooth?.requestDevice?.({ acceptAllDevices: true })),
      camera: await outcome(navigator.mediaDevices?.getUserMedia({ video: true })),
      clipboard: await outcome(navigator.clipboard.readText()),
    };
  });
  for (const [device, given] of Object.entries(devices)) expect(given, device).toMatch(/^(refused|nothing)$/);

  const inside = await page.evaluate(async () => {
    const load = async (tag: string, src: string) => {
      const node = document.createElement(tag);
      node.setAttribute('src', src);
      node.setAttribute('name', 'inside');
      document.body.append(node);
      await new Promise((resolve) => setTimeout(resolve, 800));
      return node;
    };
    const view = await load('webview', 'https://example.com/');
    await load('webview', 'app://hummingdeck/');
    const frames = [];
    for (const src of ['https://127.0.0.1:1/', 'app://hummingdeck/', 'data:text/html,<p>inside</p>']) {
      const frame = (await load('iframe', src)) as HTMLIFrameElement;
      let text = '';
      try {
        text = frame.contentDocument?.body.textContent ?? '';
      } catch {
        // What was refused is of no origin.
      }
      frames.push(text);
    }
    // An empty frame is there; it can be led nowhere.
    const empty = document.createElement('iframe');
    empty.name = 'led';
    document.body.append(empty);
    empty.contentWindow!.location.href = 'data:text/html,<p>led</p>';
    const link = document.createElement('a');
    Object.assign(link, { href: 'app://hummingdeck/index.html', target: 'led' });
    document.body.append(link);
    link.click();
    for (const href of ['data:application/octet-stream,secret', 'app://hummingdeck/index.html']) {
      const save = document.createElement('a');
      Object.assign(save, { href, download: 'kept.txt' });
      document.body.append(save);
      save.click();
    }
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return { view: 'getURL' in view, frames };
  });
  expect(inside).toEqual({ view: false, frames: ['', '', ''] });
  // Playwright tells what each frame shows; a refused one shows the browser's own error page or nothing.
  for (const frame of page.frames().slice(1)) expect(frame.url()).toMatch(/^(about:blank|chrome-error:.*|)$/);
  const seen = await app.evaluate(
    () => (globalThis as unknown as { seenByTest: { views: number; downloads: string[] } }).seenByTest,
  );
  expect(seen.views).toBe(0);
  expect(seen.downloads.length).toBeGreaterThan(0);
  for (const one of seen.downloads) expect(one).toMatch(/^refused/);
  expect(page.url()).toBe('app://hummingdeck/');
});

test('security: the protocol serves the built page and nothing beside it', async ({ hummingdeck }) => {
  const { page } = await hummingdeck();
  const answers = await page.evaluate(async () => {
    const status = async (path: string) => (await fetch(path)).status;
    return {
      index: await status('/index.html'),
      up: await status('/..%2f..%2fpackage.json'),
      up2: await status('/%2e%2e/main/main.cjs'),
      csp: (await fetch('/index.html')).headers.get('content-security-policy'),
    };
  });
  expect(answers).toMatchObject({ index: 200, up: 404, up2: 404 });
  expect(answers.csp).toContain("script-src 'self'");
  expect(answers.csp).not.toMatch(/script-src[^;]*unsafe/);
});

test('security: a call from another page, an unknown one or one of the wrong form is refused', async ({
  hummingdeck,
}) => {
  const { app, page } = await hummingdeck();
  const call = (name: string, input: unknown) =>
    page.evaluate(
      async ([name, input]) => {
        const bridge = (
          window as unknown as { hummingdeck: { invoke(name: string, input: unknown): Promise<unknown> } }
        ).hummingdeck;
        return bridge.invoke(name as string, input).catch((error: Error) => ({ thrown: error.message }));
      },
      [name, input] as const,
    );
  expect(await call('app.info', {})).toMatchObject({ ok: true, value: { fallback: expect.any(Boolean) } });
  expect(await call('contexts.setEnabled', { id: '', enabled: 'yes' })).toMatchObject({
    ok: false,
    error: { code: 'INVALID' },
  });
  expect(await call('constructor', {})).toMatchObject({ thrown: expect.stringContaining('no such call') });

  const stranger = await app.evaluate(async ({ BrowserWindow, app: electronApp }) => {
    const preload = `${electronApp.getAppPath()}/out/preload/preload.cjs`;
    const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await other.loadURL('data:text/html,<p>stranger</p>');
    const answer: unknown = await other.webContents.executeJavaScript('window.hummingdeck.invoke("app.info", {})');
    other.destroy();
    return answer;
  });
  expect(stranger).toMatchObject({ ok: false, error: { code: 'INVALID' } });
});

test('security: a link is shown whole and opened only when the trader says so, and only to https', async ({
  hummingdeck,
}) => {
  const { app, page } = await hummingdeck();
  await app.evaluate(({ dialog, shell }) => {
    const calls: unknown[] = [];
    Object.assign(globalThis, { callsOfTest: calls, answerOfTest: 0 });
    dialog.showMessageBox = ((_: unknown, question: Electron.MessageBoxOptions) => {
      const { message, detail, buttons, defaultId, cancelId } = question;
      calls.push({ message, detail, byEnter: buttons?.[defaultId!], byEscape: buttons?.[cancelId!] });
      const response = (globalThis as unknown as { answerOfTest: number }).answerOfTest;
      return Promise.resolve({ response, checkboxChecked: false });
    }) as unknown as typeof dialog.showMessageBox;
    shell.openExternal = (url) => (calls.push(`opened ${url}`), Promise.resolve());
  });
  const answerWith = (button: number) =>
    app.evaluate((_, button) => void Object.assign(globalThis, { answerOfTest: button }), button);
  const calls = () => app.evaluate(() => (globalThis as unknown as { callsOfTest: unknown[] }).callsOfTest.splice(0));
  const open = (url: string) =>
    page.evaluate(
      async (url) =>
        (
          window as unknown as { hummingdeck: { invoke(name: string, input: unknown): Promise<unknown> } }
        ).hummingdeck.invoke('app.openExternal', { url }),
      url,
    );
  const question = (detail: string) => ({
    message: 'Open this link in your browser?',
    ...{ detail, byEnter: 'Cancel', byEscape: 'Cancel' },
  });

  expect(await open('https://\u0435xample.com/a?b=c')).toEqual({ ok: true, value: { opened: false } });
  expect(await calls()).toEqual([question('https://xn--xample-2of.com/a?b=c')]);
  await answerWith(1);
  expect(await open('https://example.com/a')).toEqual({ ok: true, value: { opened: true } });
  expect(await calls()).toEqual([question('https://example.com/a'), 'opened https://example.com/a']);
  for (const url of [
    'http://example.com/',
    'file:///etc/passwd',
    'https://me@example.com/',
    'javascript:alert(1)',
    'x',
  ])
    expect(await open(url)).toEqual({ ok: true, value: { opened: false } });
  expect(await calls()).toEqual([]);
});

test('security: on the development runtime real clusters are refused and the window says so', async ({
  hummingdeck,
  cluster,
}) => {
  const { page, app } = await hummingdeck({
    kubeconfig: cluster.kubeconfig,
    env: { HUMMINGDECK_ALLOW_REAL_CLUSTERS: '' },
  });
  const version = await app.evaluate(() => process.versions.electron);
  const fallback = Number.parseInt(version, 10) < 45;
  await expect(page.getByRole('contentinfo').getByText(/development runtime/i)).toHaveCount(fallback ? 1 : 0);
  const answer = await page.evaluate(async () => {
    const bridge = (window as unknown as { hummingdeck: { invoke(name: string, input: unknown): Promise<never> } })
      .hummingdeck;
    const list = (await bridge.invoke('contexts.list', {})) as { value: { contexts: { id: string }[] } };
    await bridge.invoke('contexts.setEnabled', { id: list.value.contexts[0]!.id, enabled: true });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return (await bridge.invoke('contexts.list', {})) as {
      value: { contexts: { status: { phase: string; error: { message: string } | null } }[] };
    };
  });
  const status = answer.value.contexts[0]!.status;
  if (fallback)
    expect(status).toMatchObject({ phase: 'failed', error: { message: expect.stringContaining('refused') } });
  else expect(status.error).toBeNull();
});
