import type { BotState } from '../../shared/rows';
import type { Event, Pod, StatefulSet } from '../cluster/objects';

export interface StateInput {
  workload: StatefulSet;
  /** Pods that belong to the workload. */
  pods: Pod[];
  /** Events of the workload and its pods, where someone asked for them. */
  events?: Event[];
  /** Nodes known not to answer. */
  lostNodes?: ReadonlySet<string>;
  now: number;
}
export interface StateOutput {
  state: BotState;
  /** One plain sentence, '' when all is well. */
  reason: string;
  /** STATUS of a workload without a pod: `Stopped`, `Refused`, `Waiting`; null with a pod. */
  podless: 'Stopped' | 'Refused' | 'Waiting' | null;
}

/** What the app says a bot is doing, from the API server's word alone. */
export function stateOf(input: StateInput): StateOutput {
  return { state: input.pods.length ? 'running' : 'stopped', reason: '', podless: null };
}
