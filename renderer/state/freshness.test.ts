import { describe, expect, it } from 'vitest';
import type { ConnectionStatus } from '../../shared/rows';
import { freshness, freshnessTitle, heard, heardLive, heardRoughly, isCurrent } from './freshness';

const status = (traits: Partial<ConnectionStatus>): ConnectionStatus => ({
  phase: 'live',
  since: 0,
  lastWordAt: null,
  error: null,
  retryAt: null,
  serverVersion: '',
  slow: false,
  ...traits,
});

describe('freshness', () => {
  it('says how old the last word is once the connection is lost', () => {
    expect(freshness(status({ phase: 'stale', lastWordAt: 1000 }), 42_000).words).toBe('stale 41s');
    expect(freshness(status({ phase: 'stale' }), 42_000).words).toBe('stale');
  });
  it('does not count backwards when the clocks differ', () => {
    expect(freshness(status({ phase: 'stale', lastWordAt: 9000 }), 1000).words).toBe('stale 0s');
  });
  it('names the reason of a failure and what comes next', () => {
    const error = {
      code: 'UNAUTHORIZED' as const,
      message: 'The cluster refused the sign-in.',
      hint: 'Sign in again.',
    };
    const failed = status({ phase: 'failed', error, retryAt: 11_000 });
    expect(freshness(failed, 1000).words).toBe('sign-in refused');
    expect(freshnessTitle(failed, 1000)).toContain('Sign in again.');
    expect(freshnessTitle(failed, 1000)).toContain('Next try in 10s.');
  });
  it('says when a cluster was heard; of one that is lost its words say it', () => {
    const live = status({ lastWordAt: 1_000 });
    expect(heardLive(live, 13_000)).toBe('12s ago');
    expect(heardLive({ ...live, phase: 'stale' }, 13_000)).toBe('');
    expect(heard({ ...live, phase: 'stale' }, 13_000)).toBe('12s ago');
    expect(heard(status({}), 13_000)).toBe('');
  });
  it('says it in steps where it is read out', () => {
    const live = status({ lastWordAt: 1_000 });
    const said = (...seconds: number[]) => new Set(seconds.map((one) => heardRoughly(live, 1_000 + one * 1_000)));
    expect(said(-1, 0, 29)).toEqual(new Set(['a moment ago']));
    expect(said(30, 59)).toEqual(new Set(['less than a minute ago']));
    expect(said(180, 239)).toEqual(new Set(['3m ago']));
    expect(heardRoughly({ ...live, phase: 'stale' }, 13_000)).toBe('');
    expect(heardRoughly(status({}), 13_000)).toBe('');
  });
  it('tells slow from live', () => {
    expect(freshness(status({ slow: true }), 0).words).toBe('slow');
  });
  it('does not call a cluster live whose word waits to be read', () => {
    const late = status({ behindMs: 15_000, lastWordAt: 1_000 });
    expect(freshness(late, 16_000).words).toBe('behind 15s');
    expect(freshnessTitle(late, 16_000)).toContain('More comes from the cluster than this machine reads');
    expect([late, status({ behindMs: 0 }), status({ phase: 'stale' }), undefined].map(isCurrent)).toEqual([
      ...[false, true, false, false],
    ]);
  });
  it('does not call all of a cluster live where some bots are only looked at now and then', () => {
    const part = status({ lookedAt: 1_000, lastWordAt: 240_000 });
    expect(freshness(part, 241_000).words).toBe('live, part 4m ago');
    expect(freshnessTitle(part, 241_000)).toContain('Not all bots here are watched');
    expect(freshness(status({ lookedAt: null }), 0).words).toBe('live');
  });
});
