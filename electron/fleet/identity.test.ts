import { describe, expect, it } from 'vitest';
import { assign, bestFor, combinedAccess, type View } from './identity';

const view = (
  contextId: string,
  more: Partial<View> & { namespaces?: string[] | null; missing?: number } = {},
): View => {
  const { namespaces = null, missing = 0, ...rest } = more;
  const right = { verb: 'create', resource: 'pods/exec', namespace: null, blocks: 'shell' };
  return {
    contextId,
    phase: 'live',
    access: { namespaces, missing: Array.from({ length: missing }, () => right) },
    ...rest,
  };
};

describe('two contexts to one cluster', () => {
  it('are watched once, by the one with more rights', () => {
    expect(assign([view('a', { missing: 3 }), view('b')], [])).toEqual([{ contextId: 'b', namespaces: null }]);
    expect(assign([view('a', { namespaces: ['x'] }), view('b')], [])).toEqual([{ contextId: 'b', namespaces: null }]);
  });

  it('of equal rights the first one watches, and goes on watching', () => {
    const views = [view('a'), view('b')];
    expect(assign(views, [])).toEqual([{ contextId: 'a', namespaces: null }]);
    expect(assign(views, [{ contextId: 'b', namespaces: null }])).toEqual([{ contextId: 'b', namespaces: null }]);
  });

  it('the other one takes over when the first is lost, and is not left when nothing is better', () => {
    expect(assign([view('a', { phase: 'stale' }), view('b')], [{ contextId: 'a', namespaces: null }])).toEqual([
      { contextId: 'b', namespaces: null },
    ]);
    expect(assign([view('a', { phase: 'stale' })], [])).toEqual([{ contextId: 'a', namespaces: null }]);
  });

  it('that see one namespace each show both, and a shared one once', () => {
    const views = [view('a', { namespaces: ['x', 'y'] }), view('b', { namespaces: ['y', 'z'] })];
    expect(assign(views, [])).toEqual([
      { contextId: 'a', namespaces: ['x', 'y'] },
      { contextId: 'b', namespaces: ['z'] },
    ]);
  });

  it('acts in a namespace with the one that may act there, not with one that may look everywhere', () => {
    const views = [view('looks', { missing: 9 }), view('trades', { namespaces: ['x'] })];
    expect(bestFor(views, 'x')?.contextId).toBe('trades');
    expect(bestFor(views, 'y')?.contextId).toBe('looks');
    expect(bestFor(views)?.contextId).toBe('looks');
  });

  it('may together do what any of them may', () => {
    const shell = { verb: 'create', resource: 'pods/exec', namespace: null, blocks: 'shell' };
    const x = view('a', { namespaces: ['x'] });
    const y = view('b', { namespaces: ['y'], missing: 1 });
    const looks = view('looks', { missing: 1 });
    expect(combinedAccess([x, y])).toEqual({ namespaces: ['x', 'y'], missing: [{ ...shell, namespace: 'y' }] });
    expect(combinedAccess([y, looks])).toEqual({ namespaces: null, missing: [shell] });
    expect(combinedAccess([looks, view('admin')])).toEqual({ namespaces: null, missing: [] });
    expect(combinedAccess([x])).toBe(x.access);
  });

  it('acts with the one that may act in the namespace', () => {
    const views = [view('a', { namespaces: ['x'] }), view('b', { namespaces: ['y'], missing: 2 })];
    expect(bestFor(views, 'y')?.contextId).toBe('b');
    expect(bestFor(views, 'x')?.contextId).toBe('a');
    expect(bestFor([view('a', { phase: 'failed' }), view('b', { missing: 5 })])?.contextId).toBe('b');
  });
});
