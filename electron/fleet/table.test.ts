import { expect, test } from 'vitest';
import { NOW, podFor, workloadOf } from '../bot/testObjects';
import { createTable } from './table';

test('a server whose clock was wrong for a moment leaves no row as it made it', async () => {
  let skew = 0;
  const clock = { now: () => NOW, after: () => () => {}, random: () => 0.5 };
  const table = createTable({ clusterId: 'c', clock, serverNow: () => NOW + skew, onDirty: () => {} });
  const workload = await workloadOf();
  const ended = { exitCode: 1, finishedAt: new Date(NOW - 30_000).toISOString() };
  const running = { name: 'hummingbot', ready: true, restartCount: 1, state: { running: {} } };
  table.workloads.upsert('w', workload);
  table.pods.upsert('p', podFor(workload, { containerStatuses: [{ ...running, lastState: { terminated: ended } }] }));
  const reasonAt = (ms: number) => {
    skew = ms;
    table.tick();
    return table.rows()[0]!.reason;
  };
  const said = reasonAt(0);
  expect(said).toContain('Was started again');
  expect(reasonAt(7_200_000)).toBe('');
  expect(reasonAt(0)).toBe(said);
});
