import type { PracticeCluster } from '../practice';

/** What main asks of a practice cluster beside its transport, one line each. Inputs and answers cross to the thread and back. */
export const calls = {
  speed: (cluster: PracticeCluster) => cluster.speed(),
  setSpeed: (cluster: PracticeCluster, speed: number) => cluster.setSpeed(speed),
};

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = Parameters<(typeof calls)[N]>[1];
export type CallOutput<N extends CallName> = Awaited<ReturnType<(typeof calls)[N]>>;
