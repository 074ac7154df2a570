import type { PracticeAct } from '../../shared/practice';
import { perform, stateOf, type PracticeCluster } from '../practice';

/** What main asks of a practice cluster beside its transport, one line each. Inputs and answers cross to the thread and back. */
export const calls = {
  state: stateOf,
  act: (cluster: PracticeCluster, act: PracticeAct) => perform(cluster, act),
};

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = Parameters<(typeof calls)[N]>[1];
export type CallOutput<N extends CallName> = Awaited<ReturnType<(typeof calls)[N]>>;
