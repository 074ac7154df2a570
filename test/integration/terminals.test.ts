import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LABEL } from '../../electron/bot/format';
import { systemClock } from '../../electron/cluster';
import { createTerminals, type SessionPort } from '../../electron/terminals';
import type { BotRef } from '../../shared/rows';
import type { SessionDown, SessionState, SessionUp, TerminalKind } from '../../shared/terminals';
import { classicBot, engineBot } from '../cluster/bots.mjs';
import { apply, kubectl, signalContainer, userKubeconfig } from '../cluster/cluster.mjs';
import { copyKubeconfig, fleetWorld, road, until, type FleetWorld } from './fleetWorld';
import { ownCluster } from './ownCluster';

const cluster = ownCluster();
const namespace = `terminals-${Date.now().toString(36)}`;
const files = mkdtempSync(join(tmpdir(), 'hd-terminals-'));
const labels = { [LABEL.bot]: '1' };
const kube = (...args: string[]) => kubectl(cluster, '--namespace', namespace, ...args);

/** A tab's end of a port: keeps what came and acknowledges as it is told to. */
function tab(acknowledge: (bytes: number, ack: () => void) => void = (_, ack) => setImmediate(ack)) {
  let text = '';
  let received = 0;
  let acknowledged = 0;
  let most = 0;
  let hear: (message: SessionUp) => void = () => undefined;
  let gone: () => void = () => undefined;
  const states: SessionState[] = [];
  const strict = new TextDecoder('utf-8', { fatal: true });
  const port: SessionPort = {
    post(message: SessionDown) {
      if (message.t === 'state') return void states.push(message.state);
      const { length } = message.data;
      received += length;
      most = Math.max(most, received - acknowledged);
      // Throws for half a character.
      text = (text + strict.decode(message.data)).slice(-200_000);
      acknowledge(length, () => {
        acknowledged += length;
        hear({ t: 'ack', bytes: length });
      });
    },
    onMessage: (handler) => (hear = handler),
    onClose: (handler) => (gone = handler),
    close: () => undefined,
  };
  return {
    port,
    states,
    send: (message: SessionUp) => hear(message),
    type: (data: string) => hear({ t: 'input', data }),
    pageGone: () => gone(),
    text: () => text,
    received: () => received,
    mostUnacknowledged: () => most,
    phase: () => states.at(-1)?.phase,
  };
}

let world: FleetWorld;
let terminals: ReturnType<typeof createTerminals>;
const extra: (() => void)[] = [];
let ids = 0;
function terminalsOf(from: FleetWorld) {
  return createTerminals({
    connectionOf: (id) => from.fleet.connectionOf(id),
    findPod: (bot) => from.fleet.findPod(bot),
    clock: systemClock,
    newId: () => `test-${++ids}`,
  });
}
async function botOf(name: string, from = world): Promise<BotRef> {
  const row = await until(`a row of ${name}`, () => from.row(namespace, name));
  return { clusterId: row.clusterId, kind: 'StatefulSet', namespace, name, uid: row.uid };
}
async function open(
  kind: TerminalKind,
  name: string,
  more: { previous?: boolean; tail?: number; cols?: number } = {},
  end = tab(),
) {
  const bot = await botOf(name);
  const info = terminals.open({ bot, kind, cols: 100, rows: 30, previous: false, tail: 500, ...more }, end.port);
  return { ...end, id: info.id, info };
}
const running = (name: string) => until(`${name} to run`, () => world.row(namespace, name)?.state === 'running', 120);

beforeAll(async () => {
  await kubectl(cluster, 'create', 'namespace', namespace);
  await apply(cluster, engineBot({ name: 'eth-1', namespace, labels, grace: 5 }));
  await apply(cluster, classicBot({ name: 'btc-usdt', namespace }));
  world = await fleetWorld([cluster.kubeconfig]);
  world.fleet.setEnabled(world.contextIds()[0]!, true);
  terminals = terminalsOf(world);
  await Promise.all([running('eth-1'), running('btc-usdt')]);
});
afterEach(() => {
  for (const run of extra.splice(0)) run();
});
afterAll(async () => {
  terminals?.dispose();
  world?.dispose();
  rmSync(files, { recursive: true, force: true });
  await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false');
});

describe('a shell', () => {
  it('runs beside the bot, knows its size, and follows it', async () => {
    const shell = await open('shell', 'eth-1', { cols: 101 });
    await until('a prompt', () => shell.phase() === 'open' && /[$#] $/.test(shell.text()));
    shell.type('stty size; echo $TERM\n');
    await until('the size', () => shell.text().includes('30 101') && shell.text().includes('xterm-256color'));
    shell.send({ t: 'resize', cols: 77, rows: 22 });
    shell.type('stty size\n');
    await until('the new size', () => shell.text().includes('22 77'));
    shell.type('echo 🐦漢字é\n');
    await until('the bird', () => shell.text().includes('\r\n🐦漢字é\r\n'));
    shell.type('exit 3\n');
    await until('the end', () => shell.phase() === 'ended');
    expect(shell.states.at(-1)).toMatchObject({ phase: 'ended', code: 3 });
    shell.send({ t: 'reconnect' });
    await until('a new shell', () => shell.phase() === 'open');
    terminals.close(shell.id);
  });

  it('leaves no process in the bot when its tab is closed, and the bot untouched', async () => {
    const before = await kube(
      'get',
      'pod',
      'eth-1-0',
      '-o',
      'jsonpath={.metadata.uid} {.status.containerStatuses[0].restartCount}',
    );
    const shell = await open('shell', 'eth-1');
    await until('a prompt', () => /[$#] $/.test(shell.text()));
    const processes = () => kube('exec', 'eth-1-0', '-c', 'hummingbot', '--', 'ps', '-eo', 'args');
    shell.type('sleep 4321\n');
    await until('the sleep', async () => (await processes()).includes('sleep 4321'));
    shell.pageGone();
    await until('no sleep', async () => !(await processes()).includes('sleep 4321'), 20);
    expect((await processes()).split('\n').filter((line) => /^(-?bash|sh)$/.test(line.trim()))).toEqual([]);
    expect(
      await kube('get', 'pod', 'eth-1-0', '-o', 'jsonpath={.metadata.uid} {.status.containerStatuses[0].restartCount}'),
    ).toBe(before);
  });

  it('a flood to a tab that hardly reads is held back at its source, and other tabs go on', async () => {
    const acks: (() => void)[] = [];
    const end = tab((_, ack) => acks.push(ack));
    const flood = await open('shell', 'eth-1', {}, end);
    await until('a prompt', () => (acks.splice(0).forEach((ack) => ack()), /[$#] $/.test(flood.text())));
    flood.type('yes 漢字🐦 | head -c 40700000; echo; echo END-$((1+1))\n');
    await until('a stopped flood', () => flood.received() > 90_000);
    const stopped = flood.received();
    const other = await open('shell', 'eth-1');
    await until('a prompt', () => /[$#] $/.test(other.text()));
    other.type('echo quick-$((2+2))\n');
    await until('an answer beside the flood', () => other.text().includes('quick-4'), 10);
    expect(flood.received() - stopped).toBe(0);
    await until('the end of it', () => (acks.splice(0).forEach((ack) => ack()), flood.text().includes('END-2')), 120);
    expect(flood.received()).toBeGreaterThan(40_000_000);
    expect(flood.mostUnacknowledged()).toBeLessThan(100_000 + 33_000);
    terminals.close(flood.id);
    terminals.close(other.id);
  });
});

describe('a screen', () => {
  it('paints at once, takes the tab’s size, and closing it leaves the bot running', async () => {
    const before = await kube(
      'get',
      'pod',
      'btc-usdt-0',
      '-o',
      'jsonpath={.metadata.uid} {.status.containerStatuses[0].restartCount}',
    );
    for (let time = 1; time <= 2; time++) {
      const screen = await open('screen', 'btc-usdt', { cols: 90 + time });
      await until('the interface', () => screen.phase() === 'open' && screen.received() > 500);
      screen.type('status\r');
      await until('its answer', () => /status|Orders|Strategy/i.test(screen.text()));
      terminals.close(screen.id);
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(
      await kube(
        'get',
        'pod',
        'btc-usdt-0',
        '-o',
        'jsonpath={.metadata.uid} {.status.containerStatuses[0].restartCount}',
      ),
    ).toBe(before);
  });

  it('of an engine bot does not exist: the tab says so and points to the log', async () => {
    const screen = await open('screen', 'eth-1');
    await until('a word', () => screen.phase() === 'ended');
    expect(screen.states.at(-1)).toMatchObject({ message: expect.stringMatching(/without a screen.*log/) });
  });
});

describe('a log', () => {
  it('shows what the bot writes, harmless, and the run before after a crash', async () => {
    await apply(cluster, engineBot({ name: 'evil', namespace, labels, faults: 'hostile', grace: 5 }));
    await running('evil');
    const log = await open('log', 'evil');
    await until('lines', () => log.text().split('\n').length > 10, 90);
    expect(log.text()).toMatch(/ - INFO - /);
    expect(log.text().replace(/\x1b\[[0-9;:]*m/g, '')).not.toMatch(
      /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/,
    );
    await signalContainer(cluster, { namespace, pod: 'evil-0' });
    await until(
      'the next run',
      async () =>
        (await kube('get', 'pod', 'evil-0', '-o', 'jsonpath={.status.containerStatuses[0].restartCount}')) === '1',
    );
    const at = log.text().length;
    await until('lines of the next run in the same tab', () => log.text().length > at + 500, 60);
    const before = await open('log', 'evil', { previous: true, tail: 10 });
    await until('its end', () => before.phase() === 'ended' || before.phase() === 'lost');
    expect(before.states.at(-1)).toMatchObject({ phase: 'ended' });
    expect(before.text().split('\n').length).toBeGreaterThan(5);
    terminals.close(log.id);
    await kube('delete', 'statefulset', 'evil');
  });

  it('goes on with the bot’s next pod, says so, and shows no line twice', async () => {
    const log = await open('log', 'eth-1');
    await until('lines', () => log.text().includes('INFO'), 60);
    await kube('scale', 'statefulset', 'eth-1', '--replicas=0');
    await until('the end', () => log.phase() === 'ended', 60);
    expect(log.states.at(-1)).toMatchObject({ message: expect.stringContaining('when eth-1 starts again') });
    await until('no pod', () => world.row(namespace, 'eth-1')?.status === 'Stopped');
    await kube('scale', 'statefulset', 'eth-1', '--replicas=1');
    await until('the note', () => log.text().includes('runs in a new pod since'), 60);
    const at = log.text().indexOf('new pod since');
    await until('new lines', () => log.text().slice(at).includes('INFO'), 60);
    const lines = log
      .text()
      .split('\r\n')
      .filter((line) => /EVENT_LOG/.test(line));
    expect(new Set(lines).size).toBe(lines.length);
    terminals.close(log.id);
    await running('eth-1');
  });

  it('of a stopped bot waits for it; a shell says that there is nothing to enter', async () => {
    await apply(cluster, engineBot({ name: 'idle', namespace, labels, replicas: 0 }));
    const log = await open('log', 'idle');
    const shell = await open('shell', 'idle');
    await until('words', () => log.phase() === 'ended' && shell.phase() === 'ended');
    expect(log.states.at(-1)).toMatchObject({ message: expect.stringContaining('not running') });
    expect(shell.states.at(-1)).toMatchObject({ message: expect.stringContaining('Press Enter') });
    terminals.close(log.id);
  });
});

describe('trouble', () => {
  it('a lost connection: the shell says so and comes back on Enter, the log by itself and without a gap', async () => {
    const way = await road(cluster.server);
    const far = await fleetWorld([copyKubeconfig(cluster.kubeconfig, join(files, 'road'), { server: way.server })]);
    extra.push(() => (far.dispose(), void way.close()));
    far.fleet.setEnabled(far.contextIds()[0]!, true);
    const mine = terminalsOf(far);
    extra.unshift(() => mine.dispose());
    const bot = await botOf('eth-1', far);
    const input = { bot, cols: 80, rows: 24, previous: false, tail: 0 };
    const [log, shell] = [tab(), tab()];
    mine.open({ ...input, kind: 'log' }, log.port);
    mine.open({ ...input, kind: 'shell' }, shell.port);
    await until('both', () => log.phase() === 'open' && /[$#] $/.test(shell.text()));
    const count = 'for i in $(seq 1 40); do echo line-$i > /proc/1/fd/1; sleep 0.25; done';
    const writing = kube('exec', 'eth-1-0', '-c', 'hummingbot', '--', 'bash', '-c', count);
    await until('the first lines', () => log.text().includes('line-5\r\n'));
    way.cut();
    await until('both lost', () => log.phase() === 'lost' && shell.phase() === 'lost');
    expect(shell.states.at(-1)).toMatchObject({ phase: 'lost', error: { code: 'UNREACHABLE' }, retryAt: null });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    way.open();
    await writing;
    await until('the last line', () => log.text().includes('line-40\r\n'));
    const seen = [...log.text().matchAll(/line-(\d+)\r\n/g)].map((match) => Number(match[1]));
    expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    shell.send({ t: 'reconnect' });
    await until('the shell again', () => shell.phase() === 'open');
  });

  it('a missing right is named', async () => {
    await kube('create', 'role', 'see', '--verb=get,list,watch', '--resource=pods,pods/log,statefulsets.apps');
    await kube('create', 'rolebinding', 'see', '--role=see', '--user=anna');
    const file = join(files, 'anna');
    await userKubeconfig(cluster, { user: 'anna', namespace, file });
    const limited = await fleetWorld([file]);
    extra.push(() => limited.dispose());
    limited.fleet.setEnabled(limited.contextIds()[0]!, true);
    const mine = terminalsOf(limited);
    extra.unshift(() => mine.dispose());
    const bot = await botOf('eth-1', limited);
    const [log, shell] = [tab(), tab()];
    mine.open({ bot, kind: 'log', cols: 80, rows: 24, previous: false, tail: 5 }, log.port);
    mine.open({ bot, kind: 'shell', cols: 80, rows: 24, previous: false, tail: 5 }, shell.port);
    await until('both', () => log.phase() === 'open' && shell.phase() === 'lost');
    expect(shell.states.at(-1)).toMatchObject({
      error: {
        code: 'FORBIDDEN',
        hint: expect.stringContaining('pods/exec'),
        message: expect.stringContaining(namespace),
      },
    });
  });
});
