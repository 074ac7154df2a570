import { describe, expect, it } from 'vitest';
import { assign, bestFor, type View } from './identity';

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

  it('acts with the one that may act in the namespace', () => {
    const views = [view('a', { namespaces: ['x'] }), view('b', { namespaces: ['y'], missing: 2 })];
    expect(bestFor(views, 'y')?.contextId).toBe('b');
    expect(bestFor(views, 'x')?.contextId).toBe('a');
    expect(bestFor([view('a', { phase: 'failed' }), view('b', { missing: 5 })])?.contextId).toBe('b');
  });
});
