import type { PodSpec } from '../cluster/objects';
import type { Dispose } from '../cluster/types';
import type { Journal } from './bot/journal';
import type { ContainerRecord } from './containers';
import type { Disk } from './files';
import type { Running } from './program';

/** One run of a container on its node. */
export interface Run {
  containerID: string;
  startedAt: number;
  journal: Journal;
  /** Null once it has ended. */
  program: Running | null;
  /** A shell exec'd into it, with what ends it. */
  shells: Set<{ mark: string; hangUp(): void }>;
}
/** A container on its node: what is told of it, and its last two runs. */
export interface Container extends ContainerRecord {
  runs: Run[];
  crashes: number;
}
/** A pod on its node. */
export interface PodOnNode {
  uid: string;
  namespace: string;
  name: string;
  node: string;
  spec: PodSpec & { restartPolicy?: string; activeDeadlineSeconds?: number };
  containers: Container[];
  /** Its emptyDirs. */
  volumes: Map<string, Disk>;
  startTime: string;
  podIP: string;
  hostIP: string;
  timers: Set<Dispose>;
  /** Told to end. */
  ending: boolean;
  /** Nothing runs here any more. */
  over: boolean;
  failed?: { reason: string; message: string };
}

export const runOf = (container: Container | undefined): Run | undefined => container?.runs[container.runs.length - 1];
export const botOf = ({ namespace, name }: { namespace: string; name: string }): string =>
  `${namespace}/${name.replace(/-\d+$/, '')}`;
