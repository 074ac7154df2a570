import { afterEach, describe, expect, it, vi } from 'vitest';
import type { OperationInfo } from '../../shared/bots';
import { trader, type Trader } from './testing';

let at: Trader;
const step = (info: OperationInfo, key: string) => info.steps.find((one) => one.key === key);
afterEach(() => at.dispose());

// Keys are derived for real: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 90_000 });

describe('a trader on the practice cluster', () => {
  it('deploys a bot, sees it trade, stops it, and no order is left', async () => {
    at = await trader();
    const deployed = await at.end(at.operations.deploy(at.draft('eth-1')));
    expect(deployed).toMatchObject({ outcome: 'done', error: null });
    expect(step(deployed, 'trade')?.detail).toMatch(/Trades ETH-USDT on binance_PaperTrade: 2 orders open/);
    await at.clock.advance(60_000);
    expect(at.row('eth-1')).toMatchObject({ state: 'running', ready: '1/1', status: 'Running', restarts: 0 });
    expect(at.cluster.openOrders('trading/eth-1').length).toBeGreaterThan(0);
    const stopped = await at.end(at.operations.stop(at.refOf('eth-1'), { ...at.confirmed, force: false }));
    expect(stopped.outcome).toBe('done');
    expect(stopped.message).toMatch(/without an error \(exit code 0\).*no order is open/i);
    expect(at.cluster.openOrders('trading/eth-1')).toEqual([]);
    expect(at.row('eth-1').state).toBe('stopped');
  });

  it('is told by a dry run what the server says, and nothing is written', async () => {
    at = await trader();
    const report = await at.operations.dryRun(at.draft('eth-1'));
    expect(report).toMatchObject({ ok: true, warnings: [] });
    expect(report.items.map((item) => item.object.kind)).toEqual([
      'ServiceAccount',
      'ConfigMap',
      'Secret',
      'PersistentVolumeClaim',
      'StatefulSet',
      'Pod',
    ]);
    await at.clock.advance(3_000);
    expect(at.rows().some((row) => row.name === 'eth-1')).toBe(false);
    const taken = await at.operations.dryRun(at.draft('btc-usdt-calm'));
    expect(taken.ok).toBe(false);
    expect(taken.items.find((item) => item.object.kind === 'StatefulSet')?.error?.code).toBe('EXISTS');
  });

  it('edits a bot and restarts it with the new spread', async () => {
    at = await trader();
    await at.end(at.operations.deploy(at.draft('eth-1')));
    const before = await at.operations.readConfig(at.refOf('eth-1'));
    const files = before.files.map(({ path, text }) => ({
      path,
      text: text.replace('bid_spread: 0.5', 'bid_spread: 2'),
    }));
    const saved = await at.operations.saveConfig({
      bot: at.refOf('eth-1'),
      base: before.base,
      files,
      effect: 'restart-now',
      ...at.confirmed,
    });
    if (!saved.saved || !saved.operationId) throw new Error('not saved');
    const restarted = await at.end({ operationId: saved.operationId });
    expect(restarted).toMatchObject({ outcome: 'done' });
    const [buy] = at.cluster.openOrders('trading/eth-1').filter((order) => order.side === 'buy');
    const [sell] = at.cluster.openOrders('trading/eth-1').filter((order) => order.side === 'sell');
    expect(Number(sell!.price) / Number(buy!.price)).toBeCloseTo(1.005 / 0.98, 4);
    expect(at.row('eth-1')).toMatchObject({ configName: saved.configName, pendingConfig: '' });
  });

  it('is told why a bot does not start: a wrong password, a missing image, no room, a value out of its limits', async () => {
    at = await trader({ nodes: 1 });
    await at.until(() => at.row('eth-btc-oops').status === 'CrashLoopBackOff', 'the crash loop of the starter bot');
    expect(at.row('eth-btc-oops').reason).toMatch(/did not accept its configuration or its password \(exit code 4\)/);
    const image = await at.end(
      at.operations.deploy(at.draft('no-image', { image: 'hummingbot/hummingbot:version-9.9.9' })),
    );
    expect(image.error?.message).toMatch(/does not exist: this version or name is not in the registry/);
    const room = await at.end(at.operations.deploy(at.draft('no-room', { memoryMi: 65_536 })));
    expect(room.error?.message).toMatch(/No node can take the bot \(of 1 node\): 1 too little memory free/);
    const idle = await at.operations.readConfig(at.refOf('sol-usdt-idle'));
    expect(idle.files.some(({ text }) => text.includes('bid_spread: 150'))).toBe(true);
    const log = at.tab('log', 'sol-usdt-idle');
    await at.clock.advance(3_000);
    expect(log.seen.text).toMatch(/Invalid value 150 for config variable bid_spread/);
    expect(at.cluster.openOrders('trading/sol-usdt-idle')).toEqual([]);
  });

  it('deploys a classic bot and sees by its first order that it trades', async () => {
    at = await trader();
    const deployed = await at.end(
      at.operations.deploy(at.draft('classic', { template: 'classic-btc-usdt', pair: 'BTC-USDT' })),
    );
    expect(deployed).toMatchObject({ outcome: 'done', error: null });
    expect(step(deployed, 'trade')?.detail).toMatch(/2 orders open for BTC-USDT/);
  });

  it('stops a classic bot by its screen', async () => {
    at = await trader();
    await at.clock.advance(30_000);
    expect(at.cluster.openOrders('trading/btc-usdt-classic').length).toBeGreaterThan(0);
    const stopped = await at.end(at.operations.stop(at.refOf('btc-usdt-classic'), { ...at.confirmed, force: false }));
    expect(stopped.outcome).toBe('done');
    expect(stopped.message).toMatch(/it said on its screen that it stopped and cancelled its orders/);
    expect(at.cluster.openOrders('trading/btc-usdt-classic')).toEqual([]);
  });

  it('deletes a bot with its volume, and nothing remains', async () => {
    at = await trader();
    await at.end(at.operations.deploy(at.draft('eth-1')));
    const removed = await at.end(at.operations.delete(at.refOf('eth-1'), { ...at.confirmed, deleteVolume: true }));
    expect(removed.message).toMatch(/is deleted from practice-1. Nothing remains\./);
    await at.clock.advance(2_000);
    expect(at.rows().some((row) => row.name === 'eth-1')).toBe(false);
    const claims = await at.api().list({ base: '/api/v1', plural: 'persistentvolumeclaims' }, 'trading');
    expect(claims.items.some(({ metadata }) => metadata.name === 'eth-1-data')).toBe(false);
  });
});

describe('faults on purpose', () => {
  it('a killed bot leaves its orders open; its next run finds them again and a stop cancels them', async () => {
    at = await trader();
    await at.clock.advance(30_000);
    const left = at.cluster.openOrders('trading/btc-usdt-calm').map((order) => order.id);
    expect(left.length).toBeGreaterThan(0);
    at.cluster.faults.kill('trading/btc-usdt-calm');
    await at.clock.advance(60_000);
    expect(at.row('btc-usdt-calm')).toMatchObject({ restarts: 1, state: 'running' });
    const open = at.cluster.openOrders('trading/btc-usdt-calm').map((order) => order.id);
    expect(open).toEqual(expect.arrayContaining(left));
    expect(open.length).toBeGreaterThan(left.length);
    await at.end(at.operations.stop(at.refOf('btc-usdt-calm'), { ...at.confirmed, force: false }));
    expect(at.cluster.openOrders('trading/btc-usdt-calm')).toEqual([]);
  });

  it('a stop that does not cancel is told with the orders that are left', async () => {
    at = await trader();
    await at.clock.advance(30_000);
    at.cluster.faults.leaveOrders('trading/btc-usdt-calm', true);
    const stopped = await at.end(at.operations.stop(at.refOf('btc-usdt-calm'), { ...at.confirmed, force: false }));
    expect(stopped.outcome).toBe('failed');
    expect(stopped.error?.message).toMatch(/2 orders may still be open, as the bot last knew/);
    expect(at.cluster.openOrders('trading/btc-usdt-calm')).toHaveLength(2);
  });

  it('a crash loop, too little memory and a wrong password show as what they are, and mend', async () => {
    at = await trader();
    const { faults } = at.cluster;
    faults.crashLoop('trading/btc-usdt-calm', true);
    faults.outOfMemory('trading/eth-usdt-tight', true);
    faults.wrongPassword('trading/xrp-usdt-wide', true);
    await at.clock.advance(90_000);
    expect(at.row('btc-usdt-calm').reason).toMatch(/ended with an error/);
    expect(at.row('eth-usdt-tight').reason).toMatch(/needed more memory than it may have/);
    expect(at.row('xrp-usdt-wide').reason).toMatch(/did not accept its configuration or its password/);
    faults.crashLoop('trading/btc-usdt-calm', false);
    await at.until(() => at.row('btc-usdt-calm').state === 'running', 'the mended bot');
  });

  it('a lost node: its bots are probably still trading, and come back with it', async () => {
    at = await trader();
    const { node } = at.row('btc-usdt-calm');
    at.cluster.faults.nodeLost(node, true);
    await at.clock.advance(2_000);
    expect(at.row('btc-usdt-calm')).toMatchObject({ state: 'unknown' });
    const shell = at.tab('shell', 'btc-usdt-calm');
    await at.clock.advance(2_000);
    expect(shell.phase()).toBe('lost');
    at.cluster.faults.nodeLost(node, false);
    // The node is asked for again every 20 s.
    await at.clock.advance(30_000);
    expect(at.row('btc-usdt-calm')).toMatchObject({ state: 'running' });
  });

  it('a cluster out of reach keeps its rows, marked stale, and comes back', async () => {
    at = await trader();
    at.cluster.faults.unreachable(true);
    await at.clock.advance(5_000);
    expect(at.fleet.clusters()[0]!.status).toMatchObject({ phase: 'stale', error: { code: 'UNREACHABLE' } });
    expect(at.rows().length).toBeGreaterThan(5);
    at.cluster.faults.unreachable(false);
    await at.until(() => at.fleet.clusters()[0]!.status.phase === 'live', 'the cluster');
  });

  it('rights that are taken away are named by the access review and refused by the server', async () => {
    at = await trader();
    at.cluster.faults.takeRights({ verbs: ['get', 'create'], resources: ['pods/exec'] });
    at.fleet.retry('practice-1');
    const tab = at.tab('shell', 'btc-usdt-calm');
    await at.clock.advance(2_000);
    expect(tab.seen.states.at(-1)).toMatchObject({ phase: 'lost', error: { code: 'FORBIDDEN' } });
    at.fleet.setEnabled('practice-1', false);
    at.fleet.setEnabled('practice-1', true);
    await at.clock.advance(3_000);
    expect(at.fleet.clusters()[0]!.access?.missing).toContainEqual({
      verb: 'get',
      resource: 'pods/exec',
      namespace: null,
      blocks: 'shell',
    });
  });

  it('a watch whose place is forgotten lists anew and goes on', async () => {
    at = await trader();
    at.cluster.faults.forgetHistory();
    at.cluster.faults.cutConnections();
    at.cluster.faults.kill('trading/btc-usdt-calm');
    at.cluster.faults.forgetHistory();
    await at.clock.advance(60_000);
    expect(at.row('btc-usdt-calm').restarts).toBe(1);
  });
});

describe('terminals', () => {
  it('a log goes on with what the bot writes, over a kill', async () => {
    at = await trader();
    const tab = at.tab('log', 'eth-usdt-tight');
    await at.clock.advance(40_000);
    expect(tab.seen.text).toMatch(/"event_name":"BuyOrderCreatedEvent"/);
    const before = tab.seen.text.length;
    at.cluster.faults.kill('trading/eth-usdt-tight');
    await at.clock.advance(60_000);
    expect(tab.seen.text.slice(before)).toMatch(/Restored order/);
  });

  it('a shell edits its line, runs what is typed, and says what it does not know', async () => {
    at = await trader();
    const tab = at.tab('shell', 'btc-usdt-calm');
    await at.clock.advance(1_000);
    expect(tab.phase()).toBe('open');
    const run = async (text: string) => {
      tab.seen.text = '';
      tab.type(`${text}\r`);
      await at.clock.advance(500);
      return tab.seen.text;
    };
    expect(await run('pwx\x7fd')).toContain('/home/hummingbot');
    expect(await run('ls')).toMatch(/conf.*data.*logs/);
    expect(await run('cat conf/strategies/btc-usdt-calm.yml | grep bid')).toContain('bid_spread: 0.5');
    expect(await run('nonsense; echo $?')).toMatch(/nonsense: command not found[\s\S]*127/);
    expect(await run('stty size')).toContain('30 98');
    tab.resize(120, 40);
    expect(await run('stty size')).toContain('40 120');
    tab.type('sleep 100\r');
    await at.clock.advance(1_000);
    tab.type('\x03');
    expect(await run('echo $?')).toMatch(/130/);
    expect(await run('hbot status')).toContain('BTC-USDT');
    tab.type('exit 3\r');
    await at.clock.advance(500);
    expect(tab.seen.states.at(-1)).toMatchObject({ phase: 'ended', code: 3 });
  });

  it("a classic bot's screen is painted for the tab's size and answers", async () => {
    at = await trader();
    const tab = at.tab('screen', 'btc-usdt-classic');
    await at.clock.advance(2_000);
    expect(tab.seen.text).toMatch(/Strategy: pure_market_making/);
    tab.type('status\r');
    await at.clock.advance(2_000);
    expect(tab.seen.text).toMatch(/Assets:/);
    tab.close();
    await at.clock.advance(2_000);
    expect(at.row('btc-usdt-classic').state).toBe('running');
  });
});
