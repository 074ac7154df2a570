import type { ClusterTarget, Credentials } from '../kubeconfig/types';

/** Header pairs in order; a name may come several times (groups). */
export type HeaderPairs = [string, string][];

/**
 * Who we are, as headers. As kubectl does, nothing secret goes over plain http. Impersonation headers:
 * kubernetes.io/docs/reference/access-authn-authz/authentication#user-impersonation.
 */
export function identityHeaders(target: ClusterTarget, credentials: Credentials): HeaderPairs {
  const pairs: HeaderPairs = [];
  if (target.server.startsWith('https:')) {
    if (credentials.token) pairs.push(['authorization', `Bearer ${credentials.token}`]);
    else if (credentials.basic) {
      const { username, password } = credentials.basic;
      pairs.push(['authorization', `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`]);
    }
  }
  const as = target.impersonate;
  if (as) {
    pairs.push(['impersonate-user', bytes(as.user)]);
    if (as.uid) pairs.push(['impersonate-uid', bytes(as.uid)]);
    for (const group of as.groups) pairs.push(['impersonate-group', bytes(group)]);
    for (const [key, values] of Object.entries(as.extra)) {
      for (const value of values)
        pairs.push([`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`, bytes(value)]);
    }
  }
  return pairs;
}

/** A header carries bytes: UTF-8 ones, one character each, as kubectl sends them. */
const bytes = (text: string): string => Buffer.from(text).toString('latin1');

/** Plain record; names in lower case, several values joined by `, `. */
export function readHeaders(raw: Record<string, string | string[] | undefined>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
