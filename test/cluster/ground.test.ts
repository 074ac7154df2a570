import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { classicBot, createAll, engineBot, manyBots } from './bots.mjs';
import {
  api,
  apply,
  down,
  exchange,
  kubectl,
  reap,
  reapLock,
  signalContainer,
  up,
  userKubeconfig,
} from './cluster.mjs';
import { names } from './names.mjs';
import { livePid, locked, readJson, sleep, until } from './process.mjs';
import { ownCluster } from '../integration/ownCluster';

const cluster = ownCluster();
const namespace = `ground-${Date.now().toString(36)}`;
const market = exchange(cluster);
const stopFollowing = new AbortController();

/** What pods know of their gateway: were it another, they would lose it for seconds. */
const bridgeAddress = () => readFileSync(`/sys/class/net/${names(cluster.dir).bridge}/address`, 'utf8');
const addressBefore = bridgeAddress();

/** How containers ended, by pod; the API forgets it together with the pod. */
const exits = new Map<string, number[]>();

type Status = {
  engine: { strategy_running: boolean; connectors: Record<string, { ready: boolean; orders_count: number }> };
  format_status: string | null;
};

const kube = (...args: string[]) => kubectl(cluster, '--namespace', namespace, ...args);
const open = (pod: string) => market.orders({ namespace, pod });
const scale = (name: string, replicas: number) => kube('scale', 'statefulset', name, `--replicas=${replicas}`);
const deploy = (objects: object[]) => apply(cluster, objects);

/** Asks the engine for a status as a manager would: only when it has ears, and then by SIGUSR1. */
async function readStatus(pod: string): Promise<Status> {
  const script = `grep -q hummingbot.cli.engine /proc/1/cmdline || exit 9
    m=$(awk '/SigCgt/{print $2}' /proc/1/status); [ $(( 0x$m & 0x200 )) -ne 0 ] || exit 8
    kill -USR1 1; sleep 1; cat data/bot/status.json`;
  return JSON.parse(await kube('exec', pod, '-c', 'hummingbot', '--', 'bash', '-c', script)) as Status;
}

const statusOnceUp = (pod: string) => until(`the status of ${pod}`, () => readStatus(pod), 60, 500);
const ordersOnceUp = (pod: string, count = 2) =>
  until(
    `${count} orders of ${pod}`,
    async () => ((await open(pod)).length === count ? await open(pod) : undefined),
    60,
    200,
  );
const gone = (pod: string, seconds = 60) =>
  until(
    `the end of ${pod}`,
    async () => (await kube('get', 'pod', pod, '--ignore-not-found', '-o', 'name')) === '',
    seconds,
    200,
  );
const exit = (pod: string) => until(`an exit code of ${pod}`, () => exits.get(pod)?.map(String).at(-1), 60);

beforeAll(async () => {
  await kubectl(cluster, 'create', 'namespace', namespace);
  void api(cluster).follow(
    `/api/v1/namespaces/${namespace}/pods`,
    new Map(),
    (pod?: {
      metadata: { name: string };
      status: { containerStatuses?: { name: string; state?: Ended; lastState?: Ended }[] };
    }) => {
      const container = pod?.status.containerStatuses?.[0];
      const ended = container?.state?.terminated ?? container?.lastState?.terminated;
      if (pod && ended) exits.set(pod.metadata.name, [...(exits.get(pod.metadata.name) ?? []), ended.exitCode]);
    },
    stopFollowing.signal,
  );
});
type Ended = { terminated?: { exitCode: number } };

afterAll(async () => {
  stopFollowing.abort();
  await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false');
  await market.cancel({ namespace });
});

describe('a bot run by the engine', () => {
  it.concurrent('trades, logs, tells its status and stops without an open order', async ({ expect }: TestContext) => {
    await deploy(engineBot({ name: 'good', namespace, keystore: true }));
    const status = await statusOnceUp('good-0');
    expect(status.engine.strategy_running).toBe(true);
    expect(status.engine.connectors.binance_PaperTrade).toMatchObject({ ready: true, orders_count: 2 });
    expect(status.format_status).toContain('Orders:');
    expect(await open('good-0')).toHaveLength(2);
    // The node writes the log down a moment after the bot said it.
    await expect
      .poll(() => kube('logs', 'good-0', '-c', 'hummingbot'), { timeout: 20_000 })
      .toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - 1 - [\w.]+ - EVENT_LOG - \{.*"BuyOrderCreatedEvent"/m);
    expect(await kube('exec', 'good-0', '-c', 'hummingbot', '--', 'env')).not.toContain('correct horse');
    const rows = `import sqlite3; print(sqlite3.connect('file:data/good.sqlite?mode=ro', uri=True).execute('SELECT count(*), min(price) FROM "Order"').fetchone())`;
    expect(await kube('exec', 'good-0', '-c', 'hummingbot', '--', 'python3', '-c', rows)).toMatch(/\(\d+, 29\d{8}\)/);
    await scale('good', 0);
    await gone('good-0');
    expect(await open('good-0')).toEqual([]);
    expect(await exit('good-0')).toBe('0');
  });

  it.concurrent(
    'leaves its orders open when it is killed, and the next run finds them again',
    async ({ expect }: TestContext) => {
      await deploy(engineBot({ name: 'killed', namespace }));
      const before = await ordersOnceUp('killed-0');
      await statusOnceUp('killed-0');
      await signalContainer(cluster, { namespace, pod: 'killed-0' });
      const after = await ordersOnceUp('killed-0', 4);
      expect(after.map((order) => order.id)).toEqual(expect.arrayContaining(before.map((order) => order.id)));
      expect(await exit('killed-0')).toBe('137');
      const status = await statusOnceUp('killed-0');
      expect(status.engine.connectors.binance_PaperTrade?.orders_count).toBe(4);
      await scale('killed', 0);
      await gone('killed-0');
      expect(await open('killed-0')).toEqual([]);
    },
  );

  it.concurrent.for([true, false])(
    'hears an early SIGTERM only if it is held back (preStop %s)',
    async (preStop, { expect }) => {
      const name = preStop ? 'early-held' : 'early-lost';
      await deploy(engineBot({ name, namespace, preStop, grace: preStop ? 60 : 20 }));
      await until(
        'a container',
        async () =>
          (await kube('get', 'pod', `${name}-0`, '-o', 'jsonpath={.status.containerStatuses[0].state.running}')) !== '',
        60,
        50,
      );
      await scale(name, 0);
      await gone(`${name}-0`);
      expect(await exit(`${name}-0`)).toBe(preStop ? '0' : '137');
      expect(await open(`${name}-0`)).toHaveLength(preStop ? 0 : 2);
    },
  );

  it.concurrent('ends with code 4 and a sentence for a wrong password', async ({ expect }: TestContext) => {
    await deploy(engineBot({ name: 'locked', namespace, keystore: true, password: 'wrong' }));
    expect(await exit('locked-0')).toBe('4');
    expect(
      await until('its words', () => kube('logs', 'locked-0', '-c', 'hummingbot', '--previous'), 60, 500),
    ).toContain('Error: invalid password (code 4)');
  });

  it.concurrent('ends with code 1 for broken YAML, silently but for its log file', async ({ expect }: TestContext) => {
    await deploy(engineBot({ name: 'broken', namespace, file: 'strategy: [unclosed\n' }));
    expect(await exit('broken-0')).toBe('1');
  });

  it.concurrent('seems to run with an invalid value, but has no connector', async ({ expect }: TestContext) => {
    await deploy(engineBot({ name: 'invalid', namespace, fields: { bid_spread: 150 } }));
    const status = await statusOnceUp('invalid-0');
    expect(status).toMatchObject({ engine: { strategy_running: true, connectors: {} }, format_status: null });
    expect(await kube('logs', 'invalid-0', '-c', 'hummingbot')).toMatch(
      /Invalid value 150[^]*Unknown error during initialization/,
    );
  });

  it.concurrent('obeys the faults that its file asks for', async ({ expect }: TestContext) => {
    await deploy([
      ...engineBot({ name: 'crash', namespace, faults: 'crash-after=1' }),
      ...engineBot({ name: 'oom', namespace, faults: 'oom=1' }),
    ]);
    expect(await exit('crash-0')).toBe('1');
    expect(await exit('oom-0')).toBe('137');
    expect(await kube('get', 'pod', 'oom-0', '-o', 'jsonpath={.status.containerStatuses[0]}')).toContain('OOMKilled');
  });
});

describe('a classic bot', () => {
  /** kubectl attach in a terminal of its own, typing each text once the one before it was answered. */
  function attach(pod: string, dialogue: [wait: string, type: string][]): Promise<string> {
    const command = `stty rows 40 cols 130; exec ${join(cluster.bin, 'kubectl')} --kubeconfig ${cluster.kubeconfig} -n ${namespace} attach -it ${pod}`;
    const child = spawn('script', ['-qfec', command, '/dev/null']);
    return new Promise((resolve, reject) => {
      let seen = '';
      const timer = setTimeout(
        () => (child.kill('SIGKILL'), reject(new Error(`no answer to ${dialogue[0]?.[0]}: ${seen}`))),
        30_000,
      );
      child.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        const next = dialogue[0];
        if (!next || !seen.includes(next[0])) return;
        child.stdin.write(next[1]);
        dialogue.shift();
        if (dialogue.length > 0) return;
        clearTimeout(timer);
        child.kill('SIGKILL');
        resolve(seen);
      });
    });
  }

  it.concurrent('stops by a typed word and goes on without an order', async ({ expect }: TestContext) => {
    await deploy(classicBot({ name: 'typed', namespace }));
    await ordersOnceUp('typed-0');
    const seen = await attach('typed-0', [
      ['>>> ', 'status\r'],
      ['Total Balance', 'stop\r'],
      ['Hummingbot stopped.', ''],
    ]);
    expect(seen).toContain('Paper Trading Active');
    expect(await open('typed-0')).toEqual([]);
    expect(
      await kube('get', 'pod', 'typed-0', '-o', 'jsonpath={.status.phase} {.status.containerStatuses[0].restartCount}'),
    ).toBe('Running 0');
  });

  it.concurrent('does not hear SIGTERM and leaves its orders open', async ({ expect }: TestContext) => {
    await deploy(classicBot({ name: 'deaf', namespace, grace: 4 }));
    await ordersOnceUp('deaf-0');
    await scale('deaf', 0);
    await gone('deaf-0');
    expect(await exit('deaf-0')).toBe('137');
    expect(await open('deaf-0')).toHaveLength(2);
  });
});

describe('the cluster', () => {
  it.concurrent('never makes a volume of class broken', async ({ expect }: TestContext) => {
    const objects = engineBot({ name: 'waiting', namespace });
    for (const object of objects) if (object.kind === 'PersistentVolumeClaim') object.spec.storageClassName = 'broken';
    await deploy(objects);
    await until(
      'the scheduler to choose a node',
      () =>
        kube(
          'get',
          'pvc',
          'waiting-data',
          '-o',
          'jsonpath={.metadata.annotations.volume\\.kubernetes\\.io/selected-node}',
        ),
      30,
      200,
    );
    await sleep(1500);
    expect(await kube('get', 'pvc', 'waiting-data', '-o', 'jsonpath={.status.phase}')).toBe('Pending');
  });

  it.concurrent('gives other users the rights of their roles and no more', async ({ expect }: TestContext) => {
    const file = join(cluster.dir, `${namespace}.kubeconfig`);
    const viewer = {
      bin: cluster.bin,
      kubeconfig: await userKubeconfig(cluster, { user: 'viewer', groups: ['team/a'], namespace, file }),
    };
    await expect(kubectl(viewer, 'get', 'pods')).rejects.toThrow('User "viewer" cannot list resource "pods"');
    await kube('create', 'rolebinding', 'viewers', '--clusterrole=view', '--group=team/a');
    await until('the right', () => kubectl(viewer, 'get', 'pods').then(() => true), 20);
    await expect(kubectl(viewer, 'get', 'secrets')).rejects.toThrow('forbidden');
  });
});

describe('up and down', () => {
  it('keeps the way of its pods to the exchange as others come and go', () => {
    expect(bridgeAddress()).toBe(addressBefore);
  });

  const dir = () => mkdtempSync(join(tmpdir(), 'hd-'));

  function leftovers(folder: string): string[] {
    const { id, bridge, record } = names(folder);
    const mounted = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(folder));
    return [folder, `/sys/class/net/${bridge}`, record, `/sys/fs/cgroup/memory/${id}`, `/sys/fs/cgroup/${id}`]
      .filter((path) => existsSync(path))
      .concat(mounted);
  }

  it('runs a second node beside the first, keeps fake nodes apart, and leaves nothing', async () => {
    const second = await up({ dir: dir(), kwokNodes: 2 });
    const supervisor = readJson(names(second.dir).record).supervisor;
    await createAll(second, manyBots({ count: 50 }));
    await apply(second, [...engineBot({ name: 'one' }), ...classicBot({ name: 'two' })]);
    await until(
      'all pods',
      async () =>
        (await kubectl(second, 'get', 'pods', '--field-selector=status.phase=Running', '-o', 'name')).trim().split('\n')
          .length === 52,
      90,
      300,
    );
    const places = (
      await kubectl(
        second,
        'get',
        'pods',
        '-o',
        'jsonpath={range .items[*]}{.metadata.name} {.spec.nodeName}{"\\n"}{end}',
      )
    )
      .trim()
      .split('\n');
    expect(
      places
        .filter((line) => line.endsWith(' localhost'))
        .map((line) => line.split(' ')[0])
        .sort(),
    ).toEqual(['one-0', 'two-0']);
    expect(await kubectl(cluster, 'get', 'nodes', '-o', 'name')).toBe('node/localhost\n');
    await down(second.dir);
    expect(leftovers(second.dir)).toEqual([]);
    expect(livePid(supervisor)).toBeUndefined();
    await down(second.dir);
  });

  it.for(['ready', 'half up'])(
    'goes down when the process that started it is killed (%s)',
    async (when, { expect }) => {
      const folder = dir();
      const script = `import { up } from ${JSON.stringify(new URL('cluster.mjs', import.meta.url).href)};
      await up({ dir: ${JSON.stringify(folder)} }); console.log('up'); setInterval(() => {}, 1000);`;
      const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (when === 'ready') await new Promise((resolve) => parent.stdout.once('data', resolve));
      else await until('a first sign', () => existsSync(join(folder, 'pid/kube-apiserver')), 30, 20);
      expect(leftovers(folder).length).toBeGreaterThan(2);
      parent.kill('SIGKILL');
      await until('nothing to be left', () => leftovers(folder).length === 0, 30);
      await sleep(2000);
      expect(leftovers(folder)).toEqual([]);
    },
  );

  it('is cleaned up by the next run when its supervisor is killed', async () => {
    const orphan = await up({ dir: dir() });
    await apply(orphan, engineBot());
    await until('a container', async () => (await exchange(orphan).orders()).length > 0);
    const supervisor = livePid(readJson(names(orphan.dir).record).supervisor);
    // Other files run meanwhile, and every cluster they start begins with this very clean-up.
    await locked(reapLock(), async () => {
      process.kill(supervisor ?? 0, 'SIGKILL');
      await until('its end', () => !livePid(readJson(names(orphan.dir).record).supervisor), 10);
      expect(leftovers(orphan.dir)).not.toEqual([]);
    });
    await reap();
    expect(leftovers(orphan.dir)).toEqual([]);
  });
});
