import { describe, expect, test } from 'vitest';
import type { BotRow, ClusterInfo } from '../../shared/rows';
import { offer, refusal, rule, type ActionId } from './rules';

const NOW = 1_000_000;
const row = (over: Partial<BotRow> = {}): BotRow => ({
  id: 'c/StatefulSet/trading/eth-1',
  clusterId: 'c',
  kind: 'StatefulSet',
  namespace: 'trading',
  name: 'eth-1',
  uid: 'u1',
  pair: 'ETH-USDT',
  exchange: 'binance_paper_trade',
  strategy: 'pure_market_making',
  run: 'engine',
  managed: true,
  paper: true,
  state: 'running',
  reason: '',
  ready: '1/1',
  status: 'Running',
  restarts: 0,
  lastRestartAt: null,
  createdAt: 0,
  hasPod: true,
  podName: 'eth-1-0',
  podUid: 'p1',
  container: 'hummingbot',
  replicas: 1,
  node: 'n1',
  image: 'version-2.16.0',
  configName: 'eth-1-config-a',
  pendingConfig: '',
  lastEnd: '',
  outOfMemory: false,
  operation: null,
  trading: null,
  notRead: '',
  reporter: '',
  ...over,
});
const stopped = row({ replicas: 0, hasPod: false, state: 'stopped' });
const cluster = (over: Partial<ClusterInfo> = {}): ClusterInfo => ({
  id: 'c',
  contextIds: ['default#fra'],
  name: 'fra-1',
  colour: 0,
  provider: 'unknown',
  status: { phase: 'live', since: 0, lastWordAt: 0, error: null, retryAt: null, serverVersion: '', slow: false },
  access: null,
  namespace: 'trading',
  practice: false,
  ...over,
});
const live = () => cluster();
const WRITES: ActionId[] = ['start', 'stop', 'restart', 'delete'];

describe('what may be done to a bot', () => {
  test('a running bot can be stopped and restarted, not started', () => {
    const can = WRITES.filter((id) => refusal(id, row(), cluster(), NOW) === '');
    expect(can).toEqual(['stop', 'restart', 'delete']);
  });

  test('a stopped bot can be started and deleted, and has no log, screen or shell', () => {
    const ids: ActionId[] = ['log', 'screen', 'shell', ...WRITES];
    expect(ids.filter((id) => refusal(id, stopped, cluster(), NOW) === '')).toEqual(['start', 'delete']);
  });

  test('a bot whose pod is still there can be stopped again, as a stop may have been cut off', () => {
    expect(refusal('stop', row({ replicas: 0, state: 'stopping' }), cluster(), NOW)).toBe('');
  });

  test('nothing is sent to a cluster that does not answer', () => {
    const stale = cluster({ status: { ...cluster().status, phase: 'stale' } });
    for (const id of WRITES) expect(refusal(id, row(), stale, NOW)).toContain('fra-1 does not answer');
    expect(refusal('stop', row(), undefined, NOW)).not.toBe('');
    expect(refusal('details', row(), stale, NOW)).toBe('');
  });

  test('a bot made by hand can be looked at only', () => {
    const hand = row({ managed: false, run: 'classic' });
    for (const id of WRITES) expect(refusal(id, hand, cluster(), NOW)).toContain('by hand');
    for (const id of ['log', 'screen', 'shell', 'edit', 'details'] as const)
      expect(refusal(id, hand, cluster(), NOW)).toBe('');
  });

  test('someone else’s running operation is respected until its mark runs out', () => {
    const mark = { id: 'o', kind: 'stop', holder: 'desk-2', by: '', step: '', expiresAt: NOW + 1 } as const;
    expect(refusal('restart', row({ operation: mark }), cluster(), NOW)).toBe('desk-2 is stopping eth-1 right now.');
    // A laptop may bear the name of this one; its work is not called this one's.
    const me = { holder: 'desk-2', installation: 'here' };
    const told = (by: string) => refusal('restart', row({ operation: { ...mark, by } }), cluster(), NOW, me);
    expect(told('there')).toBe('Another computer that is called desk-2 too is stopping eth-1 right now.');
    expect(told('here')).toBe('This computer is stopping eth-1 right now.');
    expect(refusal('restart', row({ operation: { ...mark, expiresAt: NOW } }), cluster(), NOW)).toBe('');
    // A clock that is wrong by days must not keep a bot from being stopped for days.
    expect(refusal('stop', row({ operation: { ...mark, expiresAt: NOW + 86_400_000 } }), cluster(), NOW)).toBe('');
  });

  test('a missing right is named, in its own namespace only', () => {
    const right = { verb: 'create', resource: 'pods/exec', namespace: 'trading', blocks: 'shell' };
    const limited = cluster({ access: { namespaces: null, missing: [right] } });
    expect(refusal('shell', row(), limited, NOW)).toContain('create pods/exec in trading');
    expect(refusal('shell', row({ namespace: 'other' }), limited, NOW)).toBe('');
    expect(refusal('log', row(), limited, NOW)).toBe('');
    const patch = { verb: 'patch', resource: 'statefulsets.apps', namespace: null, blocks: 'stop' };
    const readOnly = cluster({ access: { namespaces: null, missing: [patch] } });
    for (const id of ['stop', 'restart'] as const)
      expect(refusal(id, row(), readOnly, NOW)).toContain('patch statefulsets.apps');
    expect(refusal('start', stopped, readOnly, NOW)).toContain('patch statefulsets.apps');
  });

  test('only classic bots have a screen', () => {
    expect(refusal('screen', row({ run: 'engine' }), cluster(), NOW)).toContain('no screen');
    expect(refusal('screen', row({ run: 'classic' }), cluster(), NOW)).toBe('');
  });

  test('of a mixed selection only those that allow it are acted on, the others are told with their reason', () => {
    const other = row({ id: 'x', name: 'btc-1', managed: false });
    const ruling = rule('stop', [row(), stopped, other], live, NOW);
    expect(ruling.rows.map((one) => one.name)).toEqual(['eth-1']);
    expect(ruling.leftOut.map((one) => one.why)).toEqual([
      'It is stopped already.',
      'Made by hand: read-only here until it is adopted.',
    ]);
  });

  test('one press never opens a flood of tabs', () => {
    expect(
      rule(
        'log',
        Array.from({ length: 9 }, () => row()),
        live,
        NOW,
      ).enabled,
    ).toBe(false);
    expect(rule('shell', [row(), row()], live, NOW).why).toBe('Select one bot only.');
    expect(rule('stop', [], live, NOW).enabled).toBe(false);
  });
});

test('an offer says of many bots what a ruling over all of them would', () => {
  const all: ActionId[] = [...WRITES, 'read', 'log', 'screen', 'shell', 'edit', 'details'];
  const picks = [[], [row()], [stopped], [stopped, row()], [row({ managed: false }), stopped], Array(9).fill(row())];
  for (const rows of picks)
    for (const id of all) {
      const { enabled, why } = rule(id, rows, live, NOW);
      expect(offer(id, rows, live, NOW), `${id} of ${rows.length}`).toEqual({ enabled, why });
    }
});
