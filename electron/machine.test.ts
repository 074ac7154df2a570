import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Way } from './cluster';
import { watchMachine } from './machine';
import { EVERYWHERE } from './network';

const SERVER = '203.0.113.5';
const open: Way[] = [{ from: '192.168.1.7', to: SERVER }];
let told: (string[] | undefined)[];
let looks: string[][];
let slept: number;
/** Addresses of this machine's one interface, and by far end where it sends from. */
let own: string[];
let tunnel: string;
/** The system tells of no interfaces. */
let dumb: boolean;
let machine: ReturnType<typeof watchMachine>;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  [told, looks, slept, own, tunnel, dumb] = [[], [], 0, ['192.168.1.7'], '', false];
  machine = watchMachine({
    clock: {
      now: () => Date.now() + slept,
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      random: () => 0.5,
    },
    running: () => Date.now(),
    ways: () => open,
    look(ways) {
      if (dumb) throw new Error('no interfaces');
      const far = [...EVERYWHERE, ...ways.map(({ to }) => to)];
      looks.push(far);
      const towards = far.map((to): [string, string] => [to, (to === SERVER && tunnel) || (own[0] ?? '')]);
      return Promise.resolve({ own: new Map(own.map((one) => [one, 'wlan0'])), towards: new Map(towards), ways });
    },
    changed: (far) => told.push(far),
  });
});
afterEach(() => {
  machine.dispose();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('a network that went is told within a second or so', async () => {
  await pass(60_000);
  expect(told).toEqual([]);
  own = ['10.1.2.3'];
  await pass(1_500);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(SERVER);
});

it('a way that alone is another one is told within five, and at rest far ends are looked for no oftener', async () => {
  await pass(60_000);
  const before = looks.length;
  await pass(50_000);
  expect(looks.slice(before).filter((far) => far.includes(SERVER)).length).toBeLessThanOrEqual(11);
  tunnel = '10.8.0.2';
  await pass(5_500);
  expect(told).toEqual([[SERVER]]);
});

it('a sleep that the system says nothing of shows in the clock, and is told once with the system’s own word', async () => {
  await pass(10_000);
  slept += 60_000;
  await pass(1_500);
  machine.woke();
  expect(told).toEqual([undefined]);
  await pass(30_000);
  slept += 60_000;
  machine.woke();
  await pass(30_000);
  expect(told).toEqual([undefined, undefined]);
  // Set back, or a little by the network's time: no sleep.
  slept -= 90_000;
  await pass(5_000);
  slept += 2_000;
  await pass(5_000);
  expect(told).toHaveLength(2);
});

it('a second sleep soon after the first is told too: running time stood still in it', async () => {
  await pass(10_000);
  slept += 60_000;
  machine.woke();
  await pass(2_000);
  slept += 60_000;
  machine.woke();
  machine.woke();
  expect(told).toEqual([undefined, undefined]);
});

it('goes on looking where the system does not tell of its interfaces for a while', async () => {
  await pass(10_000);
  dumb = true;
  await pass(5_000);
  [dumb, own] = [false, ['10.1.2.3']];
  await pass(1_500);
  expect(told).toHaveLength(1);
});
