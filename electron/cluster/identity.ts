import { createHash } from 'node:crypto';
import { Failure } from '../../shared/errors';
import type { ClusterTarget } from '../kubeconfig/types';
import { NAMESPACES } from './resources';
import type { Api } from './types';

/** Where the uid of kube-system may not be read: `ca:` and a hash of server and authority. */
export function fallbackIdentity(target: Pick<ClusterTarget, 'server' | 'ca'>): string {
  const server = new URL(target.server).href.replace(/\/$/, '');
  const ca = (target.ca ?? '').replace(/\s+/g, '');
  return `ca:${createHash('sha256').update(`${server}\n${ca}`).digest('hex').slice(0, 32)}`;
}

/** What a cluster is: the uid of its namespace kube-system, which lives as long as the cluster does. Throws `Failure`. */
export async function readIdentity(api: Api, target: ClusterTarget, timeoutMs?: number): Promise<string> {
  return (await readUid(api, timeoutMs)) ?? fallbackIdentity(target);
}

/** Throws `Failure` WRONG_CLUSTER unless the server behind the context is the cluster `expected`, asked now. */
export async function verifyIdentity(api: Api, target: ClusterTarget, expected: string): Promise<void> {
  const uid = expected.startsWith('ca:') ? null : await readUid(api);
  if ((uid ?? fallbackIdentity(target)) === expected) return;
  if (uid === null && !expected.startsWith('ca:')) {
    throw new Failure({
      code: 'WRONG_CLUSTER',
      message: `Whether ${target.contextName} is still the same cluster can't be checked any more; nothing was done.`,
      hint: 'The sign-in may no longer read the namespace kube-system. Connect again to see the cluster as it is now.',
    });
  }
  throw new Failure({
    code: 'WRONG_CLUSTER',
    message: `${target.contextName} now points to another cluster; nothing was done.`,
    hint: 'The kubeconfig or the server behind it changed. Connect again to see the cluster it points to now.',
    cause: `expected ${expected}, found ${uid ?? fallbackIdentity(target)}`,
  });
}

async function readUid(api: Api, timeoutMs?: number): Promise<string | null> {
  try {
    return (await api.get(NAMESPACES, null, 'kube-system', { timeoutMs })).metadata.uid || null;
  } catch (error) {
    if (error instanceof Failure && (error.error.code === 'FORBIDDEN' || error.error.code === 'NOT_FOUND')) return null;
    throw error;
  }
}
