import { describe, expect, it } from 'vitest';
import { chosen, dropped, resized, stepped, toggled } from './choice';

const keys = (columns: { key: string }[]) => columns.map(({ key }) => key);

describe('choice of columns', () => {
  it('has every column once, whatever was kept', () => {
    const all = keys(chosen([]));
    const kept = [
      { key: 'profit', shown: false, width: 90 },
      { key: 'gone', shown: true, width: null },
      { key: 'profit', shown: true, width: null },
      { key: 'name', shown: false, width: null },
    ];
    const now = chosen(kept);
    expect(keys(now).sort()).toEqual([...all].sort());
    expect(now.find(({ key }) => key === 'profit')).toEqual({ key: 'profit', shown: false, width: 90 });
    expect(now.find(({ key }) => key === 'name')!.shown).toBe(true);
  });
  it('puts a column that was not kept behind the one it follows', () => {
    const kept = chosen([]).filter(({ key }) => key !== 'memory');
    const turned = [...kept].reverse();
    expect(keys(chosen(turned)).indexOf('memory')).toBe(keys(turned).indexOf('cpu') + 1);
  });
  it('hides and shows, but never the name', () => {
    const shown = (columns: ReturnType<typeof chosen>, key: string) => columns.find((one) => one.key === key)!.shown;
    expect(shown(toggled(chosen([]), 'node'), 'node')).toBe(false);
    expect(shown(toggled(chosen([]), 'volume'), 'volume')).toBe(true);
    expect(shown(toggled(chosen([]), 'name'), 'name')).toBe(true);
  });
  it('moves a column by a step or to where it is dropped, and stays in bounds', () => {
    const start = chosen([]);
    expect(keys(stepped(start, 'cluster', -1)).slice(0, 2)).toEqual(['cluster', 'name']);
    expect(keys(stepped(start, 'name', -1))).toEqual(keys(start));
    expect(keys(dropped(start, 'pair', 'cluster')).slice(0, 3)).toEqual(['name', 'pair', 'cluster']);
    expect(keys(dropped(start, 'cluster', 'pair')).slice(0, 4)).toEqual(['name', 'namespace', 'pair', 'cluster']);
  });
  it('bounds a width that is set by hand', () => {
    const width = (px: number | null) => resized(chosen([]), 'pair', px).find(({ key }) => key === 'pair')!.width;
    expect([width(3), width(123.4), width(9999), width(null)]).toEqual([40, 123, 800, null]);
  });
});
