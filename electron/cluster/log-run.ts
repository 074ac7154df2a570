import { Failure } from '../../shared/errors';
import type { ContainerStatus, Pod } from './objects';
import { PODS } from './resources';
import type { ContainerRef } from './stream-types';
import type { Api } from './types';

/** What the pod says about the container whose log is read. */
export interface ContainerRun {
  /** Pins the pod: a successor of the same name is another one. */
  podUid: string;
  /** Of the newest run; '' before the first. */
  containerId: string;
  running: boolean;
  /** No further run comes: the pod is over or going. */
  final: boolean;
  /** Exit code of the newest run that ended. */
  code: number | null;
  /** What it waits for, in the server's words; '' when it does not. */
  waiting: string;
}

/** Throws `Failure`; null where pods may not be read (their logs may be, all the same). */
export async function readRun(api: Api, at: ContainerRef, signal: AbortSignal): Promise<ContainerRun | null> {
  let pod: Pod;
  try {
    pod = await api.get<Pod>(PODS, at.namespace, at.pod, { signal });
  } catch (error) {
    if (error instanceof Failure && error.error.code === 'FORBIDDEN') return null;
    throw error;
  }
  const { status, spec, metadata } = pod;
  const all: ContainerStatus[] = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const container = all.find(({ name }) => name === at.container);
  const known = [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === at.container);
  if (!known) throw new Failure({ code: 'NOT_FOUND', message: `The pod ${at.pod} has no container ${at.container}.` });
  const state = container?.state ?? {};
  const ended = state.terminated ?? container?.lastState?.terminated;
  const over = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  return {
    podUid: metadata.uid,
    containerId: container?.containerID ?? '',
    running: !!state.running,
    final: over || (!!metadata.deletionTimestamp && !state.running),
    code: ended ? ended.exitCode : null,
    waiting: state.waiting ? [state.waiting.reason, state.waiting.message].filter(Boolean).join(': ') : '',
  };
}
