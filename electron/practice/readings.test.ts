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
const verification = passwordVerification(STARTER_PASSWORD);

beforeEach(async () => {
  clock = handClock();
  cluster = await startPractice({ name: 'practice-1', clock, seed: 1 }, await verification);
  execs = [];
  atOnce = { now: 0, most: 0 };
  const transport = () => {
    const real = cluster.transport();
    return {
      ...real,
      async channel(request: Parameters<typeof real.channel>[0]) {
        execs.push({ at: clock.now(), pod: /pods\/([^/]+)/.exec(request.path)![1]! });
        atOnce.most = Math.max(atOnce.most, ++atOnce.now);
        try {
          const channel = await real.channel(request);
          return {
            ...channel,
            onClose(handler: (error?: Error) => void) {
              channel.onClose((error) => (atOnce.now--, handler(error)));
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
});
