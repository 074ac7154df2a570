import { expect, it } from 'vitest';
import { serialize } from 'node:v8';
import type { AppEvent } from '../shared/events';
import type { BotRow } from '../shared/rows';
import { createRowWire } from './rowWire';

const row = (name: string, more: Partial<BotRow> = {}): BotRow => ({
  ...{
    id: `6f1e8f0a-1111-4222-8333-444455556666/StatefulSet/bots/${name}`,
    clusterId: '6f1e8f0a-1111-4222-8333-444455556666',
  },
  ...{ kind: 'StatefulSet', namespace: 'bots', name, uid: `uid-${name}`, pair: 'BTC-USDT', exchange: 'kraken' },
  ...{ strategy: 'pure_market_making', run: 'engine', managed: true, paper: false, state: 'running', reason: '' },
  ...{
    ready: '1/1',
    status: 'Running',
    restarts: 0,
    lastRestartAt: null,
    createdAt: 1,
    hasPod: true,
    podName: `${name}-0`,
  },
  ...{ podUid: `pod-${name}`, container: 'hummingbot', replicas: 1, node: 'node-1', image: 'version-2.16.0' },
  ...{
    configName: 'c',
    pendingConfig: '',
    operation: null,
    trading: null,
    notRead: '',
    reporter: '',
    lastEnd: '',
    outOfMemory: false,
  },
  ...more,
});

it('a page that hears what changed has what was meant, whatever came, changed, went and came again', () => {
  const wire = createRowWire();
  const page = new Map<string, BotRow>();
  const truth = new Map<string, BotRow>();
  function tell(upserts: BotRow[], removes: string[] = []): void {
    for (const id of removes) truth.delete(id);
    for (const one of upserts) truth.set(one.id, one);
    const event = structuredClone(wire({ t: 'delta', upserts, removes }));
    if (event.t !== 'delta') throw new Error('no delta');
    for (const id of event.removes) page.delete(id);
    for (const one of event.upserts) page.set(one.id, one);
    for (const [id, part] of event.patches ?? []) page.set(id, { ...page.get(id)!, ...part });
    expect([...page.values()]).toEqual([...truth.values()]);
  }
  const first = [row('a'), row('b'), row('c')];
  const rows: AppEvent = { t: 'rows', rows: first };
  for (const one of first) {
    page.set(one.id, structuredClone(one));
    truth.set(one.id, one);
  }
  expect(wire(rows)).toBe(rows);
  tell([row('a', { state: 'trouble', reason: 'Crashed.', restarts: 1 }), row('d')]);
  tell([row('a')], [row('b').id]);
  tell([row('b', { pair: 'ETH-USDT' }), row('c', { lastRestartAt: 7 })]);
  tell([row('c', { uid: 'another' })], [row('c').id]);
  tell([], [row('d').id]);
});

it('a change costs the page at most 200 bytes', () => {
  const wire = createRowWire();
  wire({ t: 'rows', rows: Array.from({ length: 50 }, (_, i) => row(`bot-${i}`)) });
  const upserts = Array.from({ length: 50 }, (_, i) =>
    row(`bot-${i}`, { state: 'trouble', status: 'CrashLoopBackOff', restarts: i }),
  );
  expect(serialize(wire({ t: 'delta', upserts, removes: [] })).length / 50).toBeLessThanOrEqual(200);
});

it('that more follows is told on', () => {
  expect(createRowWire()({ t: 'delta', upserts: [row('a')], removes: [], more: true })).toMatchObject({ more: true });
});
