import { describe, expect, it } from 'vitest';
import type { DiskReading } from '../../shared/disk';
import type { BotRow } from '../../shared/rows';
import type { Line } from './alertLines';
import { readKept, type Kept } from './alertKept';
import { createAlerts, type AlertsOptions } from './alerts';

const START = Date.parse('2026-11-26T12:00:00Z');

function bot(traits: Partial<BotRow> = {}): BotRow {
  const row: Omit<BotRow, 'id'> = {
    ...{ clusterId: 'fra', kind: 'StatefulSet', namespace: 'trading', name: 'eth-1', uid: 'u1', pair: 'ETH-USDT' },
    ...{ exchange: 'binance', strategy: 'pmm', run: 'engine', managed: true, paper: false, state: 'running' },
    ...{ reason: '', ready: '1/1', status: 'Running', restarts: 0, lastRestartAt: null, createdAt: 0, hasPod: true },
    ...{
      podName: 'eth-1-0',
      podUid: 'p1',
      container: 'hummingbot',
      replicas: 1,
      node: 'n1',
      image: '',
      configName: '',
    },
    ...{
      pendingConfig: '',
      lastEnd: '',
      outOfMemory: false,
      operation: null,
      trading: null,
      notRead: '',
      reporter: '',
    },
    ...traits,
  };
  return { id: `${row.clusterId}/StatefulSet/${row.namespace}/${row.name}`, ...row };
}
const looping = (traits: Partial<BotRow> = {}) =>
  bot({
    ...{ state: 'trouble', status: 'CrashLoopBackOff', restarts: 5 },
    lastEnd: 'Hummingbot ended with an error; its log says which (exit code 1).',
    ...traits,
  });
const killed = (at: number, traits: Partial<BotRow> = {}) =>
  bot({ outOfMemory: true, restarts: 1, lastRestartAt: at, ...traits });
const line = (id: string, traits: Partial<Line> = {}): Line => ({
  ...{ id, name: id, practice: false, phase: 'live', error: null, skewMs: 0 },
  ...traits,
});
const gone = { phase: 'stale', error: { code: 'UNREACHABLE', message: 'The cluster does not answer.' } } as const;

/** A fleet whose clusters have been live for long, with time by hand. */
function watch(options: Partial<AlertsOptions> & { lines?: Line[]; fresh?: boolean; at?: number } = {}) {
  let now = options.at ?? START;
  let id = 0;
  const alerts = createAlerts({ now: () => now, newId: () => `a${++id}`, ...options });
  alerts.lines(options.lines ?? [line('fra')]);
  /** Lets seconds pass, with a tick every two. */
  const pass = (seconds: number) => {
    for (const end = now + seconds * 1000; now < end;) {
      now = Math.min(end, now + 2_000);
      alerts.tick();
    }
  };
  if (!options.fresh) pass(60);
  return {
    alerts,
    pass,
    now: () => now,
    sleep: (seconds: number) => void (now += seconds * 1000),
    rows: (...rows: BotRow[]) => alerts.change(rows, []),
    said: () => alerts.list().map(({ sentence }) => sentence),
    open: () => alerts.list().filter(({ endedAt }) => endedAt === null),
  };
}

describe('a bot that fails again and again', () => {
  it('is told once, with how it ended, however often it comes and goes', () => {
    const at = watch();
    at.rows(bot());
    at.rows(looping({ restarts: 1 }));
    at.pass(8);
    at.rows(bot({ restarts: 2 }));
    at.pass(5);
    expect(at.said()).toEqual([]);
    for (let restarts = 2; restarts < 8; restarts++) {
      at.rows(looping({ restarts }));
      at.pass(30);
      at.rows(bot({ restarts: restarts + 1 }));
      at.pass(20);
    }
    expect(at.said()).toEqual([
      'eth-1 fails again and again (7 restarts). Hummingbot ended with an error; its log says which (exit code 1).',
    ]);
    expect(at.alerts.takeOpened()).toHaveLength(1);
    expect(at.open()).toHaveLength(1);
  });
  it('of which the first back-off was all is none', () => {
    const at = watch();
    at.rows(bot());
    at.rows(looping({ restarts: 1 }));
    at.pass(10);
    at.rows(bot({ restarts: 1 }));
    at.pass(3600);
    expect(at.said()).toEqual([]);
  });
  it('is over soon when its pod is a new one, after ten minutes when it is the same; and the same again is no news', () => {
    const at = watch();
    at.rows(looping());
    at.pass(20);
    at.rows(bot({ podUid: 'p2' }));
    at.pass(15);
    expect(at.open()).toHaveLength(1);
    at.pass(10);
    expect(at.open()).toHaveLength(0);
    at.alerts.takeOpened();
    at.rows(looping({ podUid: 'p2' }));
    at.pass(20);
    expect(at.open()).toHaveLength(1);
    expect(at.alerts.takeOpened()).toEqual([]);
    at.rows(bot({ podUid: 'p2' }));
    at.pass(500);
    expect(at.open()).toHaveLength(1);
    at.pass(120);
    expect(at.open()).toHaveLength(0);
    expect(at.alerts.list()).toHaveLength(1);
  });
  it('is over at once when the trader stops it, or it is deleted', () => {
    const at = watch();
    at.rows(looping(), looping({ name: 'btc-1', uid: 'u2' }));
    at.pass(20);
    expect(at.open()).toHaveLength(2);
    at.rows(bot({ replicas: 0, state: 'stopping' }));
    at.alerts.change([], ['fra/StatefulSet/trading/btc-1']);
    at.pass(2);
    expect(at.open()).toHaveLength(0);
  });
  it('does not end while its cluster is lost: nobody knows', () => {
    const at = watch();
    at.rows(looping());
    at.pass(20);
    at.rows(bot({ podUid: 'p2' }));
    at.alerts.lines([line('fra', gone)]);
    at.pass(600);
    expect(at.open().map(({ kind }) => kind)).toEqual(['lostCluster', 'crashLoop']);
  });
});

it('a bot killed for want of memory is told at once, not as a crash loop, and is over after ten quiet minutes', () => {
  const at = watch();
  at.rows(bot());
  at.rows(killed(at.now()));
  at.pass(2);
  expect(at.said()).toEqual([
    'eth-1 needed more memory than it may have and was killed (1 restart). Orders may be left open.',
  ]);
  at.rows(killed(at.now(), { ...{ state: 'trouble', status: 'CrashLoopBackOff', restarts: 3 } }));
  at.pass(60);
  expect(at.alerts.list()).toHaveLength(1);
  at.rows(killed(at.now(), { restarts: 3 }));
  at.pass(590);
  expect(at.open()).toHaveLength(1);
  at.pass(60);
  expect(at.open()).toHaveLength(0);
});

describe('lost clusters', () => {
  const fifty = Array.from({ length: 50 }, (_, i) => line(`c${i}`));
  it('a short loss is none, a long one is told with the reason, and ends', () => {
    const at = watch();
    at.alerts.lines([line('fra', gone)]);
    at.pass(30);
    at.alerts.lines([line('fra')]);
    at.pass(60);
    expect(at.said()).toEqual([]);
    at.alerts.lines([line('fra', gone)]);
    at.pass(50);
    expect(at.said()).toEqual(['fra is lost. The cluster does not answer.']);
    at.alerts.lines([line('fra')]);
    at.pass(30);
    expect(at.open()).toEqual([]);
  });
  it('fifty at once are one, and most likely the own network', () => {
    const at = watch({ lines: fifty });
    // Dead lines are noticed one after the other.
    for (let i = 0; i < 50; i += 10) {
      at.alerts.lines(fifty.map((one, index) => (index < i + 10 ? { ...one, ...gone } : one)));
      at.pass(6);
    }
    at.pass(90);
    expect(at.said()).toEqual(['None of your 50 clusters answers.']);
    expect(at.alerts.takeOpened()).toHaveLength(1);
    at.alerts.lines(fifty);
    at.pass(40);
    expect(at.open()).toEqual([]);
    expect(at.alerts.list()).toHaveLength(1);
  });
  it('a machine that slept does not cry on waking', () => {
    const at = watch();
    at.alerts.lines([line('fra', gone)]);
    at.sleep(3600);
    at.pass(20);
    at.alerts.lines([line('fra')]);
    at.pass(60);
    expect(at.said()).toEqual([]);
  });
  it('one that was turned off, or waits for the trader’s consent, is none', () => {
    const at = watch({ lines: [line('fra'), line('sgp')] });
    const consent = { code: 'PLUGIN_NOT_ALLOWED', message: 'Not allowed.' } as const;
    at.alerts.lines([line('sgp', { phase: 'failed', error: consent })]);
    at.pass(120);
    expect(at.said()).toEqual([]);
  });
});

it('what was in trouble when the app began is one alert, and none for the system; what comes later is its own', () => {
  const at = watch({ fresh: true, lines: [line('fra'), line('sgp', gone)] });
  const many = Array.from({ length: 30 }, (_, i) => looping({ name: `eth-${i}`, uid: `u${i}` }));
  at.alerts.change([...many, killed(START - 60_000, { name: 'sol-1', uid: 's' }), bot({ name: 'ok', uid: 'ok' })], []);
  at.pass(120);
  expect(at.said()).toEqual([
    'In trouble already when Hummingdeck began to look: 1 cluster does not answer; 30 bots fail again and again; 1 bot ran out of memory.',
  ]);
  expect(at.alerts.takeOpened()).toEqual([]);
  at.rows(looping({ name: 'ok', uid: 'ok' }));
  at.pass(20);
  expect(at.open().map(({ kind }) => kind)).toEqual(['crashLoop', 'atStart']);
  expect(at.alerts.takeOpened()).toHaveLength(1);
});

it('bots on a silent node are one alert, and a node that may not be judged is none', () => {
  const at = watch();
  const silent = {
    state: 'unknown',
    reason: 'The node n1 does not answer: the bot is probably still trading.',
  } as const;
  at.rows(bot({ ...silent }), bot({ name: 'b', uid: 'b', ...silent }));
  at.rows(bot({ name: 'c', uid: 'c', state: 'unknown', reason: 'Your sign-in may not see the pods (list pods).' }));
  at.pass(30);
  expect(at.said()).toEqual(['A node of fra does not answer: 2 bots on it are probably still trading.']);
  at.rows(bot());
  at.pass(30);
  expect(at.said()).toEqual(['b: its node n1 does not answer. It is probably still trading.']);
});

describe('readings of its trading', () => {
  const reading = (at: number, state: 'trading' | 'idle', openOrders: number | null) =>
    bot({
      trading: {
        ...{ at, by: 'reporter', state, openOrders, profit: null, volume: null, quote: 'USDT' },
        sentence: state === 'idle' ? 'Its kill switch stopped the strategy.' : '',
      },
    });
  it('tell of a bot that is idle, with its own words', () => {
    const at = watch();
    at.rows(reading(at.now(), 'idle', 0));
    at.pass(70);
    expect(at.said()).toEqual(['eth-1 runs, but does not trade. Its kill switch stopped the strategy.']);
    at.rows(reading(at.now(), 'trading', 2));
    at.pass(2);
    expect(at.open()).toEqual([]);
  });
  it('say when they were told, by this machine’s clock, also after a restart; what needs no reading says nothing', () => {
    const at = watch({ lines: [line('fra', { skewMs: 5_000 })] });
    const readAt = () => at.alerts.list().map(({ parts }) => parts[0]!.readAt);
    at.rows(reading(at.now() + 5_000, 'idle', 0), looping({ name: 'b', uid: 'b' }));
    const first = at.now();
    at.pass(70);
    expect(readAt().sort()).toEqual([first, null]);
    const next = at.now();
    at.rows(reading(next + 5_000, 'idle', 0));
    expect(readAt().sort()).toEqual([next, null]);
    const stored = JSON.parse(JSON.stringify(at.alerts.kept())) as unknown;
    const again = watch({ lines: [], kept: readKept(stored), at: at.now() });
    expect(again.alerts.list().flatMap(({ parts }) => parts[0]!.readAt ?? [])).toEqual([next]);
  });
  it('tell of no quote only when each of ten minutes said so; an old reading claims nothing', () => {
    const at = watch();
    at.rows(reading(at.now(), 'trading', 0));
    at.pass(1200);
    expect(at.said()).toEqual([]);
    for (let minute = 0; minute < 11; minute++) {
      at.rows(reading(at.now(), 'trading', 0));
      at.pass(60);
    }
    expect(at.said()).toEqual(['eth-1 trades, but had no order open at any reading for ten minutes.']);
    at.rows(reading(at.now(), 'trading', null));
    at.pass(2);
    expect(at.open()).toEqual([]);
  });
});

it('orders that were left are told where something tells it', () => {
  let facts = {};
  const at = watch({ facts: () => facts });
  at.rows(bot());
  at.pass(10);
  expect(at.said()).toEqual([]);
  facts = { leftOrders: { id: 'op-1', sentence: 'eth-1 is stopped. 1 order may still be open.' } };
  at.alerts.look(bot().id);
  at.pass(2);
  expect(at.said()).toEqual(['eth-1 is stopped. 1 order may still be open.']);
});

describe('what holds a bot’s data', () => {
  const GI = 1024 ** 3;
  const full = (at: number, used: number, disk: Partial<DiskReading> = {}, row: Partial<BotRow> = {}) =>
    bot({
      ...row,
      trading: {
        ...{ at, by: 'exec', state: 'trading', sentence: '', openOrders: 2, profit: null, volume: null, quote: 'USDT' },
        disk: { at, size: 2 * GI, free: 2 * GI * (1 - used), inodesUsed: 0.01, node: false, asked: 2 * GI, ...disk },
      },
    });
  it('is told once when it is nearly full, and is over only when clearly less of it is used', () => {
    const at = watch();
    const read = (used: number) => {
      at.rows(full(at.now(), used));
      at.pass(60);
      return at.open().length;
    };
    expect(read(0.89)).toBe(0);
    expect(read(0.93)).toBe(1);
    expect(at.said()).toEqual(['The volume of eth-1 is 93 % full: 1.9 of 2 GiB used, 143 MiB left.']);
    for (const used of [0.88, 0.91, 0.86]) expect(read(used)).toBe(1);
    expect(at.alerts.takeOpened()).toHaveLength(1);
    expect(read(0.84)).toBe(0);
    expect(read(0.89)).toBe(0);
  });
  it('is called what it is known to be: a volume, its node’s disk, or what holds it', () => {
    const at = watch();
    const said = (disk: Partial<DiskReading>) => {
      at.rows(full(at.now(), 0.95, disk));
      at.pass(10);
      return at.said()[0];
    };
    expect(said({ node: true })).toMatch(/^The disk of n1, which holds the data of eth-1, is 95 % full: /);
    expect(said({ asked: null })).toMatch(/^The disk that holds the data of eth-1 is 95 % full: /);
    expect(said({ asked: GI })).toMatch(/^The disk that holds the data of eth-1 is/);
    expect(said({ inodesUsed: 0.97, free: GI })).toMatch(
      /^The volume of eth-1 is 97 % full by its number of files: 1 of 2 GiB used, 97 % of its inodes, 3 % of its inodes left/,
    );
  });
  it('is told in one for all bots whose data is on the same node’s disk', () => {
    const at = watch();
    const on = { node: true, asked: null };
    at.rows(full(at.now(), 0.95, on), full(at.now(), 0.95, on, { name: 'b', uid: 'b' }));
    at.pass(10);
    expect(at.said()).toEqual(['A node’s disk on fra that holds the data of 2 bots is nearly full.']);
  });
  it('is no trouble of a bot that is stopped, and nothing is claimed where nothing was told', () => {
    const at = watch();
    at.rows(full(at.now(), 0.95, {}, { replicas: 0, state: 'stopped' }), bot({ name: 'b', uid: 'b' }));
    at.pass(60);
    expect(at.said()).toEqual([]);
  });
});

describe('dismissed', () => {
  it('it is gone and not told again while it is so; a new one is', () => {
    const at = watch();
    at.rows(looping());
    at.pass(20);
    at.alerts.dismiss();
    at.pass(600);
    at.rows(bot({ restarts: 9 }));
    at.pass(30);
    at.rows(looping({ restarts: 9 }));
    at.pass(600);
    expect(at.alerts.list()).toEqual([]);
    at.rows(bot({ restarts: 12 }));
    at.pass(2400);
    at.rows(looping({ restarts: 14 }));
    at.pass(30);
    expect(at.alerts.list()).toHaveLength(1);
  });
  it('one by one, by id', () => {
    const at = watch();
    at.rows(looping(), looping({ name: 'b', uid: 'b' }));
    at.pass(20);
    at.alerts.dismiss([at.alerts.list()[0]!.id]);
    expect(at.alerts.list()).toHaveLength(1);
  });
});

describe('after a restart of the app', () => {
  const again = (kept: Kept, at: number) =>
    watch({ fresh: true, at, kept: readKept(JSON.parse(JSON.stringify(kept))), newId: () => 'new' });
  function before() {
    const at = watch();
    at.rows(looping(), looping({ name: 'b', uid: 'b' }), looping({ name: 'c', uid: 'c' }));
    at.pass(20);
    const [id] = at.alerts.list().flatMap((one) => (one.sentence.startsWith('c ') ? [one.id] : []));
    at.alerts.see();
    at.alerts.dismiss([id!]);
    return at;
  }
  it('nothing is told anew: what is still so stands, what was dismissed stays away, what is over has ended', () => {
    const old = before();
    const at = again(old.alerts.kept(), old.now() + 3_600_000);
    expect(at.alerts.list().map(({ asBefore, seen }) => [asBefore, seen])).toEqual([
      [true, true],
      [true, true],
    ]);
    at.rows(looping({ restarts: 40 }), bot({ name: 'b', uid: 'b' }), looping({ name: 'c', uid: 'c' }));
    at.pass(60);
    expect(at.alerts.takeOpened()).toEqual([]);
    expect(at.alerts.list().map((one) => [one.sentence.split(' ')[0], one.endedAt === null, one.asBefore])).toEqual([
      ['eth-1', true, false],
      ['b', false, false],
    ]);
  });
  it('a bot that is not there any more has ended; one whose cluster is not heard of has not', () => {
    const old = before();
    const at = again(old.alerts.kept(), old.now() + 3_600_000);
    at.pass(60);
    expect(at.open()).toEqual([]);
    const off = watch({ fresh: true, at: old.now(), kept: old.alerts.kept(), lines: [line('sgp')] });
    off.pass(60);
    expect(off.open()).toHaveLength(2);
  });
  it('a cluster that was lost and has not answered yet is the same one, by its name', () => {
    const old = watch({ lines: [line('uid-1', { name: 'fra' })] });
    old.alerts.lines([line('uid-1', { name: 'fra', ...gone })]);
    old.pass(60);
    const failing = line('context:fra', { name: 'fra', phase: 'failed', error: gone.error });
    const at = watch({ fresh: true, at: old.now() + 60_000, kept: old.alerts.kept(), lines: [failing] });
    at.pass(90);
    expect(at.said()).toEqual(['fra is lost. The cluster does not answer.']);
    at.alerts.lines([line('uid-1', { name: 'fra' })]);
    at.pass(30);
    expect(at.alerts.list().map(({ endedAt }) => endedAt === null)).toEqual([false]);
  });
  it('what can’t be read is left out, one by one', () => {
    const kept = before().alerts.kept();
    const broken = { ...kept, alerts: [{ id: 7 }, ...kept.alerts] };
    expect(readKept(broken).alerts).toHaveLength(2);
    expect(readKept('rubbish').alerts).toEqual([]);
  });
});

it('practice clusters have alerts of their own, which are not kept', () => {
  const at = watch({ lines: [line('fra'), line('practice', { practice: true })] });
  at.rows(looping(), looping({ clusterId: 'practice' }));
  at.alerts.lines([line('fra', gone), line('practice', { practice: true, ...gone })]);
  at.pass(60);
  const told = at.alerts.list().map(({ kind, practice }) => [kind, practice]);
  expect(told).toEqual(
    expect.arrayContaining([
      ['lostCluster', false],
      ['lostCluster', true],
    ]),
  );
  expect(at.alerts.kept().alerts.every((one) => one.parts.every((part) => part.clusterId === 'fra'))).toBe(true);
});

it('forgets what is over, so that a fleet that runs for months grows no list without end', () => {
  const at = watch();
  for (let i = 0; i < 400; i++) {
    at.rows(looping({ name: `b-${i}`, uid: `u${i}` }));
    at.pass(20);
    at.alerts.change([], [`fra/StatefulSet/trading/b-${i}`]);
    at.pass(4);
  }
  expect(at.alerts.list()).toHaveLength(300);
});
