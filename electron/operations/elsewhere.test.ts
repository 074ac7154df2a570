import { afterEach, expect, it } from 'vitest';
import { Failure } from '../../shared/errors';
import type { BotRef } from '../../shared/rows';
import { podFor, workloadOf } from '../bot/testObjects';
import type { StatefulSet } from '../cluster/objects';
import { createOperations } from './index';
import { leapingClock, smallCluster } from './testing';

const bot: BotRef = { clusterId: 'c', kind: 'StatefulSet', namespace: 'bots', name: 'eth-1', uid: 'w1' };
const confirm = { confirmedCluster: 'Frankfurt' };
const ends: (() => unknown)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

/** A cluster whose context leads elsewhere from the n-th time on that it is asked who it is. */
function world(cluster: ReturnType<typeof smallCluster>, from: number) {
  let asked = 0;
  const operations = createOperations({
    connectionOf: (id) => ({
      ...cluster.connectionOf(id),
      verify: () =>
        ++asked < from
          ? Promise.resolve()
          : Promise.reject(new Failure({ code: 'WRONG_CLUSTER', message: 'Another cluster answers.' })),
    }),
    clock: leapingClock(),
    holder: 'ana@laptop',
    newId: () => `id-${asked}`,
    emit: () => undefined,
    gone: () => undefined,
  });
  ends.push(operations.dispose);
  return {
    operations,
    async end({ operationId }: { operationId: string }) {
      await operations.ended(operationId);
      return operations.list().find((info) => info.id === operationId)!;
    },
  };
}

it('a stop whose context leads elsewhere in the middle tells nobody there to end', async () => {
  const workload = await workloadOf({ replicas: 1 });
  const cluster = smallCluster([['statefulsets', workload]]);
  cluster.put('pods', podFor(workload));
  const { operations, end } = world(cluster, 2);
  const info = await end(operations.stop(bot, { ...confirm, force: false }));
  expect(info).toMatchObject({ outcome: 'failed', error: { code: 'WRONG_CLUSTER' } });
  expect((cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet).spec.replicas).toBe(1);
});

it('a start whose context leads elsewhere in the middle starts nothing there', async () => {
  const cluster = smallCluster([['statefulsets', await workloadOf({ replicas: 0 })]]);
  const { operations, end } = world(cluster, 2);
  const info = await end(operations.start(bot, confirm));
  expect(info).toMatchObject({ outcome: 'failed', error: { code: 'WRONG_CLUSTER' } });
  expect((cluster.find('statefulsets', 'bots', 'eth-1') as StatefulSet).spec.replicas).toBe(0);
});
