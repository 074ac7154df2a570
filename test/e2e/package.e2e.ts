import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import WebSocket from 'ws';
import { expect, test, traderEnv } from './app';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fallback = process.env.HD_ELECTRON_KIND === 'fallback';
const unpacked = join(root, fallback ? 'dist/test-build/linux-unpacked' : 'dist/linux-unpacked');
const executable = join(unpacked, fallback ? 'hummingdeck-test-build' : 'hummingdeck');

/** What the page of a running app says. Playwright's own way in is closed by the inspect fuse, and an old Chrome lacks parts it asks for. */
async function text(browser: string): Promise<string> {
  const targets = (await (await fetch(`http://${new URL(browser).host}/json`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const page = targets.find((target) => target.type === 'page');
  if (!page) return '';
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const expression =
    'document.body.innerText + [...document.querySelectorAll("nav button")].map((button) => button.title).join(" ")';
  const answer = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }));
  const said = (JSON.parse(await answer) as { result: { result: { value?: string } } }).result.result.value ?? '';
  socket.close();
  return said;
}

test.describe('package', () => {
  test.beforeAll(() => {
    test.setTimeout(300_000);
    execFileSync(process.execPath, [join(root, 'scripts/package.mjs'), '--unpacked'], { cwd: root, stdio: 'inherit' });
  });

  test('package: it carries the app alone, and a test build says what it is', () => {
    expect(existsSync(join(unpacked, 'TEST-BUILD.txt'))).toBe(fallback);
    const asar = join(unpacked, 'resources/app.asar');
    const files = listPackage(asar, { isPack: false });
    expect(files).toContain('/out/main/main.cjs');
    expect(files).toContain('/out/renderer/index.html');
    expect(
      files.filter((file) => /node_modules|\.map$|\.test\.|\.ts$|^\/(test|scripts|electron|shared)\b/.test(file)),
    ).toEqual([]);
    expect('hummingdeckTestBuild' in JSON.parse(extractFile(asar, 'package.json').toString())).toBe(fallback);
    expect(existsSync(join(unpacked, 'resources/app'))).toBe(false);
    expect(existsSync(executable)).toBe(true);
  });

  test('package: fuses are set as the security list asks', async () => {
    const wire = await getCurrentFuseWire(executable);
    const on = (option: FuseV1Options) => Number(wire[option]) === '1'.charCodeAt(0);
    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
      nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
      asarIntegrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
    }).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      inspect: false,
      asarIntegrity: true,
      onlyAsar: true,
    });
  });

  test('package: the packaged app starts and shows its window, with the practice bots from their own thread', async () => {
    const data = mkdtempSync(join(tmpdir(), 'hd-packaged-'));
    const child = spawn(executable, ['--no-sandbox', '--remote-debugging-port=0'], {
      env: { ...traderEnv(data, {}), ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    try {
      const endpoint = await new Promise<string>((resolve, reject) => {
        let text = '';
        child.stderr.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
          if (found) resolve(found);
        });
        child.once('exit', () => reject(new Error(`it ended: ${text.slice(-2000)}`)));
      });
      await expect.poll(() => text(endpoint), { timeout: 30_000 }).toContain('Fleet');
      expect((await text(endpoint)).includes('Development runtime')).toBe(fallback);
      await expect.poll(() => text(endpoint), { timeout: 60_000 }).toContain('btc-usdt-calm');
    } finally {
      child.kill();
      await gone;
      rmSync(data, { recursive: true, force: true });
    }
  });
});
