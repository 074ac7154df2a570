import type { AppError } from './errors';

/** What a bot asks for. */
export interface BotSize {
  /** Thousandths of a core. */
  cpuMilli: number;
  memoryMi: number;
}

/** Taken and had of one thing; `used` null: not known, `limit` null: there is none. */
export interface Gauge {
  used: number | null;
  limit: number | null;
}

/** A node as far as new bots may go there. Requests are what counts, as for Kubernetes' scheduler, not what is used right now. */
export interface NodeRoom {
  name: string;
  /** `silent`: it does not answer, so its bots are probably still trading. */
  state: 'open' | 'closed' | 'silent';
  /** Why no new bot goes there, a plain sentence; '' where one may. */
  why: string;
  /** Pods that have not ended. */
  pods: Gauge;
  /** Thousandths of a core asked for. */
  cpuMilli: Gauge;
  /** Bytes asked for. */
  memory: Gauge;
  /** Volumes of the driver that makes bots' volumes, attached or claimed by pods there; null: not known. */
  volumes: Gauge | null;
}

export interface ClusterCapacity {
  /** When the cluster was asked, ms since 1970 by this machine's clock. */
  at: number;
  nodes: NodeRoom[];
  /** Pods that wait for a node, and will take room on one; null: not known. */
  waiting: number | null;
  /** How volumes are counted, or why they are not, a plain sentence. */
  volumes: string;
  /** What could not be read, and what is missing for it. */
  unread: AppError[];
}

/** The container that lays out a bot's files asks for so much before the bot starts (`podSpec.ts`): a pod asks for no less. */
const LEAST: BotSize = { cpuMilli: 50, memoryMi: 64 };

/** What a bot's own reporter asks for beside it. */
export const REPORTER_SIZE: BotSize = { cpuMilli: 5, memoryMi: 64 };
export const withReporter = ({ cpuMilli, memoryMi }: BotSize): BotSize => ({
  cpuMilli: cpuMilli + REPORTER_SIZE.cpuMilli,
  memoryMi: memoryMi + REPORTER_SIZE.memoryMi,
});

const left = ({ used, limit }: Gauge): number | null => (used === null || limit === null ? null : limit - used);
const MI = 1024 * 1024;

/** What runs out first. */
export type Bound = 'pods' | 'cpu' | 'memory' | 'volumes';

/**
 * How many more bots of a size a node takes, and what ends it; null: not known. A volume each, where it is known how many can be
 * attached; what is not known of volumes does not bound.
 */
export function roomOn(node: NodeRoom, size: BotSize): { bots: number; bound: Bound | null } | null {
  if (node.state !== 'open') return { bots: 0, bound: null };
  const parts: [Bound, number | null, number][] = [
    ['pods', left(node.pods), 1],
    ['cpu', left(node.cpuMilli), Math.max(size.cpuMilli, LEAST.cpuMilli)],
    ['memory', left(node.memory), Math.max(size.memoryMi, LEAST.memoryMi) * MI],
  ];
  if (parts.some(([, free]) => free === null)) return null;
  if (node.volumes && left(node.volumes) !== null) parts.push(['volumes', left(node.volumes), 1]);
  const each = parts.map(([bound, free, need]) => ({ bound, bots: Math.max(0, Math.floor(free! / need)) }));
  return each.reduce((least, one) => (one.bots < least.bots ? one : least));
}

/** All nodes together; null where one of them is not known. */
export function roomIn(capacity: ClusterCapacity, size: BotSize): number | null {
  let sum = 0;
  for (const node of capacity.nodes) {
    const room = roomOn(node, size);
    if (!room) return null;
    sum += room.bots;
  }
  return sum;
}
