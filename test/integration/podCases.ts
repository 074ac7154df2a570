import type { Condition, ContainerState, ContainerStatus, Pod } from '../../electron/cluster/objects';

/** Kinds of pod states that the columns have to tell apart. */
export const CLASSES = [
  'phase',
  'init-waiting',
  'init-ended',
  'init-running',
  'sidecar',
  'sidecar-failing',
  'waiting',
  'ended-by-code',
  'ended-by-signal',
  'ended-with-reason',
  'completed-with-others',
  'deletion',
  'deletion-ended',
  'node-lost',
  'gated',
  'readiness-gates',
  'restarts-with-time',
  'restarts-without-time',
  'initialised-again',
  'anything',
] as const;
export type Class = (typeof CLASSES)[number];

export interface PodCase {
  name: string;
  kind: Class;
  /** As it is created. */
  pod: object;
  /** As it is patched into the status. */
  status: NonNullable<Pod['status']>;
  deleted: boolean;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const REASONS = [
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'ContainerCreating',
  'PodInitializing',
  'Odd one',
  '',
];
const ENDS = ['Completed', 'Error', 'OOMKilled', 'ContainerCannotRun', 'DeadlineExceeded'];
const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];

/** One pod state of a class, at a time in ms since 1970. */
export function makeCase(kind: Class, name: string, random: () => number, now: number): PodCase {
  const chance = (part: number): boolean => random() < part;
  const below = (limit: number): number => Math.floor(random() * limit);
  const one = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  // Ages over the whole range that is printed in its own way: seconds to years.
  const time = (): string =>
    new Date(now - Math.floor(Math.exp(random() * 20)) * 1000 - 5000).toISOString().replace(/\.\d+Z/, 'Z');

  const waiting = (): ContainerState => ({ waiting: { reason: one(REASONS) } });
  const running = (): ContainerState => ({ running: { startedAt: time() } });
  const ended = (how: 'code' | 'signal' | 'reason' | 'fine'): ContainerState => ({
    terminated: {
      exitCode: how === 'fine' ? 0 : how === 'signal' ? one([0, 137, 143]) : 1 + below(255),
      ...(how === 'signal' ? { signal: 1 + below(31) } : {}),
      ...(how === 'reason' ? { reason: one(ENDS) } : how === 'fine' && chance(0.8) ? { reason: 'Completed' } : {}),
      startedAt: time(),
      finishedAt: time(),
    },
  });
  const anyState = (): ContainerState =>
    one([
      waiting,
      running,
      running,
      () => ended('code'),
      () => ended('signal'),
      () => ended('reason'),
      () => ended('fine'),
      () => ({}),
    ])();
  const container = (of: string, state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
    name: of,
    state,
    ready: chance(0.5),
    restartCount: 0,
    image: 'none',
    imageID: '',
    ...more,
  });
  const lastEnd = (withTime: boolean): ContainerState => ({
    terminated: { exitCode: below(3), ...(withTime ? { startedAt: time(), finishedAt: time() } : {}) },
  });

  const initNames =
    kind.startsWith('init') || kind === 'initialised-again'
      ? names('init', 1 + below(3))
      : chance(0.3)
        ? ['init-0']
        : [];
  const sidecarNames =
    kind.startsWith('sidecar') || (kind === 'anything' && chance(0.4)) ? names('side', 1 + below(2)) : [];
  const mainNames = names('main', kind === 'completed-with-others' ? 2 + below(2) : 1 + below(3));
  const gated = kind === 'gated';
  const gates = kind === 'readiness-gates' || chance(0.05) ? ['example.com/one', 'example.com/two'] : [];
  const deleted =
    kind === 'deletion' ||
    kind === 'deletion-ended' ||
    (kind === 'node-lost' ? chance(0.6) : kind === 'anything' && chance(0.2));

  const spec = {
    // Nobody schedules it, no kubelet touches it.
    schedulerName: 'none',
    ...(gated ? { schedulingGates: [{ name: 'example.com/wait' }] } : {}),
    ...(gates.length > 0 ? { readinessGates: gates.map((conditionType) => ({ conditionType })) } : {}),
    terminationGracePeriodSeconds: 3600,
    initContainers: shuffled(
      [
        ...initNames.map((of) => ({ name: of, image: 'none' })),
        ...sidecarNames.map((of) => ({ name: of, image: 'none', restartPolicy: 'Always' })),
      ],
      random,
    ),
    containers: mainNames.map((of) => ({ name: of, image: 'none' })),
  };

  const conditions: Condition[] = [];
  const say = (type: string, value: boolean, reason?: string): void => {
    conditions.push({
      type,
      status: value ? 'True' : 'False',
      ...(reason ? { reason } : {}),
      lastTransitionTime: time(),
    });
  };
  if (gated) say('PodScheduled', false, 'SchedulingGated');
  else if (chance(0.7)) say('PodScheduled', chance(0.8), chance(0.2) ? 'Unschedulable' : undefined);
  if (kind === 'initialised-again' || chance(0.5)) say('Initialized', kind === 'initialised-again' || chance(0.5));
  if (chance(0.7)) say('Ready', chance(0.5));
  for (const gate of gates) if (chance(0.7)) say(gate, chance(0.5));

  const initStatus = spec.initContainers.map(({ name: of }) => {
    const sidecar = sidecarNames.includes(of);
    const restarts = chance(0.4) ? { restartCount: below(5), lastState: chance(0.7) ? lastEnd(chance(0.8)) : {} } : {};
    if (sidecar) {
      const state = kind === 'sidecar-failing' ? one([waiting, () => ended('code'), () => ended('fine')])() : running();
      return container(of, state, { started: kind === 'sidecar-failing' ? chance(0.5) : chance(0.9), ...restarts });
    }
    const state =
      kind === 'init-waiting'
        ? one([waiting, waiting, () => ended('fine')])()
        : kind === 'init-ended'
          ? ended(one(['code', 'signal', 'reason', 'fine']))
          : kind === 'init-running'
            ? one([running, () => ended('fine')])()
            : kind === 'initialised-again' || kind === 'anything'
              ? anyState()
              : ended('fine');
    return container(of, state, restarts);
  });

  const mainStatus = mainNames.map((of, index) => {
    const plain = (state: ContainerState): ContainerStatus => container(of, state);
    switch (kind) {
      case 'waiting':
      case 'init-waiting':
      case 'init-running':
        return plain(waiting());
      case 'ended-by-code':
        return plain(index === 0 ? ended('code') : anyState());
      case 'ended-by-signal':
        return plain(index === 0 ? ended('signal') : anyState());
      case 'ended-with-reason':
        return plain(ended('reason'));
      case 'completed-with-others':
        return index === 0
          ? plain({ terminated: { exitCode: 0, reason: 'Completed', startedAt: time(), finishedAt: time() } })
          : container(of, running(), { ready: chance(0.8) });
      case 'restarts-with-time':
        return container(of, one([running, waiting])(), { restartCount: 1 + below(500), lastState: lastEnd(true) });
      case 'restarts-without-time':
        return container(of, one([running, waiting])(), {
          restartCount: 1 + below(500),
          lastState: chance(0.5) ? {} : lastEnd(false),
        });
      case 'sidecar':
      case 'readiness-gates':
      case 'deletion':
      case 'node-lost':
        return container(of, running(), { ready: chance(0.8) });
      default:
        return container(of, anyState(), {
          restartCount: chance(0.3) ? below(9) : 0,
          lastState: chance(0.3) ? lastEnd(chance(0.8)) : {},
        });
    }
  });

  const phase =
    kind === 'deletion-ended'
      ? one(['Succeeded', 'Failed'])
      : gated
        ? 'Pending'
        : kind === 'phase' || kind === 'anything'
          ? one(PHASES)
          : one(['Pending', 'Running']);
  const bare = kind === 'phase' || gated;
  const status: NonNullable<Pod['status']> = {
    phase,
    ...(kind === 'node-lost'
      ? { reason: 'NodeLost' }
      : chance(kind === 'phase' ? 0.5 : 0.05)
        ? { reason: one(['Evicted', 'Preempting', 'NodeAffinity']) }
        : {}),
    conditions,
    ...(bare ? {} : { initContainerStatuses: initStatus, containerStatuses: mainStatus }),
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    // The finalizer keeps a deleted pod where it can be looked at.
    metadata: { name, ...(deleted ? { finalizers: ['example.com/keep'] } : {}) },
    spec,
  };
  return { name, kind, pod, status, deleted };
}

const names = (stem: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${stem}-${index}`);

function shuffled<T>(items: T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
