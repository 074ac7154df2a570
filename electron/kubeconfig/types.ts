import type { AppError } from '../../shared/errors';

/** What proves who we are; PEM texts, never base64. `expiresAt` in ms since 1970. */
export interface Credentials {
  cert?: string;
  key?: string;
  token?: string;
  basic?: { username: string; password: string };
  expiresAt?: number;
}

/** Where credentials come from. One run of a plugin or one file read serves all callers that wait. */
export interface CredentialSource {
  kind: 'certificate' | 'token' | 'exec' | 'basic' | 'none';
  /** Current credentials; may run a plugin (after consent). Throws `Failure`: PLUGIN_MISSING, PLUGIN_NOT_ALLOWED, PLUGIN_FAILED, TIMEOUT, INVALID. */
  get(): Promise<Credentials>;
  /** After a 401: drops `used` if it is still the current one and gets fresh ones; `null` when nothing fresher can exist. */
  refresh(used: Credentials): Promise<Credentials | null>;
}

/** Everything `cluster/` needs to reach one context's server. Holds secrets: never leaves the main process. */
export interface ClusterTarget {
  contextId: string;
  contextName: string;
  /** https://host:port[/path], no trailing slash. */
  server: string;
  /** PEM. */
  ca?: string;
  insecureSkipTlsVerify: boolean;
  tlsServerName?: string;
  proxyUrl?: string;
  /** Namespace of the context, `default` where it names none. */
  namespace: string;
  impersonate?: { user: string; uid?: string; groups: string[]; extra: Record<string, string[]> };
  credentials: CredentialSource;
  /** Changes whenever anything that matters to the connection changed in the files. */
  fingerprint: string;
}

export type TargetResult = { ok: true; target: ClusterTarget } | { ok: false; error: AppError };
