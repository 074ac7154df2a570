import type { Bound, Gauge } from '../../shared/capacity';

const bots = (count: number): string => `${count.toLocaleString('en')} more ${count === 1 ? 'bot' : 'bots'}`;

export const nodeWords = {
  title: 'Nodes and room',
  intro:
    'How many more bots fit, by what pods ask for and what nodes have. A cluster is asked when you open it, not before.',
  memory: 'Memory of a bot',
  cpu: 'CPU of a bot',
  cpuUnit: 'thousandths of a core',
  sizeBad: 'A whole number above 0.',
  none: 'No cluster is connected.',
  asking: 'asking…',
  silent: 'not connected now',
  room: (count: number) => `room for ${bots(count)}`,
  roomUnknown: 'room not known',
  again: 'Ask again',
  age: (ago: string) => `asked ${ago} ago`,
  nodesOf: (name: string) => `Nodes of ${name}`,
  columns: { node: 'Node', bots: 'Bots', pods: 'Pods', cpu: 'CPU', memory: 'Memory', volumes: 'Volumes', room: 'Room' },
  titles: {
    bots: 'Bots on this node that you see in the fleet',
    pods: 'Pods of all kinds that have not ended, of as many as the node takes',
    cpu: 'Cores that pods ask for, of those there are for pods',
    memory: 'Memory that pods ask for, of what there is for pods',
    volumes: 'Volumes attached or claimed by pods, of as many as can be attached',
    room: 'More bots of the size above, and what runs out first',
  },
  state: { open: 'ready', closed: 'takes no bots', silent: 'does not answer' },
  unknown: 'unknown',
  noLimit: 'no limit',
  bound: { pods: 'pods', cpu: 'CPU', memory: 'memory', volumes: 'volumes' } satisfies Record<Bound, string>,
  waiting: (count: number) =>
    `${count === 1 ? 'One pod waits' : `${count.toLocaleString('en')} pods wait`} for a node and will take room that is counted as free here.`,
  noNodes: 'This cluster has no nodes.',
  deploy: {
    room: (count: number, ago: string) =>
      count === 0
        ? `No room for a bot of this size on the nodes (asked ${ago} ago): it would wait for a node.`
        : `Room for ${bots(count)} of this size (asked ${ago} ago).`,
    unknown: 'How many more bots fit here is not known.',
    silent: (count: number) =>
      count === 1 ? 'One node does not answer.' : `${count.toLocaleString('en')} nodes do not answer.`,
  },
};

/** `12 of 110`, `12, no limit`, `unknown`; `show` writes one amount. */
export function gaugeText(gauge: Gauge | null, show: (amount: number) => string = String): string {
  if (!gauge || (gauge.used === null && gauge.limit === null)) return nodeWords.unknown;
  if (gauge.used === null) return `${nodeWords.unknown} of ${show(gauge.limit!)}`;
  return gauge.limit === null
    ? `${show(gauge.used)}, ${nodeWords.noLimit}`
    : `${show(gauge.used)} of ${show(gauge.limit)}`;
}
