import { createPrivateKey, X509Certificate } from 'node:crypto';
import { invalid } from './fault';
import type { ReadFile } from './files';
import { readPem, readText, tokenOf } from './material';
import type { CredentialSource, Credentials } from './types';
import type { UserSpec } from './user-entry';

/** Files are looked at again after this time, or at once after a 401 (client-go reads token files once a minute). */
const freshMs = 10_000;

/** Certificates, tokens and passwords from the kubeconfig or from files it names. Gives the same object while nothing changed. */
export function createFileSource(user: UserSpec, deps: { readFile: ReadFile; now(): number }): CredentialSource {
  const fromFiles = [user.cert, user.key].some((part) => part && 'file' in part) || user.tokenFile !== undefined;
  let current: Credentials | null = null;
  let readAt = 0;
  let reading: Promise<Credentials> | null = null;

  async function read(): Promise<Credentials> {
    const [pair, token] = await Promise.all([readPair(), readToken()]);
    const next: Credentials = { ...pair, token, basic: user.basic };
    readAt = deps.now();
    if (!current || !same(current, next)) current = next;
    return current;
  }

  async function readPair(): Promise<{ cert?: string; key?: string }> {
    if (!user.cert || !user.key) return {};
    try {
      const [cert, key] = await Promise.all([
        readPem(user.cert, 'The certificate file', deps.readFile),
        readPem(user.key, 'The key file', deps.readFile),
      ]);
      if (!belongTogether(cert, key)) throw invalid('The certificate and the key of this user do not belong together.');
      return { cert, key };
    } catch (thrown) {
      // While the two files are being replaced they may not fit, or be missing: the last good pair serves on.
      if (!current?.cert) throw thrown;
      return { cert: current.cert, key: current.key };
    }
  }

  async function readToken(): Promise<string | undefined> {
    const path = user.tokenFile;
    if (path === undefined) return user.token;
    try {
      return tokenOf(await readText(path, 'The token file', deps.readFile), path);
    } catch (thrown) {
      // As client-go: the last token read, else the one in the kubeconfig.
      const last = current?.token ?? user.token;
      if (last === undefined) throw thrown;
      return last;
    }
  }

  const load = (): Promise<Credentials> => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  return {
    kind: user.kind,
    get: () => (current && (!fromFiles || deps.now() - readAt < freshMs) ? Promise.resolve(current) : load()),
    async refresh(used) {
      if (!fromFiles) return null;
      const next = await load();
      return same(next, used) ? null : next;
    },
  };
}

/** For contexts without credentials, and for plain http, where clientcmd sends none. */
export const noCredentials: CredentialSource = {
  kind: 'none',
  get: () => Promise.resolve({}),
  refresh: () => Promise.resolve(null),
};

function same(a: Credentials, b: Credentials): boolean {
  return (
    a.cert === b.cert &&
    a.key === b.key &&
    a.token === b.token &&
    a.basic?.username === b.basic?.username &&
    a.basic?.password === b.basic?.password
  );
}

/** False only where both can be read and do not fit; what can't be read here is left to TLS to judge. */
function belongTogether(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return true;
  }
}
