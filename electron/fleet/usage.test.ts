import { expect, it } from 'vitest';
import { handClock } from '../cluster/testing';
import { createSpare } from './spare';
import { beat, listSeconds, lookSeconds, sparePerSecond, watchSeconds } from './watchSeconds';
import { createTurns } from './turns';
import { measureUsage } from './usage';

it('tells what was asked in the last minute and hour, and begins anew with another connection', () => {
  const { clock, pass } = handClock();
  let counters = { requests: 0, openStreams: 2, bytesIn: 0, connections: 3 };
  let changes = 0;
  const usage = measureUsage({ clock, countersOf: () => [['a', counters]], changed: () => changes++ });
  expect(usage.of('a')).toBeNull();
  for (let minute = 0; minute < 90; minute++) {
    counters.requests += 2;
    counters.bytesIn += 100;
    pass(60_000);
  }
  expect(usage.of('a')).toEqual({ requestsMinute: 2, requestsHour: 120, bytesHour: 6_000, streams: 2, connections: 3 });
  counters = { ...counters, requests: 5, bytesIn: 7 };
  pass(10_000);
  expect(usage.of('a')).toMatchObject({ requestsMinute: 5, requestsHour: 5, bytesHour: 7 });
  expect(usage.of('b')).toBeNull();
  usage.dispose();
  const before = changes;
  pass(60_000);
  expect(changes).toBe(before);
});

it.each([watchSeconds, listSeconds])(
  'however many clusters or namespaces are on, watching or listing them stays within its share of one request a second',
  (seconds) => {
    for (const scopes of [1, 10, 50, 200, 1000]) {
      const mean = [0, 0.25, 0.5, 0.75, 1].map((random) => seconds(scopes, random)).reduce((a, b) => a + b) / 5;
      expect((scopes * 3 * 2) / mean).toBeLessThanOrEqual(0.301);
      expect(seconds(scopes, 0)).toBeGreaterThanOrEqual(100);
    }
  },
);

it('a few connect at a time, in order, and one that does not answer holds up nobody for long', () => {
  const { clock, pass } = handClock();
  const turn = createTurns(clock, 2, 2_000);
  const begun: string[] = [];
  const done = new Map<string, () => void>();
  const ask = (name: string) => turn((over) => (begun.push(name), done.set(name, over)));
  ask('a');
  ask('b');
  ask('c');
  const callOff = ask('d');
  ask('e');
  expect(begun).toEqual([]);
  pass(0);
  expect(begun).toEqual(['a', 'b']);
  done.get('a')!();
  done.get('a')!();
  pass(0);
  expect(begun).toEqual(['a', 'b', 'c']);
  callOff();
  pass(1_999);
  expect(begun).toHaveLength(3);
  pass(1);
  expect(begun).toEqual(['a', 'b', 'c', 'e']);
});

it('what all ask by themselves is one request a second with what watches and looks take, however much is on', () => {
  for (const scopes of [1, 3, 12, 50, 500])
    for (const requests of [2, 5, 200]) {
      const watches = (scopes * 3 * 2) / watchSeconds(scopes, 0.5);
      const looks = (scopes * requests) / lookSeconds(scopes, requests, 0.5);
      expect(sparePerSecond(scopes, false, requests) + watches + looks).toBeLessThanOrEqual(1);
      expect(sparePerSecond(scopes, true, requests)).toBeGreaterThanOrEqual(0.3);
    }
});

it('readings, metrics and events have their turns one after the other, at one pace, and none is saved up', async () => {
  const { clock, pass } = handClock();
  const spare = createSpare(clock, () => 0.5);
  const had: string[] = [];
  const ask = (kind: string) => void spare.turn(kind).then(() => had.push(`${kind} ${clock.now() / 1000}`));
  const later = async (ms: number) => {
    for (let i = 0; i < ms; i += 500) {
      pass(500);
      await Promise.resolve();
    }
  };
  await later(60_000);
  for (let i = 0; i < 3; i++) ask('metrics');
  ask('readings');
  ask('events');
  await later(20_000);
  expect(had).toEqual(['metrics 60.5', 'readings 62', 'events 64', 'metrics 66', 'metrics 68']);
  // A reading that also asks who the far end is costs two.
  ask('readings');
  await later(500);
  spare.spend();
  ask('metrics');
  await later(5_000);
  expect(had.slice(5)).toEqual(['readings 80.5', 'metrics 84']);
});

it('what a row waits for goes ahead of the others a few times; over time that asks no more, and holds up none of them for good', async () => {
  const { clock, pass } = handClock();
  const spare = createSpare(clock, () => 0.5);
  const had: string[] = [];
  const told = (kind: string) => () => void had.push(kind);
  const later = async (ms: number) => {
    for (let i = 0; i < ms; i += 500) {
      pass(500);
      for (let j = 0; j < 5; j++) await Promise.resolve();
    }
  };
  for (let i = 0; i < 300; i++) {
    void spare.soon('workloads').then(told('workloads'));
    void spare.turn('metrics').then(told('metrics'));
  }
  await Promise.resolve();
  expect(had).toEqual(['workloads', 'workloads', 'workloads', 'workloads']);
  await later(200_000);
  const of = (kind: string) => had.filter((one) => one === kind).length;
  expect(had.length).toBeLessThanOrEqual(4 + 100);
  expect(of('metrics')).toBeGreaterThanOrEqual(33);
  expect(of('workloads')).toBeGreaterThanOrEqual(33);
});

it('what is spent while another waits for its turn makes that later, a clock that is set back holds up nobody, and after the end there is no turn', async () => {
  const { clock, pass } = handClock();
  let back = 0;
  const spare = createSpare({ ...clock, now: () => clock.now() - back }, () => 0.5);
  const had: number[] = [];
  const ask = () => void spare.turn('metrics').then(() => had.push(clock.now() / 1000));
  const later = async (ms: number) => {
    for (let i = 0; i < ms; i += 500) {
      pass(500);
      await Promise.resolve();
    }
  };
  ask();
  ask();
  await later(500);
  spare.spend();
  await later(9_500);
  expect(had).toEqual([0.5, 4]);
  ask();
  await later(500);
  back = 3_600_000;
  ask();
  await later(5_000);
  expect(had).toHaveLength(4);
  spare.dispose();
  ask();
  await later(10_000);
  expect(had).toHaveLength(4);
});

it('lists of one namespace come at one moment, each time anew by chance, and soon again when the clock was set back', () => {
  const { clock, pass } = handClock();
  let now = 0;
  let seconds = 100;
  const wait = beat({ ...clock, now: () => now + clock.now() }, () => seconds);
  expect(wait()).toBe(100);
  seconds = 120;
  pass(3_000);
  expect(wait()).toBe(97);
  pass(97_000);
  expect(wait()).toBe(120);
  pass(200);
  expect(wait()).toBeCloseTo(119.8);
  now = -3_600_000;
  expect(wait()).toBe(120);
});

it('turns that nobody wants any more put off nobody', async () => {
  const { clock, pass } = handClock();
  const spare = createSpare(clock, () => 0.5);
  for (let i = 0; i < 50; i++) void spare.turn('connections', () => false);
  let had = false;
  void spare.turn('connections').then(() => (had = true));
  for (let i = 0; i < 60; i++) pass(10);
  await Promise.resolve();
  expect(had).toBe(true);
});
