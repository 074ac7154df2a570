import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReadings, type Readings } from '../fleet';
import { passwordVerification } from '../hummingbot/keystore';
import { startPractice } from '../practiceStart';
import { STARTER_PASSWORD, type PracticeCluster } from './index';
import { deskOver, handClock, type Desk, type HandClock } from './testing';

let clock: HandClock;
let cluster: PracticeCluster;
let desk: Desk;
let readings: Readings;
/** When each exec reached the server, and which bot it was for. */
let execs: { at: number; pod: string }[];
let atOnce: { now: number; most: number };
/** Pods whose execs never answer. */
let deaf: Set<string>;
const verification = passwordVerification(STARTER_PASSWORD);

beforeEach(async () => {
  clock = handClock();
  cluster = await startPractice({ name: 'practice-1', clock, seed: 1 }, await verification);
  execs = [];
  atOnce = { now: 0, most: 0 };
  deaf = new Set();
  const transport = () => {
    const real = cluster.transport();
    return {
      ...real,
      async channel(request: Parameters<typeof real.channel>[0]) {
        const pod = /pods\/([^/]+)/.exec(request.path)![1]!;
        execs.push({ at: clock.now(), pod });
        atOnce.most = Math.max(atOnce.most, ++atOnce.now);
        try {
          const channel = await real.channel(request);
          return {
            ...channel,
            onData: deaf.has(pod) ? () => undefined : channel.onData,
            onClose(handler: (error?: Error) => void) {
              channel.onClose((error) => {
                atOnce.now--;
                // A deaf one ends only when it is hung up.
                if (!deaf.has(pod) || error) handler(error);
              });
            },
          };
        } catch (thrown) {
          atOnce.now--;
          throw thrown;
        }
      },
    };
  };
  desk = deskOver({ name: cluster.name, transport }, clock);
  readings = createReadings({ fleet: desk.fleet, clock });
  await clock.advance(2_000);
});
afterEach(() => {
  readings.dispose();
  desk.dispose();
  cluster.dispose();
});
const running = () => desk.rows().filter((row) => row.state === 'running');
const ids = () => desk.rows().map((row) => row.id);

describe('readings by exec', () => {
  it('are made of rows in view alone, and end when none is', async () => {
    await clock.advance(60_000);
    expect(execs).toEqual([]);
    const [first] = running();
    readings.inView([first!.id]);
    await clock.advance(5_000);
    expect(execs.map(({ pod }) => pod)).toEqual([first!.podName]);
    expect(desk.row(first!.name).trading).toMatchObject({ by: 'exec', state: 'trading', quote: 'USDT' });
    expect(desk.rows().filter((row) => row.trading).length).toBe(1);
    readings.inView([]);
    await clock.advance(600_000);
    expect(execs).toHaveLength(1);
  });

  it('keep the stated pace: one at a time on a cluster, 30 a minute at most, a row every minute at most', async () => {
    readings.inView(ids());
    await clock.advance(300_000);
    expect(atOnce.most).toBe(1);
    for (const { at } of execs)
      expect(execs.filter((one) => one.at >= at && one.at < at + 60_000).length).toBeLessThanOrEqual(30);
    for (const { pod, at } of execs)
      expect(execs.filter((one) => one.pod === pod && Math.abs(one.at - at) < 60_000)).toHaveLength(1);
    expect(running().every((row) => row.trading)).toBe(true);
  });

  it('are made at once of those asked for, before those in view', async () => {
    const [last] = running().slice(-1);
    readings.inView(ids().filter((id) => id !== last!.id));
    const done = readings.readNow([
      last!.id,
      ...desk
        .rows()
        .filter((row) => !row.hasPod)
        .map((row) => row.id),
    ]);
    await clock.advance(6_000);
    expect(execs.slice(0, 2).map(({ pod }) => pod)).toContain(last!.podName);
    const stopped = desk.rows().filter((row) => !row.hasPod).length;
    expect(await done).toEqual({ read: 1, notRead: stopped, why: 'It has no pod, so there is nothing to read.' });
  });

  it('stop where they are refused, say why, and begin again when asked', async () => {
    const [first] = running();
    readings.inView([first!.id]);
    await clock.advance(5_000);
    const before = desk.row(first!.name).trading!;
    cluster.faults.takeRights({ verbs: ['*'], resources: ['pods/exec'] });
    await clock.advance(120_000);
    const refused = execs.length;
    const row = desk.row(first!.name);
    expect(row.notRead).toMatch(/may not look into bots of trading/);
    expect(row.trading).toEqual(before);
    await clock.advance(3_600_000);
    expect(execs).toHaveLength(refused);
    cluster.faults.restoreRights();
    const done = readings.readNow([first!.id]);
    await clock.advance(5_000);
    expect(await done).toMatchObject({ read: 1, notRead: 0 });
    expect(desk.row(first!.name).notRead).toBe('');
  });

  it('are given up when the bot crashes meanwhile, and begun again in its new run', async () => {
    const [first, second] = running();
    readings.inView([first!.id]);
    await clock.advance(10_000);
    const before = desk.row(first!.name).trading!;
    readings.inView([]);
    deaf.add(first!.podName);
    const done = readings.readNow([first!.id, second!.id]);
    await clock.advance(1_000);
    cluster.faults.kill(`${first!.namespace}/${first!.name}`);
    await clock.advance(1_000);
    // Another bot has its turn while this one is started again.
    deaf.clear();
    await clock.advance(3_000);
    expect(desk.row(second!.name).trading).toMatchObject({ by: 'exec' });
    await clock.advance(30_000);
    expect(await done).toEqual({ read: 2, notRead: 0, why: '' });
    const row = desk.row(first!.name);
    expect(row).toMatchObject({ restarts: first!.restarts + 1, notRead: '' });
    expect(row.trading!.at).toBeGreaterThan(before.at);
    expect(row.trading!.state).not.toBe('unknown');
  });

  it('are told to have failed when the new run does not come', async () => {
    const [first] = running();
    cluster.faults.imageGone('hummingbot', true);
    deaf.add(first!.podName);
    const done = readings.readNow([first!.id]);
    await clock.advance(1_000);
    cluster.faults.crashLoop(`${first!.namespace}/${first!.name}`, true);
    await clock.advance(120_000);
    const { read, why } = await done;
    expect({ read, why }).toEqual({ read: 0, why: 'Its container does not run right now.' });
  });

  it('of a bot that does not answer hold up the others for seconds, and never more than two are under way', async () => {
    const [first, second, third] = running();
    deaf.add(first!.podName);
    const begun = clock.now();
    const done = readings.readNow([first!.id, second!.id, third!.id]);
    await clock.advance(12_000);
    for (const { name } of [second!, third!]) expect(desk.row(name).trading!.at).toBeLessThan(begun + 12_000);
    await clock.advance(20_000);
    expect(await done).toMatchObject({ read: 2, notRead: 1, why: expect.stringContaining('20 s') as string });
    expect(atOnce.most).toBe(2);
  });
});
