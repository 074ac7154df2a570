import { Failure } from '../shared/errors';
import type { Settings } from '../shared/settings';
import type { Transport } from './cluster';
import type { Clock } from './cluster/types';
import type { ContextEntry } from './fleet';
import type { TargetResult } from './kubeconfig/types';
import type { PracticeCluster } from './practice';
import { startPractice } from './practiceStart';

/** The one practice cluster's context. Its id names no file, so that no kubeconfig can take its place. */
export const PRACTICE_ID = 'practice#1';
const NAME = 'practice';
/** A host that can't exist (RFC 2606): nothing of the practice cluster ever goes over a wire. */
const SERVER = 'https://practice.invalid';

export interface PracticeDesk {
  entries(): ContextEntry[];
  /** null: not a practice context. */
  target(contextId: string): TargetResult | null;
  /** A way to it, in memory; undefined: not a practice context. The cluster begins with the first one asked for. */
  transport(contextId: string): Transport | undefined;
  dispose(): void;
}

export function createPracticeDesk(clock: Clock, seed: string): PracticeDesk {
  let starting: Promise<PracticeCluster> | null = null;
  const cluster = () => (starting ??= startPractice({ name: NAME, clock, seed }));
  return {
    entries: () => [
      {
        id: PRACTICE_ID,
        name: NAME,
        source: { kind: 'practice', path: '' },
        server: SERVER,
        user: '',
        namespace: 'trading',
        provider: 'unknown',
        auth: 'none',
        execCommand: '',
        problem: null,
      },
    ],
    target: (contextId) =>
      contextId !== PRACTICE_ID
        ? null
        : {
            ok: true,
            target: {
              contextId,
              contextName: NAME,
              server: SERVER,
              insecureSkipTlsVerify: false,
              namespace: 'trading',
              credentials: { kind: 'none', get: () => Promise.resolve({}), refresh: () => Promise.resolve(null) },
              fingerprint: PRACTICE_ID,
            },
          },
    transport: (contextId) => (contextId === PRACTICE_ID ? whenThere(cluster) : undefined),
    dispose: () => void starting?.then((one) => one.dispose()),
  };
}

/** The practice cluster takes a moment to be laid out; whoever asks meanwhile waits. */
function whenThere(cluster: () => Promise<PracticeCluster>): Transport {
  let closed = false;
  let far: Transport | null = null;
  const open = cluster().then((one) => {
    far = one.transport();
    if (closed) far.close();
    return far;
  });
  const ready = async () => {
    if (closed) throw new Failure({ code: 'CANCELLED', message: 'The practice cluster was turned off.' });
    return far ?? open;
  };
  return {
    request: async (request) => (await ready()).request(request),
    stream: async (request) => (await ready()).stream(request),
    channel: async (request) => (await ready()).channel(request),
    reset: () => far?.reset(),
    close() {
      closed = true;
      far?.close();
    },
    get counters() {
      return far?.counters ?? { requests: 0, openStreams: 0, bytesIn: 0 };
    },
  };
}

type Choice = Settings['contexts'][string];

/**
 * What becomes of the practice cluster by itself: on at the first start, off once a real cluster is live. `null`: nothing. A trader's own
 * switch ends this for good (`practiceByItself`).
 */
export function practiceByItself(settings: Settings, realIsLive: boolean): { enabled: boolean } | null {
  if (!settings.practiceByItself) return null;
  const choice: Choice | undefined = settings.contexts[PRACTICE_ID];
  const realIsOn = Object.entries(settings.contexts).some(([id, other]) => id !== PRACTICE_ID && other.enabled);
  if (!choice) return realIsOn ? null : { enabled: true };
  return choice.enabled && realIsLive ? { enabled: false } : null;
}
