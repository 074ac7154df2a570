import { expect, test } from 'vitest';
import { startPractice } from '../practiceStart';
import { deskOver, handClock } from './testing';

test('a fresh practice cluster shows a living fleet in the grid', async () => {
  const clock = handClock();
  const cluster = await startPractice({ name: 'practice-1', clock, seed: 1, provider: 'linode' });
  const desk = deskOver(cluster, clock);
  await clock.advance(2_000);
  const rows = desk.rows();
  expect(rows.length).toBeGreaterThanOrEqual(6);
  expect(rows.filter((row) => row.state === 'running').length).toBeGreaterThanOrEqual(5);
  expect(desk.row('avax-usdt-night').state).toBe('stopped');
  expect(desk.fleet.clusters()[0]).toMatchObject({
    provider: 'linode',
    status: { phase: 'live' },
    access: { missing: [] },
  });
  desk.dispose();
  cluster.dispose();
});
