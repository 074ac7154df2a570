import { describe, expect, it } from 'vitest';
import { cluster, context } from '../demo/contexts';
import { emptiness } from './empty';

const list = (...contexts: ReturnType<typeof context>[]) => ({ contexts, problems: [], addedFiles: [] });
const none = { clusters: [], total: 0, shown: 0 };
const why = (facts: Parameters<typeof emptiness>[0]) => emptiness(facts)?.why ?? null;
const error = { code: 'UNREACHABLE' as const, message: 'No answer.' };

describe('an empty grid says why', () => {
  it('tells no context, none on and none heard yet apart', () => {
    expect(why({ ...none, contexts: null })).toBe('loading');
    expect(why({ ...none, contexts: list() })).toBe('noContext');
    expect(why({ ...none, contexts: list(context({ enabled: false })) })).toBe('noneOn');
  });
  it('waits while one cluster may still answer, and gives the reasons once none can', () => {
    const failed = context({ id: 'f', displayName: 'fra', enabled: true, phase: 'failed', error });
    const trying = context({ id: 't', enabled: true, phase: 'connecting' });
    expect(why({ ...none, contexts: list(failed, trying) })).toBe('connecting');
    expect(emptiness({ ...none, contexts: list(failed) })).toEqual({
      why: 'noneConnected',
      failed: [{ id: 'f', name: 'fra', error }],
    });
  });
  it('offers a first bot as soon as one cluster is live', () => {
    const contexts = list(
      context({ enabled: true, phase: 'live' }),
      context({ enabled: true, phase: 'failed', error }),
    );
    expect(emptiness({ ...none, contexts, clusters: [cluster({ name: 'fra' })] })).toEqual({
      why: 'noBots',
      names: ['fra'],
    });
  });
  it('blames the filter when there are bots it hides', () => {
    expect(why({ ...none, contexts: list(context({ enabled: true })), total: 3 })).toBe('noMatch');
    expect(why({ ...none, contexts: null, total: 3, shown: 1 })).toBeNull();
  });
});
