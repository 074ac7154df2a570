// Fake nodes, whose pods turn Running without a container, for tests of scale.
import { join } from 'node:path';
import { inParallel } from './api.mjs';
import { files } from './control-plane.mjs';
import { start, until } from './process.mjs';

/** What a pod needs to be let onto a fake node beside a real one, and to go nowhere else. */
export const kwokPlacement = {
  nodeSelector: { type: 'kwok' },
  tolerations: [{ key: 'kwok.x-k8s.io/node', operator: 'Exists', effect: 'NoSchedule' }],
};

/**
 * @param {{dir: string, bin: string, api: import('./api.mjs').Api, count: number, tainted: boolean, watchChild: import('./process.mjs').WatchChild}} options
 * `tainted`: only pods with `kwokPlacement` may go there
 */
export async function startKwok({ dir, bin, api, count, tainted, watchChild }) {
  const room = { cpu: '64', memory: '256Gi', pods: '110' };
  await inParallel(
    Array.from({ length: count }, (_, i) => `kwok-${i}`),
    (name) =>
      api.send('POST', '/api/v1/nodes', {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: {
          name,
          annotations: { 'kwok.x-k8s.io/node': 'fake' },
          labels: { type: 'kwok', 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
        },
        spec: tainted ? { taints: [{ key: 'kwok.x-k8s.io/node', value: 'fake', effect: 'NoSchedule' }] } : {},
        status: { capacity: room, allocatable: room },
      }),
  );
  watchChild(
    'kwok',
    start(dir, 'kwok', join(bin, 'kwok'), [
      '--config',
      join(bin, 'kwok-stages.yaml'),
      '--kubeconfig',
      files(dir).kubeconfig,
      '--manage-all-nodes=false',
      '--manage-nodes-with-annotation-selector',
      'kwok.x-k8s.io/node=fake',
      '--node-lease-duration-seconds',
      // A quarter of it is the pace of renewal; slower than the controller's patience nodes would fall silent for a moment.
      '40',
    ]),
  );
  await until(
    'the fake nodes',
    async () => {
      const { items } = await api.get('/api/v1/nodes?labelSelector=type=kwok');
      return items.length === count && items.every((/** @type {any} */ node) => isReady(node));
    },
    120,
    300,
  );
}

/** @param {any} node */
export const isReady = (node) =>
  node.status?.conditions?.some((/** @type {any} */ c) => c.type === 'Ready' && c.status === 'True');
