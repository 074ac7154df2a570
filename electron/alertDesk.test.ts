import { expect, it } from 'vitest';
import type { OperationInfo } from '../shared/bots';
import type { BotRow, ClusterInfo } from '../shared/rows';
import { createAlertDesk } from './alertDesk';
import { MAY_BE_OPEN } from './operations/aftermath';
import type { SettingsStore } from './settings';

const ID = 'fra/StatefulSet/trading/eth-1';
const row = {
  ...{ id: ID, clusterId: 'fra', namespace: 'trading', name: 'eth-1', uid: 'u', state: 'stopped', replicas: 0 },
  ...{ status: 'Stopped', node: '', reason: '', restarts: 0, lastRestartAt: null, podUid: '', lastEnd: '' },
  ...{ outOfMemory: false, trading: null },
} as unknown as BotRow;
const fra = { id: 'fra', name: 'fra', practice: false, status: { phase: 'live', error: null } } as ClusterInfo;
const stop = (id: string, traits: Partial<OperationInfo> = {}): OperationInfo => ({
  ...{ id, kind: 'stop', bot: { clusterId: 'fra', namespace: 'trading', name: 'eth-1' }, clusterName: 'fra' },
  ...{ steps: [], outcome: 'failed', message: '', written: [], startedAt: 0, endedAt: 1, actions: [] },
  error: { code: 'SERVER', message: `eth-1 is stopped. 1 order ${MAY_BE_OPEN}: buy (exchange order id 77).` },
  ...traits,
});

/** One run of the app; time goes by hand. */
function run(store: SettingsStore) {
  let now = 1_000_000;
  let timers: { at: number; go: () => void }[] = [];
  let id = 0;
  const opened: string[] = [];
  let told = 0;
  const desk = createAlertDesk({
    clock: {
      now: () => now,
      random: () => 0.5,
      after(ms, go) {
        const timer = { at: now + ms, go };
        timers.push(timer);
        return () => void (timers = timers.filter((one) => one !== timer));
      },
    },
    newId: () => `a${++id}`,
    store,
    onChange: () => void told++,
    onOpened: (alerts) => opened.push(...alerts.map((alert) => alert.sentence)),
  });
  const pass = (seconds: number) => {
    for (const end = now + seconds * 1000; ;) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) return void (now = end);
      timers = timers.filter((one) => one !== next);
      now = next.at;
      next.go();
    }
  };
  desk.hear({ t: 'clusters', clusters: [fra] });
  desk.hear({ t: 'delta', upserts: [row], removes: [] });
  pass(40);
  return {
    desk,
    pass,
    opened,
    now: () => now,
    told: () => told,
    open: () => desk.list().filter(({ endedAt }) => endedAt === null),
  };
}
function memory(): SettingsStore & { text: string } {
  const store = {
    text: '',
    get: () => (store.text ? (JSON.parse(store.text) as unknown) : undefined),
    set: (value: unknown) => void (store.text = JSON.stringify(value)),
  };
  return store;
}

it('orders that a stop left are told until a later stop is clean, over a restart of the app, and anew by the next stop', () => {
  const store = memory();
  const first = run(store);
  first.desk.operation(stop('op-1'));
  first.pass(4);
  expect(first.opened).toEqual([expect.stringContaining('exchange order id 77')]);
  first.desk.dispose();

  const second = run(store);
  second.pass(60);
  expect(second.open()).toHaveLength(1);
  expect(second.opened).toEqual([]);
  second.desk.operation(stop('op-2', { outcome: 'done', error: null }));
  second.pass(4);
  expect(second.open()).toEqual([]);
  second.desk.dismiss();
  second.desk.operation(stop('op-3'));
  second.pass(4);
  expect(second.open()).toHaveLength(1);
  second.desk.dispose();
});

it('a file that is none, or can’t be written, keeps no alert from being told', () => {
  const broken: SettingsStore = {
    get: () => {
      throw new SyntaxError('rubbish');
    },
    set: () => {
      throw new Error('disk full');
    },
  };
  const at = run(broken);
  at.desk.operation(stop('op-1'));
  at.pass(4);
  expect(at.open()).toHaveLength(1);
  at.desk.dismiss();
  expect(at.open()).toEqual([]);
  at.desk.dispose();
});

it('readings that say the same again are told now and then, and make no new file', () => {
  const store = memory();
  let saves = 0;
  const at = run({ ...store, set: (value) => (saves++, store.set(value)) });
  const trades = (state: string) => {
    const trading = { state, sentence: '', openOrders: 1, at: at.now(), balances: [] };
    at.desk.hear({ t: 'delta', upserts: [{ ...row, state: 'running', replicas: 1, trading } as never], removes: [] });
    at.pass(1);
  };
  for (let i = 0; i < 1_000; i++) trades('idle');
  expect(at.open()).toHaveLength(1);
  const [told, saved] = [at.told(), saves];
  for (let i = 0; i < 60; i++) trades('idle');
  expect(saves).toBe(saved);
  expect(at.told() - told).toBeGreaterThanOrEqual(4);
  expect(at.told() - told).toBeLessThanOrEqual(7);
  expect(at.now() - at.open()[0]!.parts[0]!.readAt!).toBeLessThan(2_000);
  at.desk.dispose();
});
