import { expect, it } from 'vitest';
import { createApi, systemClock, type Transport } from '../cluster';
import { handClock } from '../cluster/testing';
import type { StatefulSet } from '../cluster/objects';
import { createDoubts } from './doubts';
import type { WatchContext } from './scope';
import { createSpare } from './spare';
import { bot } from './testing';

it('a workload that was asked for by name is kept without its passwords and managed fields, as one that is watched', async () => {
  const { workload } = bot('btc');
  const [container] = workload.spec.template.spec.containers;
  const env = [{ name: 'CONFIG_PASSWORD', value: 'hunter2' }];
  const full = {
    ...workload,
    metadata: { ...workload.metadata, managedFields: [{ manager: 'kubectl' }] },
    spec: { ...workload.spec, template: { spec: { containers: [{ ...container, env }] } } },
  };
  const request = () => Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ items: [full] }) });
  const api = createApi({ request } as unknown as Transport, { clock: systemClock });
  const spare = createSpare(systemClock, () => 1);
  const context = { api, spare, clock: systemClock, live: () => true, proven: () => true } as unknown as WatchContext;
  const kept = await new Promise<StatefulSet | null>((resolve) =>
    createDoubts({
      ...{ context, answer: (_, answer) => resolve(answer), lookRequests: () => null, look: () => undefined },
    }).ask('bots/btc'),
  );
  expect(kept?.metadata.name).toBe('btc');
  expect(JSON.stringify(kept)).not.toMatch(/hunter2|managedFields/);
  spare.dispose();
});

/** So many clusters on each of which bots change all the time; a look takes `requests`. */
function restless(clusters: number, requests: number | null, answers = Promise.resolve()) {
  const { clock, pass } = handClock();
  const spare = createSpare(clock, () => 0.5);
  let asked = 0;
  let looks = 0;
  const raw = () => ((asked += 2), answers.then(() => ({ items: [] })));
  const answered: string[] = [];
  const all = Array.from({ length: clusters }, () =>
    createDoubts({
      context: { api: { raw }, spare, clock, live: () => true, proven: () => true } as unknown as WatchContext,
      answer: (key) => void answered.push(key),
      lookRequests: () => requests,
      look: () => ((asked += requests!), void looks++),
    }),
  );
  return {
    all,
    answered,
    asked: () => asked,
    looks: () => looks,
    async change(times: number, bots: number) {
      for (let i = 0; i < times; i++) {
        for (const one of all) for (let bot = 0; bot < bots; bot++) one.ask(`bots/${bot}`);
        await this.later(1_000);
      }
    },
    async later(ms: number) {
      for (let passed = 0; passed < ms; passed += 500) {
        pass(500);
        for (let i = 0; i < 10; i++) await Promise.resolve();
      }
    },
  };
}

it('one bot that changed is asked for at once, whatever else waits for its turn', async () => {
  const world = restless(1, 5);
  world.all[0]!.ask('bots/btc');
  for (let i = 0; i < 10; i++) await Promise.resolve();
  expect(world.answered).toEqual(['bots/btc']);
});

it.each([null, 5])(
  'bots that change all the time on many clusters are asked for at the fleet’s pace and no faster (a look: %s requests)',
  async (requests) => {
    const world = restless(20, requests);
    await world.change(600, 10);
    expect(world.asked()).toBeGreaterThan(200);
    // Four ahead, of two requests or a look each.
    expect(world.asked()).toBeLessThanOrEqual(0.5 * 600 + 4 * (requests ?? 2));
  },
);

it('many at once are looked at together, and none is forgotten', async () => {
  const world = restless(1, 5);
  for (let i = 0; i < 500; i++) world.all[0]!.ask(`bots/${i}`);
  await world.later(10_000);
  expect(world.looks()).toBe(1);
  expect(world.all[0]!.has('bots/499')).toBe(false);
  const none = restless(1, null);
  for (let i = 0; i < 20; i++) none.all[0]!.ask(`bots/${i}`);
  await none.later(100_000);
  expect(new Set(none.answered).size).toBe(20);
});

it('one that changes while it is asked for gets a newer answer, also where the others are looked at', async () => {
  let release = () => {};
  const held = new Promise<void>((go) => (release = go));
  const world = restless(1, 5, held);
  const doubts = world.all[0]!;
  doubts.ask('bots/btc');
  await world.later(500);
  for (let i = 0; i < 20; i++) doubts.ask(`bots/${i}`);
  doubts.ask('bots/btc');
  await world.later(30_000);
  expect(world.looks()).toBeGreaterThan(0);
  const asked = world.asked();
  release();
  await world.later(30_000);
  expect(world.asked()).toBeGreaterThan(asked);
  expect(world.answered.filter((key) => key === 'bots/btc')).toHaveLength(1);
});
