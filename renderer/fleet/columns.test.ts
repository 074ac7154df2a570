import { describe, expect, it } from 'vitest';
import { bot } from '../demo/rows';
import { chosen } from './choice';
import { cutOff, grow, template, unseen, type Measuring } from './columns';

const by: Measuring = {
  width: (text) => text.length * 7,
  clusterName: (id) => id,
  stale: () => false,
  practice: () => false,
};

describe('column widths', () => {
  it('grow with the texts, up to their bound, and do not shrink when bots leave', () => {
    const start = grow({}, [], by);
    const wide = grow(start, [bot({ name: 'a-rather-long-name-1' }), bot({ pair: 'X'.repeat(400) })], by);
    expect(wide.name).toBeGreaterThan(start.name!);
    expect(wide.pair).toBeLessThan(200);
    expect(grow(wide, [], by)).toBe(wide);
  });
  it('leave room for how old a stale cluster is', () => {
    const fresh = grow({}, [bot({ clusterId: 'contabo' })], by);
    const stale = grow(fresh, [bot({ clusterId: 'contabo' })], { ...by, stale: () => true });
    expect(stale.cluster).toBeGreaterThan(fresh.cluster!);
  });
  it('are measured again only for what is new or changed', () => {
    const pick = unseen(() => '');
    const [a, b] = [bot({ name: 'a' }), bot({ name: 'b' })];
    expect(pick([a, b])).toEqual([a, b]);
    expect(pick([a, { ...b, status: 'Error' }]).map((row) => row.status)).toEqual(['Error']);
  });
  it('are measured again for bots of a cluster that was renamed or went stale, and of no other', () => {
    const names = new Map([
      ['one', 'fra-1'],
      ['two', 'ams-2'],
    ]);
    const pick = unseen((id) => names.get(id)!);
    const rows = [bot({ name: 'a', clusterId: 'one' }), bot({ name: 'b', clusterId: 'two' })];
    pick(rows);
    names.set('two', 'amsterdam-2');
    expect(pick(rows).map(({ name }) => name)).toEqual(['b']);
    expect(pick(rows)).toEqual([]);
  });
  it('tell the least width the table needs', () => {
    const widths = grow({}, [], by);
    const columns = chosen([]).filter(({ shown }) => shown);
    expect(template(widths, columns).width).toBeGreaterThan(13 * 40);
    expect(template(widths, columns).columns.split('minmax').length).toBeGreaterThan(5);
  });
  it('cut off only what may be longer than they are', () => {
    const shown = chosen([]).filter((column) => column.shown);
    const widths = grow({}, [bot({ name: 'X'.repeat(80) })], by);
    expect([...cutOff(widths, shown)].filter((key) => key !== 'cpu' && key !== 'memory')).toEqual(['name']);
    const own = shown.map((column) => (column.key === 'pair' ? { ...column, width: 40 } : column));
    expect(cutOff(widths, own).has('pair')).toBe(true);
  });
  it('set by hand hold whatever the texts ask for', () => {
    const widths = grow({}, [bot({ pair: 'X'.repeat(40) })], by);
    const pair = { key: 'pair' as const, shown: true, width: 77 };
    expect(template(widths, [pair])).toEqual({ columns: '30px 77px', width: 107 });
  });
});
