import { expect, it } from 'vitest';
import { handClock } from '../cluster/testing';
import { createMetrics } from './metrics';
import type { Fleet } from './types';

it('a cluster that left the view while it waited for its turn is not asked, and is at once when it is looked at again', async () => {
  const { clock, pass } = handClock();
  const turns: (() => void)[] = [];
  const asked: string[] = [];
  const podOfRow = (id: string) => ({
    ...{ clusterId: id, namespace: 'n', podName: 'p', container: 'c', managed: true },
    ...{ startedAt: 1, cpuLimit: null, memoryLimit: null },
  });
  const api = { raw: () => (asked.push('list'), Promise.resolve({ items: [] })) };
  const metrics = createMetrics({
    fleet: {
      podOfRow,
      connectionOf: () => ({ namespaces: null, api }),
      spare: { turn: () => new Promise<void>((resolve) => turns.push(resolve)) },
    } as unknown as Fleet,
    clock,
    emit: () => undefined,
  });
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  metrics.inView(['a']);
  metrics.inView(['b']);
  for (const go of turns.splice(0)) go();
  await settle();
  expect(asked).toEqual(['list']);
  metrics.inView(['a']);
  expect(turns).toHaveLength(1);
  turns[0]!();
  await settle();
  expect(asked).toHaveLength(2);
  pass(0);
  metrics.dispose();
});
