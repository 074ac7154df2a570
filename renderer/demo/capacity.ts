import type { ClusterCapacity, NodeRoom } from '../../shared/capacity';

const GI = 1024 ** 3;
const node = (name: string, pods: number, traits: Partial<NodeRoom> = {}): NodeRoom => ({
  name,
  state: 'open',
  why: '',
  pods: { used: pods, limit: 110 },
  cpuMilli: { used: 650 + pods * 110, limit: 7_910 },
  memory: { used: 1.4 * GI + pods * 0.75 * GI, limit: 31.2 * GI },
  volumes: { used: pods - 6, limit: 15 },
  ...traits,
});

/** Nodes of all sorts; of every other cluster pods may not be read. */
export function demoCapacity(clusterId: string): ClusterCapacity {
  const blind = Number(clusterId.replace(/\D/g, '')) % 2 === 1;
  const nodes = [
    node('pool-a-7xk2p', 14),
    node('pool-a-9mm4c', 21),
    node('pool-b-1q8zt', 17, {
      state: 'silent',
      why: 'It does not answer. Its bots are probably still trading; no new one goes there.',
    }),
    node('pool-gpu-0', 8, {
      state: 'closed',
      why: 'It is kept for other work (taint nvidia.com/gpu=present:NoSchedule).',
    }),
  ];
  const unknown = (one: NodeRoom): NodeRoom => ({
    ...one,
    pods: { ...one.pods, used: null },
    cpuMilli: { ...one.cpuMilli, used: null },
    memory: { ...one.memory, used: null },
    volumes: null,
  });
  return {
    at: Date.now(),
    nodes: blind ? nodes.map(unknown) : nodes,
    waiting: blind ? null : 2,
    volumes: blind
      ? 'The nodes do not say how many volumes of the default storage class they can attach.'
      : 'Volumes are those of disk.example, the default storage class’s driver: claimed by pods there or attached by each node’s own word, out of what the driver says it can.',
    unread: blind
      ? [
          {
            code: 'FORBIDDEN',
            message: 'Your sign-in to this cluster may not ask for what is taken on its nodes.',
            hint: 'Missing right: list pods in all namespaces. Ask whoever runs the cluster for it; bots can be deployed without.',
          },
        ]
      : [],
  };
}
