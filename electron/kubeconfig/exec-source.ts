import { cancelled, runExec, type ExecCall, type ExecDeps } from './exec-run';
import type { CredentialSource, Credentials } from './types';

/** Ask for the next credential this long before the present one ends. */
const earlyMs = 10_000;

export interface OwnedSource extends CredentialSource {
  dispose(): void;
}

/**
 * Credentials of one plugin: one run serves all who wait, its answer is kept until it expires or the server refuses it.
 * `inTurn` lets the plugins of one user entry run one after another.
 */
export function createExecSource(
  call: ExecCall,
  deps: ExecDeps & { now(): number; inTurn<T>(task: () => Promise<T>): Promise<T> },
): OwnedSource {
  const ended = new AbortController();
  let current: { credentials: Credentials; until: number } | null = null;
  let running: Promise<Credentials> | null = null;

  function load(): Promise<Credentials> {
    if (ended.signal.aborted) return Promise.reject(cancelled());
    running ??= deps
      .inTurn(() => runExec(call, deps, ended.signal))
      .then((credentials) => {
        const now = deps.now();
        const end = credentials.expiresAt === undefined ? Infinity : credentials.expiresAt - earlyMs;
        // Expired on arrival: this machine's clock may be wrong. The server decides, not a run for every request.
        current = { credentials, until: Math.max(end, now + earlyMs) };
        return credentials;
      })
      .finally(() => {
        running = null;
      });
    return running;
  }

  return {
    kind: 'exec',
    get() {
      if (running) return running;
      return current && deps.now() < current.until ? Promise.resolve(current.credentials) : load();
    },
    async refresh(used) {
      if (!running && current && !same(current.credentials, used)) return current.credentials;
      if (!running) current = null;
      const fresh = await load();
      return same(fresh, used) ? null : fresh;
    },
    dispose() {
      ended.abort();
      current = null;
    },
  };
}

/** Equal in what is sent: a plugin that answers from a cache gives the refused token again. */
function same(a: Credentials, b: Credentials): boolean {
  return a.token === b.token && a.cert === b.cert && a.key === b.key;
}
