import { expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '../cluster/objects';
import { everRan, lostSince } from './pods';

const meta = { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '' };

it('knows a silent node from a bot that is merely not ready', () => {
  const pod = (reason: string): Pod => ({
    metadata: meta,
    spec: { containers: [] },
    status: { conditions: [{ type: 'Ready', status: 'False', reason }] },
  });
  expect(lostSince(pod('ContainersNotReady'), null)).toBeNull();
  expect(lostSince(pod('NodeNotReady'), null)).toBe(0);
  const node = (status: string) => ({
    metadata: meta,
    status: { conditions: [{ type: 'Ready', status, lastTransitionTime: '2026-01-01T00:00:00Z' }] },
  });
  expect(lostSince(pod('NodeNotReady'), node('True'))).toBeNull();
  expect(lostSince(pod('ContainersNotReady'), node('Unknown'))).toBe(Date.UTC(2026, 0, 1));
});

it('believes that a bot placed no order only when its container surely never ran', () => {
  const status = { name: 'hummingbot', ready: false, restartCount: 0 };
  const pod = (containerStatuses: ContainerStatus[] | undefined): Pod => ({
    metadata: meta,
    spec: { nodeName: 'n', containers: [] },
    status: { startTime: 'x', containerStatuses },
  });
  expect(everRan(pod([{ ...status, state: { waiting: {} } }]), 'hummingbot')).toBe(false);
  expect(everRan(pod([{ ...status, state: { waiting: {} }, restartCount: 2 }]), 'hummingbot')).toBe(true);
  expect(everRan(pod(undefined), 'hummingbot')).toBe(true);
});
