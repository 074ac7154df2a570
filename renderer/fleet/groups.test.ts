import { describe, expect, it } from 'vitest';
import type { BotRow, TradingReading } from '../../shared/rows';
import { bot } from '../demo/rows';
import { nothing } from '../state/selection';
import { groupRows, isGroup, itemsOf, onlyBots, toggleGroup } from './groups';
import { moneyLine } from './groupWords';
import { cardKey, groupStep } from './keys';
import { tally, type ClusterFacts } from './sums';
import { keepPlace, rowHeight } from './virtual';

const clusters: Record<string, ClusterFacts> = {
  a: { name: 'linode-fra', provider: 'linode', practice: false, skewMs: 0 },
  b: { name: 'do-10', provider: 'digitalocean', practice: false, skewMs: 60_000 },
  c: { name: 'do-9', provider: 'digitalocean', practice: false, skewMs: 0 },
  p: { name: 'practice', provider: 'unknown', practice: true, skewMs: 0 },
};
const factsOf = (id: string) => clusters[id];
const read = (traits: Partial<TradingReading> = {}): TradingReading => ({
  ...{ at: 100_000, by: 'reporter', state: 'trading', sentence: '', openOrders: 2, profit: 1.5, volume: 100 },
  ...{ quote: 'USDT' },
  ...traits,
});
let made = 0;
const one = (traits: Partial<BotRow> = {}) => bot({ clusterId: 'a', name: `bot-${++made}`, ...traits });
const grouped = (rows: BotRow[], field: Parameters<typeof groupRows>[1]['field'], closed: string[] = []) =>
  groupRows(rows, { field, factsOf, closed: new Set(closed), descending: false });

describe('sums', () => {
  it('count the bots of each cluster, and those in trouble there', () => {
    const rows = [one(), one({ state: 'trouble' }), one({ clusterId: 'b', state: 'stopped' })];
    expect([...tally(rows, factsOf).clusters].map(([id, { bots, bad }]) => [id, bots, bad])).toEqual([
      ['a', 2, 1],
      ['b', 1, 0],
    ]);
  });
  it('never take test, paper, practice or perhaps-real money into a sum of real money', () => {
    const rows = [
      one({ trading: read() }),
      one({ trading: read({ profit: 100_000 }), exchange: 'bybit_testnet' }),
      one({ trading: read({ profit: 10 }), paper: true }),
      one({ trading: read({ profit: 100 }), clusterId: 'p' }),
      one({ trading: read({ profit: 1000 }), clusterId: 'p', paper: true }),
      one({ trading: read({ profit: 10_000 }), exchange: '' }),
    ];
    const { money } = tally(rows, factsOf);
    expect(money.map((sum) => [sum.money, sum.bots, sum.assets.map(({ profit }) => profit)])).toEqual([
      ['real', 1, [1.5]],
      ['maybe', 1, [10_000]],
      ['test', 1, [100_000]],
      ['paper', 1, [10]],
      ['practice', 2, [1100]],
    ]);
  });
  it('keep quote assets apart, and leave out amounts whose asset is not known', () => {
    const rows = [
      one({ trading: read({ profit: -2 }) }),
      one({ trading: read({ profit: 0.25, quote: 'BTC' }) }),
      one({ trading: read({ profit: 7, quote: '' }) }),
    ];
    const [real] = tally(rows, factsOf).money;
    expect(real!.assets.map(({ quote, profit }) => [quote, profit])).toEqual([
      ['USDT', -2],
      ['BTC', 0.25],
    ]);
    expect(real).toMatchObject({ bots: 3, read: 3, orders: 6 });
  });
  it('say of how many bots they know, and how old the oldest word is, by the clock of its cluster', () => {
    const rows = [
      one({ trading: read() }),
      one({ trading: read({ profit: null, openOrders: null, at: 100_000 }), clusterId: 'b' }),
      one(),
    ];
    const [real] = tally(rows, factsOf).money;
    expect(moneyLine(real!, 160_000)).toBe(
      'Real money: 2 of 3 read, oldest 2m ago; Profit +1.5 USDT (of 1); Volume 200 USDT; Open orders 2 (of 1)',
    );
    expect(moneyLine(tally([one()], factsOf).money[0]!, 0)).toBe('Real money: 0 of 1 read');
  });
});

describe('groups', () => {
  it('stand by name with digits as numbers, each with its rows in the order they had', () => {
    const rows = [one({ clusterId: 'b' }), one({ clusterId: 'c' }), one(), one({ clusterId: 'b' })];
    const groups = grouped(rows, 'cluster');
    expect(groups.map(({ label, rows }) => `${label} ${rows.length}`)).toEqual(['do-9 1', 'do-10 2', 'linode-fra 1']);
    expect(grouped(rows, 'provider').map(({ label }) => label)).toEqual(['Akamai (Linode) LKE', 'DigitalOcean']);
    expect(groups[1]!.rows).toEqual([rows[0], rows[3]]);
  });
  it('put what needs the trader first by state, and what has no value last', () => {
    const states = [one({ state: 'running' }), one({ state: 'trouble' }), one({ state: 'unknown' })];
    expect(grouped(states, 'state').map(({ key }) => key)).toEqual(['trouble', 'unknown', 'running']);
    expect(grouped([one({ pair: '' }), one()], 'pair').map(({ label }) => label)).toEqual([
      'ETH-USDT',
      'No pair known',
    ]);
  });
  it('with trouble first put groups that have some above all, then those with unknown bots, else by name', () => {
    const rows = [
      one({ clusterId: 'c' }),
      one({ clusterId: 'b', state: 'unknown' }),
      one({ clusterId: 'b' }),
      one(),
      one({ state: 'trouble' }),
    ];
    const by = { field: 'cluster', factsOf, closed: new Set<string>(), descending: false } as const;
    const order = (groups: ReturnType<typeof groupRows>) => groups.map(({ label }) => label);
    expect(order(groupRows(rows, { ...by, trouble: true }))).toEqual(['linode-fra', 'do-10', 'do-9']);
    expect(order(groupRows(rows, by))).toEqual(['do-9', 'do-10', 'linode-fra']);
  });
  it('by namespace and by strategy keep their sums apart, stand in order, and name what has no value', () => {
    const rows = [
      one({ namespace: 'desk-10', strategy: 'pure_market_making', trading: read({ profit: 3, openOrders: 1 }) }),
      one({ namespace: 'desk-9', strategy: '', trading: read({ profit: -1 }) }),
      one({
        namespace: 'desk-10',
        strategy: 'avellaneda_market_making',
        state: 'trouble',
        trading: read({ profit: 4 }),
      }),
      one({ namespace: 'desk-10', strategy: 'pure_market_making', paper: true, trading: read({ profit: 100 }) }),
    ];
    const said = (field: 'namespace' | 'strategy') =>
      grouped(rows, field).map(({ label, tally }) => [
        label,
        tally.bots,
        tally.states.trouble,
        tally.money.map(({ money, assets, orders }) => `${money} ${assets[0]!.profit} ${orders}`).join(),
      ]);
    expect(said('namespace')).toEqual([
      ['desk-9', 1, 0, 'real -1 2'],
      ['desk-10', 3, 1, 'real 7 3,paper 100 2'],
    ]);
    expect(said('strategy')).toEqual([
      ['avellaneda market making', 1, 1, 'real 4 2'],
      ['pure market making', 2, 0, 'real 3 1,paper 100 2'],
      ['No strategy known', 1, 0, 'real -1 2'],
    ]);
  });
  it('hide the bots of a closed group, but count them', () => {
    const rows = [one(), one({ clusterId: 'c' }), one({ clusterId: 'c' })];
    const items = itemsOf(grouped(rows, 'cluster', ['group:cluster:c']));
    expect(items.map((item) => (isGroup(item) ? `${item.label} ${item.tally.bots}` : item.name))).toEqual([
      'do-9 2',
      'linode-fra 1',
      rows[0]!.name,
    ]);
  });
  it('are never picked themselves: what is done is done to bots', () => {
    const [group] = grouped([one(), one()], 'cluster');
    const ids = group!.rows.map(({ id }) => id);
    expect([...onlyBots({ ...nothing, ids: new Set([group!.id, ids[0]!]) }).ids]).toEqual([ids[0]]);
    const all = toggleGroup(nothing, group!);
    expect([...all.ids]).toEqual(ids);
    expect(all.cursor).toBe(group!.id);
    expect(toggleGroup(all, group!).ids.size).toBe(0);
  });
  it('open and close by Right and Left, which also lead from bot to group and back', () => {
    const key = (key: string) => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false });
    const rows = [one(), one()];
    const open = itemsOf(grouped(rows, 'cluster'));
    const closed = itemsOf(grouped(rows, 'cluster', ['group:cluster:a']));
    expect(groupStep(key('ArrowLeft'), open, 0)).toEqual({ group: open[0], open: false });
    expect(groupStep(key('ArrowRight'), closed, 0)).toEqual({ group: closed[0], open: true });
    expect(groupStep(key('ArrowRight'), open, 0)).toEqual({ to: rows[0]!.id });
    expect(groupStep(key('ArrowLeft'), open, 2)).toEqual({ to: open[0]!.id });
    expect(groupStep(key('ArrowRight'), open, 2)).toBeNull();
    expect(groupStep(key('ArrowDown'), open, 0)).toBeNull();
  });
  it('keep what is read in place when a group above is closed or its bots change', () => {
    const rows = [
      ...Array.from({ length: 50 }, () => one({ clusterId: 'c' })),
      ...Array.from({ length: 50 }, () => one()),
    ];
    const before = itemsOf(grouped(rows, 'cluster'));
    const top = 60 * rowHeight;
    expect(keepPlace(before, itemsOf(grouped(rows, 'cluster', ['group:cluster:c'])), top, 300)).toBe(10 * rowHeight);
    const changed = rows.map((row) => ({ ...row }));
    expect(keepPlace(before, itemsOf(grouped(changed, 'cluster')), 51 * rowHeight, 300)).toBe(51 * rowHeight);
    const inside = keepPlace(before, itemsOf(grouped(rows, 'cluster', ['group:cluster:c'])), 10 * rowHeight, 300);
    expect(inside).toBe(0);
  });
});

describe('cards by keyboard', () => {
  const order = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const step = (key: string, from: string | null, shiftKey = false) =>
    cardKey(
      { key, shiftKey, ctrlKey: false, metaKey: false, altKey: false },
      { ids: new Set(from ? [from] : []), cursor: from, anchor: from },
      order,
      3,
      2,
    )!;
  it('goes to neighbours and lines, stays at the ends, and takes a range with Shift', () => {
    expect(step('ArrowRight', 'a').cursor).toBe('b');
    expect(step('ArrowLeft', 'a').cursor).toBe('a');
    expect(step('ArrowDown', 'b').cursor).toBe('e');
    expect(step('ArrowDown', 'f').cursor).toBe('g');
    expect(step('ArrowDown', 'g').cursor).toBe('g');
    expect(step('ArrowUp', 'b').cursor).toBe('b');
    expect(step('ArrowDown', null).cursor).toBe('a');
    expect([...step('ArrowDown', 'b', true).ids]).toEqual(['b', 'c', 'd', 'e']);
  });
});
