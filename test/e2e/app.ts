import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, _electron, type ElectronApplication, type Page } from '@playwright/test';
import { kubectl, type Cluster } from '../cluster/cluster.mjs';
import { namedClusters, readClusters } from '../cluster/several.mjs';

export { expect } from '@playwright/test';

const root = join(import.meta.dirname, '../..');

export interface LaunchOptions {
  /** Value of KUBECONFIG; an empty one means a trader without any. */
  kubeconfig?: string;
  env?: Record<string, string>;
  /** No WebGL: terminals then draw with the page's own text, which a test can read. */
  readableTerminals?: boolean;
  /** As at the very first start, with the practice cluster on; else it is off. */
  firstStart?: boolean;
  /** Data folder to reuse (a second start of the same installation). */
  data?: string;
}

export interface Launched {
  app: ElectronApplication;
  page: Page;
  data: string;
  /** Everything main and renderer printed. */
  logs: () => string;
  close: () => Promise<void>;
}

export function electronCommand(): { executable: string; args: string[] } {
  const executable = process.env.HD_ELECTRON;
  if (!executable) throw new Error('run the end-to-end tests by: npm run test:e2e');
  return { executable, args: JSON.parse(process.env.HD_ELECTRON_ARGS ?? '[]') as string[] };
}

/** Of this worker alone, as is its display. */
const own = <T>(things: T[]): T => things[Number(process.env.TEST_PARALLEL_INDEX ?? 0) % things.length]!;
process.env.DISPLAY = own((process.env.HD_E2E_DISPLAYS ?? process.env.DISPLAY ?? '').split(','));

export function testCluster(): Cluster {
  return own(readClusters(namedClusters()));
}

/** The environment of a trader's machine: a home of its own, nothing of this one's kubeconfigs. */
export function traderEnv(data: string, options: LaunchOptions): Record<string, string> {
  const { PATH = '', DISPLAY = '', LANG = 'C.UTF-8' } = process.env;
  return {
    ...{ PATH, DISPLAY, LANG, HOME: data, TZ: 'UTC' },
    ...{ HUMMINGDECK_DATA: join(data, 'app'), HUMMINGDECK_ALLOW_REAL_CLUSTERS: 'tests-only' },
    KUBECONFIG: options.kubeconfig || join(data, 'no-such-kubeconfig'),
    ...options.env,
  };
}

function withoutWebgl(): void {
  const own = HTMLCanvasElement.prototype.getContext as (...args: unknown[]) => unknown;
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
    return String(args[0]).startsWith('webgl') ? null : own.apply(this, args);
  } as typeof HTMLCanvasElement.prototype.getContext;
}

/** The running app notes what it asks of API servers (test/recordings). */
async function noteRequests(app: ElectronApplication): Promise<void> {
  const place = { recorder: join(root, 'test/recordings/recorder.cjs'), dir: join(root, 'out/test/requests') };
  await app.evaluate((_, { recorder, dir }) => {
    const load = process.mainModule ?? process.getBuiltinModule('node:module').createRequire(recorder);
    const { record } = ('require' in load ? load.require(recorder) : load(recorder)) as { record(dir: string): void };
    record(dir);
  }, place);
}

async function launch(options: LaunchOptions = {}, traced = false): Promise<Launched> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'hd-e2e-')));
  if (!options.data && !options.firstStart) {
    mkdirSync(join(data, 'app'));
    writeFileSync(join(data, 'app', 'settings.json'), JSON.stringify({ version: 1, practiceByItself: false }));
  }
  const { executable, args } = electronCommand();
  const app = await _electron.launch({
    executablePath: executable,
    args: [...args, '--no-sandbox'],
    env: traderEnv(data, options),
  });
  await noteRequests(app);
  let text = '';
  app.process().stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  app.process().stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const page = await app.firstWindow();
  page.on('console', (message) => (text += `[renderer ${message.type()}] ${message.text()}\n`));
  page.on('pageerror', (error) => (text += `[renderer error] ${error.stack ?? error.message}\n`));
  if (options.readableTerminals) await page.evaluate(withoutWebgl);
  if (traced) await app.context().tracing.start({ screenshots: true, snapshots: true });
  return { app, page, data, logs: () => text, close: () => app.close() };
}

/**
 * `hummingdeck(options)` starts the app with its own data folder; on failure its picture and both processes' words are kept, and a trace of
 * the last try: to draw up what nearly no one reads took a quarter of all the time the suite had.
 */
export const test = base.extend<{
  hummingdeck: (options?: LaunchOptions) => Promise<Launched>;
  cluster: Cluster;
  /** A namespace of the test's own, gone after it. */
  namespace: string;
}>({
  cluster: async ({}, use) => use(testCluster()),

  namespace: async ({ cluster }, use) => {
    const name = `e2e-${Math.random().toString(36).slice(2, 8)}`;
    await kubectl(cluster, 'create', 'namespace', name);
    await use(name);
    // Its rows go at once; the rest of the namespace takes as long as its pods do.
    await kubectl(cluster, 'delete', 'statefulsets', '--all', '-n', name, '--wait=false');
    await kubectl(cluster, 'delete', 'namespace', name, '--wait=false');
  },

  hummingdeck: async ({}, use, info) => {
    const started: Launched[] = [];
    await use(async (options) => {
      const launched = await launch(options, info.retry === info.project.retries);
      started.push(launched);
      return launched;
    });
    const bad = info.status !== info.expectedStatus;
    for (const [index, one] of started.entries()) {
      if (bad) {
        await one.page.screenshot({ path: info.outputPath(`window-${index}.png`) }).catch(() => {});
        await one.app
          .context()
          .tracing.stop({ path: info.outputPath(`trace-${index}.zip`) })
          .catch(() => {});
        await info.attach(`both processes, window ${index}`, { body: one.logs(), contentType: 'text/plain' });
        console.log(one.logs().slice(-4000));
      }
      await one.close().catch(() => {});
      await rm(one.data, { recursive: true, force: true }).catch(() => {});
    }
  },
});
