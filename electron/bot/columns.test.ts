import { expect, test } from 'vitest';
import type { Pod } from '../cluster/objects';
import { columnsOf } from './columns';
import { ago, NOW, podFor, workloadOf } from './testObjects';

// All classes are compared with a real server's own table in test/integration/columns.test.ts; these are the ones a trader meets daily.
const workload = await workloadOf();
const cells = (status: Pod['status'], metadata = {}): string => {
  const { ready, status: text, restarts } = columnsOf(podFor(workload, status, metadata));
  return `${ready} ${text} ${restarts}`;
};

test.each<[Pod['status'], object, string]>([
  [{}, {}, '1/1 Running 0'],
  [
    {
      phase: 'Pending',
      containerStatuses: [],
      initContainerStatuses: [{ name: 'conf', ready: false, restartCount: 0, state: { running: {} } }],
    },
    {},
    '0/1 Init:0/1 0',
  ],
  [
    {
      containerStatuses: [
        { name: 'hummingbot', ready: false, restartCount: 5, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      ],
    },
    {},
    '0/1 CrashLoopBackOff 5',
  ],
  [
    {
      containerStatuses: [
        { name: 'hummingbot', ready: false, restartCount: 0, state: { terminated: { exitCode: 4 } } },
      ],
    },
    {},
    '0/1 ExitCode:4 0',
  ],
  [{}, { deletionTimestamp: ago(-60) }, '1/1 Terminating 0'],
  [{ reason: 'NodeLost' }, { deletionTimestamp: ago(60) }, '1/1 Unknown 0'],
])('%j %j', (status, metadata, wanted) => {
  expect(cells(status, metadata)).toBe(wanted);
});
test('the time of the last restart and the age come as times', () => {
  const pod = podFor(workload, {
    containerStatuses: [
      {
        name: 'hummingbot',
        ready: true,
        restartCount: 2,
        state: { running: {} },
        lastState: { terminated: { exitCode: 1, finishedAt: ago(90) } },
      },
    ],
  });
  expect(columnsOf(pod)).toMatchObject({ restarts: 2, lastRestartAt: NOW - 90_000, createdAt: NOW - 3_600_000 });
});
