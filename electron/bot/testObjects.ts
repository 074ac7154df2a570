import type { Draft } from '../../shared/bots';
import type { Event, Pod, StatefulSet } from '../cluster/objects';
import { templateOf } from '../hummingbot/templates';
import { objectsOf } from './manifest';
import { draftToSpec } from './spec';

/** Objects for the tests of this room. */
export const NOW = Date.parse('2026-03-01T12:00:00Z');
export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString().replace('.000Z', 'Z');

export function draftOf(change: Partial<Draft> = {}): Draft {
  const id = change.template ?? 'pmm-paper';
  const template = templateOf(id);
  return {
    template: id,
    clusterId: 'c',
    namespace: 'bots',
    name: 'eth-1',
    image: template.images[0] ?? '',
    exchange: template.exchanges[0] ?? '',
    pair: template.pair,
    values: Object.fromEntries(template.fields.map((field) => [field.key, field.default])),
    password: 'correct horse',
    storageClass: '',
    pullSecret: '',
    ...template.size,
    ...change,
  };
}

/** The workload as a server gives it back. */
export async function workloadOf(change: { replicas?: number; draft?: Partial<Draft> } = {}): Promise<StatefulSet> {
  const spec = await draftToSpec(draftOf(change.draft), { preview: true });
  const made = objectsOf(spec)[4] as unknown as StatefulSet;
  return {
    ...made,
    metadata: { ...made.metadata, uid: 'w1', resourceVersion: '1', generation: 1, creationTimestamp: ago(7200) },
    spec: { ...made.spec, replicas: change.replicas ?? 1 },
    status: { observedGeneration: 1 },
  };
}

/** Its pod, running well, with changes. */
export function podFor(
  workload: StatefulSet,
  status: Pod['status'] = {},
  metadata: Partial<Pod['metadata']> = {},
): Pod {
  return {
    metadata: {
      name: `${workload.metadata.name}-0`,
      namespace: 'bots',
      uid: 'p1',
      resourceVersion: '2',
      creationTimestamp: ago(3600),
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'StatefulSet', name: workload.metadata.name, uid: 'w1', controller: true },
      ],
      ...metadata,
    },
    spec: { ...workload.spec.template.spec, nodeName: 'node-a' },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'ContainersReady', status: 'True' },
      ],
      containerStatuses: [
        { name: 'hummingbot', ready: true, restartCount: 0, image: 'i', state: { running: { startedAt: ago(3500) } } },
      ],
      ...status,
    },
  };
}

export function eventOf(about: 'workload' | 'pod', reason: string, message: string, secondsAgo = 10): Event {
  return {
    metadata: { name: 'e', uid: 'e', resourceVersion: '3', creationTimestamp: ago(secondsAgo) },
    involvedObject: { uid: about === 'pod' ? 'p1' : 'w1' },
    reason,
    message,
    lastTimestamp: ago(secondsAgo),
  };
}
