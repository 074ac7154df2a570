import type { AppError } from '../../shared/errors';
import type { ClusterInfo, ConnectionPhase, ConnectionStatus, ContextInfo } from '../../shared/rows';

/** A connection's status in the given phase. */
export function status(phase: ConnectionPhase, traits: Partial<ConnectionStatus> = {}): ConnectionStatus {
  return { phase, since: 0, lastWordAt: null, error: null, retryAt: null, serverVersion: '', slow: false, ...traits };
}

/** A connected cluster with the given traits. */
export function cluster(traits: Partial<ClusterInfo> = {}): ClusterInfo {
  return {
    id: 'c0',
    contextIds: ['default#c0'],
    name: 'c0',
    colour: 0,
    provider: 'unknown',
    status: status('live'),
    access: { namespaces: null, missing: [] },
    namespace: 'trading',
    practice: false,
    ...traits,
  };
}

/** A context of `~/.kube/config` with the given traits. */
export function context(
  traits: Partial<ContextInfo> & { phase?: ConnectionPhase; error?: AppError } = {},
): ContextInfo {
  const { phase = 'off', error = null, ...rest } = traits;
  const name = rest.name ?? 'fra';
  return {
    id: `default#${name}`,
    name,
    source: { kind: 'default', path: '/home/trader/.kube/config', files: ['/home/trader/.kube/config'] },
    server: 'https://203.0.113.7:6443',
    user: 'trader',
    namespace: 'trading',
    provider: 'unknown',
    auth: 'token',
    execCommand: '',
    enabled: false,
    displayName: '',
    colour: 0,
    problem: null,
    clusterId: null,
    status: status(phase, { error }),
    usage:
      phase === 'live'
        ? { requestsMinute: 0, requestsHour: 57, bytesHour: 1_240_000, streams: 2, connections: 3 }
        : null,
    ...rest,
  };
}
