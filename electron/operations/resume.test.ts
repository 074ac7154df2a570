import { expect, it } from 'vitest';
import type { BotRow } from '../../shared/rows';
import { leftBehind } from './resume';

it('finds what this machine left behind, not what others do or what this run of the app began', () => {
  const row = (id: string, holder: string, change: Partial<BotRow> = {}) =>
    ({
      clusterId: 'c',
      managed: true,
      operation: { id, kind: 'stop', holder, by: 'here', step: '', expiresAt: 0 },
      ...change,
    }) as BotRow;
  const rows = [
    row('mine', 'ana'),
    row('live', 'ana'),
    row('theirs', 'ben'),
    row('else', 'ana', { clusterId: 'd' }),
    row('namesake', 'ana', { operation: { ...row('x', 'ana').operation!, by: 'there' } }),
    row('none', 'ana', { operation: null }),
  ];
  expect(
    leftBehind(rows, 'c', { holder: 'ana', installation: 'here' }, (id) => id === 'live').map(
      (one) => one.operation?.id,
    ),
  ).toEqual(['mine']);
});
