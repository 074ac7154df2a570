import { describe, expect, it } from 'vitest';
import { MOST_VIEWS, type SavedView } from '../../shared/views';
import { chosen } from './choice';
import { renamed, sameView, saved, whyNotRenamed, whyNotSaved, without } from './savedViews';

const view = (name: string, filter = ''): SavedView => ({
  ...{ name, filter, sort: { key: 'name', descending: false }, columns: chosen([]), group: null, layout: null },
  clusters: null,
});
const names = (views: SavedView[]) => views.map(({ name, filter }) => `${name}:${filter}`);

describe('saved views', () => {
  it('are added, replaced in place, renamed and deleted', () => {
    const two = saved([view('a')], view('b'));
    expect(names(two)).toEqual(['a:', 'b:']);
    expect(names(saved(two, view('a', 'state:trouble')))).toEqual(['a:state:trouble', 'b:']);
    expect(names(renamed(two, 'a', ' c '))).toEqual(['c:', 'b:']);
    expect(names(without(two, 'a'))).toEqual(['b:']);
  });
  it('say why a name does not do', () => {
    const full = Array.from({ length: MOST_VIEWS }, (_, i) => view(`v${i}`));
    expect(whyNotSaved([], '  ', '')).toContain('needs a name');
    expect(whyNotSaved([], 'x'.repeat(61), '')).toContain('60');
    expect(whyNotSaved([], 'a', 'x'.repeat(1001))).toContain('1000');
    expect(whyNotSaved(full, 'new', '')).toContain('50');
    expect(whyNotSaved(full, 'v3', '')).toBe('');
    expect(whyNotRenamed([view('a'), view('b')], 'a', 'b')).toContain('“b”');
    expect(whyNotRenamed([view('a')], 'a', 'a')).toBe('');
  });
  it('differ once the chosen clusters do, in whatever order; one of before they were kept does not', () => {
    const of = (...clusters: string[]) => ({ ...view('a'), clusters });
    expect(sameView(of('fra', 'sgp'), of('sgp', 'fra'))).toBe(true);
    expect(sameView(of('fra'), of())).toBe(false);
    expect(sameView(of('fra'), of('sgp'))).toBe(false);
    expect(sameView(view('a'), of('fra'))).toBe(true);
  });
  it('differ once filter, order or a column does', () => {
    expect(sameView(view('a'), view('b'))).toBe(true);
    expect(sameView(view('a'), view('a', 'x'))).toBe(false);
    expect(sameView(view('a'), { ...view('a'), columns: chosen([]).reverse() })).toBe(false);
    expect(sameView(view('a'), { ...view('a'), sort: { key: 'name', descending: true } })).toBe(false);
  });
});
