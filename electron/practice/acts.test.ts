import { afterEach, describe, expect, it, vi } from 'vitest';
import { isBroken, type BotFault, type PracticeAct } from '../../shared/practice';
import { perform, stateOf } from './index';
import { trader, type Trader } from './testing';

vi.setConfig({ testTimeout: 90_000 });
let at: Trader;
afterEach(() => at.dispose());

const BOT = 'btc-usdt-calm';
const KEY = `trading/${BOT}`;
const act = (what: PracticeAct) => perform(at.cluster, what);

describe('what a trader breaks, sees and mends', () => {
  const seen: [BotFault, RegExp][] = [
    ['crashLoop', /Fails again and again|the cluster starts it again/],
    ['outOfMemory', /out of memory|more memory/i],
    ['wrongPassword', /did not accept its configuration or its password/],
    ['imageGone', /can't be pulled: the registry has no such image/],
  ];
  it.each(seen)('%s: the row says it in words, and mending it brings the bot back', async (fault, words) => {
    at = await trader();
    expect(act({ act: 'bot', bot: KEY, fault, on: true }).bots).toEqual({ [KEY]: [fault] });
    await at.until(() => at.row(BOT).state === 'trouble' && words.test(at.row(BOT).reason), `the words for ${fault}`);
    const mended = act({ act: 'mendBot', bot: KEY });
    expect(mended.bots).toEqual({});
    expect(isBroken(mended)).toBe(false);
    await at.until(() => at.row(BOT).state === 'running', 'the bot to run again');
  });

  it('mended in the middle of a run between two crashes, it gets a new pod as one that waits does', async () => {
    at = await trader();
    act({ act: 'bot', bot: KEY, fault: 'outOfMemory', on: true });
    await at.until(() => at.row(BOT).restarts === 2 && at.row(BOT).state === 'running', 'a run between two ends');
    act({ act: 'mendBot', bot: KEY });
    await at.until(() => at.row(BOT).state === 'running' && at.row(BOT).restarts === 0, 'a run without a past');
    expect(at.row(BOT).outOfMemory).toBe(false);
  });

  it('a field out of its limits: it runs and trades nothing, and trades again when mended', async () => {
    at = await trader();
    const open = () => at.cluster.openOrders(KEY).length;
    act({ act: 'bot', bot: KEY, fault: 'invalidField', on: true });
    await at.until(() => at.row(BOT).restarts === 1 && at.row(BOT).state === 'running', 'its next run');
    const log = at.tab('log', BOT);
    await at.until(
      () => log.seen.text.includes('Invalid value 150 for config variable bid_spread'),
      'the words in its log',
    );
    act({ act: 'bot', bot: KEY, fault: 'invalidField', on: false });
    await at.until(() => at.row(BOT).state === 'running' && at.row(BOT).restarts === 0 && open() > 0, 'orders');
  });

  it('orders left open after a kill and a stop that does not cancel: the stop lists them', async () => {
    at = await trader();
    act({ act: 'bot', bot: KEY, fault: 'leaveOrders', on: true });
    act({ act: 'kill', bot: KEY });
    await at.until(() => at.row(BOT).restarts === 1 && at.row(BOT).state === 'running', 'its next run');
    await at.clock.advance(60_000);
    const stopped = await at.end(at.operations.stop(at.refOf(BOT), { ...at.confirmed, force: false }));
    expect(stopped).toMatchObject({ outcome: 'failed' });
    expect(stopped.message).toMatch(/orders? may still be open, as the bot last knew: .*exchange order id/);
    expect(at.cluster.openOrders(KEY).length).toBeGreaterThan(0);

    act({ act: 'bot', bot: KEY, fault: 'leaveOrders', on: false });
    await at.end(at.operations.start(at.refOf(BOT), at.confirmed));
    await at.until(() => at.row(BOT).state === 'running', 'its start');
    await at.clock.advance(60_000);
    expect(await at.end(at.operations.stop(at.refOf(BOT), { ...at.confirmed, force: false }))).toMatchObject({
      outcome: 'done',
    });
    expect(at.cluster.openOrders(KEY)).toEqual([]);
  });

  it('a silent node, a far end out of reach, a slow one, a sign-in that is refused: each is told and mended', async () => {
    at = await trader();
    const { node } = at.row(BOT);
    expect(act({ act: 'node', node, on: true }).nodes).toContainEqual({ name: node, lost: true });
    await at.until(() => at.row(BOT).state === 'unknown', 'a silent node');
    const status = () => at.fleet.clusters()[0]!.status;
    act({ act: 'unreachable', on: true });
    await at.until(() => status().phase === 'stale', 'a stale cluster');
    expect(status().error?.hint).toMatch(/practice/i);
    act({ act: 'unreachable', on: false });
    at.fleet.retry('practice-1');
    await at.until(() => status().phase === 'live', 'the cluster');
    act({ act: 'slow', ms: 4_000 });
    at.fleet.retry('practice-1');
    await at.until(() => status().slow, 'a slow cluster');
    act({ act: 'slow', ms: 0 });
    act({ act: 'signedOut', on: true });
    await at.until(() => status().phase !== 'live' && status().error?.code === 'UNAUTHORIZED', 'a refused sign-in');
    const state = act({ act: 'mendAll' });
    expect(isBroken(state)).toBe(false);
    at.fleet.retry('practice-1');
    await at.until(() => status().phase === 'live' && at.row(BOT).state === 'running', 'all of it');
  });

  it.each([
    ['read-only', ['deploy', 'stop', 'delete', 'shell']],
    ['no-logs-or-shells', ['log', 'shell', 'screen']],
    ['one-namespace', ['see']],
  ] as const)('rights: %s', async (rights, blocked) => {
    at = await trader();
    const missing = () => new Set(at.fleet.clusters()[0]?.access?.missing.map(({ blocks }) => blocks));
    expect(act({ act: 'rights', rights }).rights).toBe(rights);
    at.fleet.retry('practice-1');
    await at.until(
      () =>
        rights === 'one-namespace'
          ? at.fleet.clusters()[0]?.access?.namespaces?.join() === 'trading'
          : blocked.every((one) => missing().has(one)),
      'the missing rights',
    );
    expect(at.row(BOT).state).toBe('running');
    act({ act: 'rights', rights: 'all' });
    at.fleet.retry('practice-1');
    await at.until(() => missing().size === 0 && at.fleet.clusters()[0]?.access?.namespaces === null, 'all rights');
  });

  it('a bot that is gone is broken no more, nor is the next of its name', async () => {
    at = await trader();
    act({ act: 'bot', bot: KEY, fault: 'wrongPassword', on: true });
    await at.until(() => at.row(BOT).state === 'trouble', 'trouble');
    await at.end(at.operations.delete(at.refOf(BOT), { ...at.confirmed, deleteVolume: true }));
    expect(stateOf(at.cluster).bots).toEqual({});
    await at.end(at.operations.deploy(at.draft(BOT)));
    await at.until(() => at.row(BOT).state === 'running', 'the next of its name');
    expect(isBroken(stateOf(at.cluster))).toBe(false);
  });

  it('goes faster than life, as often as wished, and says so', async () => {
    at = await trader();
    expect(stateOf(at.cluster).speed).toBe(1);
    expect(act({ act: 'speed', speed: 20 }).speed).toBe(20);
    const log = at.tab('log', 'eth-usdt-tight');
    await at.clock.advance(5_000);
    // An order every 15 s of life: in 100 s of it there are several rounds.
    expect(log.seen.text.match(/BuyOrderCreatedEvent/g)?.length ?? 0).toBeGreaterThan(2);
  });

  it('changes nothing for bots and nodes that are not there', () => {
    return trader().then((made) => {
      at = made;
      const before = stateOf(at.cluster);
      act({ act: 'kill', bot: 'trading/nobody' });
      act({ act: 'mendBot', bot: 'trading/nobody' });
      act({ act: 'node', node: 'nowhere', on: true });
      expect(stateOf(at.cluster)).toEqual(before);
    });
  });
});
