import { describe, expect, it } from 'vitest';
import type { TradingReading } from '../../shared/rows';
import { ANNOTATION } from './format';
import { rowOf } from './row';
import { NOW, podFor, workloadOf } from './testObjects';

const facts = {
  v: 1,
  now: NOW - 30_000,
  at: NOW - 30_000,
  orders: 2,
  placed: NOW - 60_000,
  last: NOW - 60_000,
  profit: '-1.25',
  volume: '200.5',
  quote: 'USDT',
};
const row = async (
  told: object | string,
  options: { replicas?: number; told?: TradingReading; run?: number; pod?: boolean } = {},
) => {
  const workload = await workloadOf({ replicas: options.replicas });
  const text = typeof told === 'string' ? told : JSON.stringify(told);
  const pods = options.pod === false ? [] : [podFor(workload, {}, { annotations: { [ANNOTATION.reading]: text } })];
  const run = options.run === undefined ? {} : { run: options.run };
  const exec = options.told ? { reading: options.told, notRead: '', ...run } : undefined;
  return rowOf({ clusterId: 'c', workload, pods, now: NOW, told: exec })!;
};
const byExec = (at: number): TradingReading => ({
  at,
  by: 'exec',
  state: 'trading',
  sentence: 'Trades.',
  openOrders: 7,
  profit: 3,
  volume: 9,
  quote: 'USDT',
});

describe('what a reporter wrote on its pod', () => {
  it('is the row’s trading, with its own time', async () => {
    expect((await row(facts)).trading).toMatchObject({
      at: NOW - 30_000,
      by: 'reporter',
      state: 'trading',
      openOrders: 2,
      profit: -1.25,
      volume: 200.5,
    });
  });

  it.each([
    ['no JSON', 'trading, trust me'],
    ['null', 'null'],
    ['another version', { ...facts, v: 2 }],
    ['no time', { ...facts, at: undefined }],
    ['a time that has not come yet', { ...facts, at: NOW + 3_600_000 }],
    ['a list', []],
  ])('counts as nothing where it is %s', async (_, told) => {
    expect((await row(told)).trading).toBeNull();
  });

  it('is cleaned, and what does not fit is not known', async () => {
    const { trading } = await row({ ...facts, quote: 'US\u202eDT\u001b[31m', profit: 'NaN', volume: -5, orders: 1.5 });
    expect(trading).toMatchObject({ quote: 'USDT', profit: null, volume: null, openOrders: null });
  });

  it('of before the container’s last start says nothing about now', async () => {
    const old = NOW - 3_600_000;
    const { trading } = await row({ ...facts, at: old, now: old, placed: old, last: old });
    expect(trading).toMatchObject({ state: 'unknown', profit: -1.25, openOrders: null, at: old });
  });
});

describe('of two readings', () => {
  it('the younger one counts', async () => {
    expect((await row(facts, { told: byExec(NOW - 60_000) })).trading!.by).toBe('reporter');
    expect((await row(facts, { told: byExec(NOW - 5_000) })).trading!.by).toBe('exec');
  });

  it('of an earlier run is not called trading, however close their times: the server tells whole seconds', async () => {
    const started = Date.parse(podFor(await workloadOf()).status!.containerStatuses![0]!.state!.running!.startedAt!);
    const state = async (run: number) => (await row('', { told: byExec(NOW - 5_000), run })).trading!.state;
    expect(await state(started)).toBe('trading');
    expect(await state(started - 1_000)).toBe('unknown');
  });

  it('of an earlier run keeps profit and volume, but not its open orders: nobody knows which of them are left', async () => {
    const workload = await workloadOf();
    const started = Date.parse(podFor(workload).status!.containerStatuses![0]!.state!.running!.startedAt!);
    const of = (run: number, pod = podFor(workload)) => {
      const told = { reading: byExec(NOW - 5_000), notRead: '', run };
      return rowOf({ clusterId: 'c', workload, pods: [pod], now: NOW, told })!.trading!;
    };
    expect(of(started).openOrders).toBe(7);
    expect(of(started - 1_000)).toMatchObject({ profit: 3, volume: 9, openOrders: null });
    // Between two runs there is none to have orders.
    const between = podFor(workload);
    between.status!.containerStatuses![0]!.state = { waiting: { reason: 'CrashLoopBackOff' } };
    expect(of(started, between)).toMatchObject({ state: 'unknown', openOrders: null });
    const stopping = podFor(workload);
    stopping.metadata.deletionTimestamp = new Date(NOW).toISOString();
    expect(of(started, stopping).openOrders).toBeNull();
  });

  it('that tells nothing of its disk leaves the other’s word of it, with its own age and what the workload asks for', async () => {
    const disk = { at: NOW - 90_000, size: 2e9, free: 1e9, inodesUsed: null, node: false, asked: null };
    const told = { ...byExec(NOW - 90_000), disk };
    expect((await row(facts, { told })).trading).toMatchObject({ by: 'reporter', disk });
    const own = { ...facts, disk: [1000, 200, 10, 9, 1] };
    const reading = (await row(own, { told })).trading!;
    expect(reading.disk).toEqual({
      at: NOW - 30_000,
      size: 1000,
      free: 200,
      inodesUsed: 1 - 0.9,
      node: true,
      asked: null,
    });
    const workload = await workloadOf();
    const { volumes = [] } = workload.spec.template.spec;
    Object.assign(
      volumes.find(({ name }) => name === 'data')!,
      {
        persistentVolumeClaim: undefined,
        emptyDir: { medium: 'Memory', sizeLimit: '64Mi' },
      },
    );
    const run = { reading: told, notRead: '' };
    const small = rowOf({ clusterId: 'c', workload, pods: [podFor(workload)], now: NOW, told: run })!;
    expect(small.trading!.disk!.asked).toBe(64 * 1024 ** 2);
  });

  it('profit and volume of a bot that was stopped stay with their age; its orders of before the stop do not, and it is not said to trade', async () => {
    const { trading } = await row('', { replicas: 0, pod: false, told: byExec(NOW - 86_400_000) });
    expect(trading).toMatchObject({ at: NOW - 86_400_000, state: 'idle', profit: 3, volume: 9, openOrders: null });
    expect(trading!.sentence).toMatch(/stopped/);
  });
});
