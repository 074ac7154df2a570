import { isAbsolute, resolve } from 'node:path';
import { readExec, type ExecSpec } from './exec-entry';
import { invalid, unsupported } from './fault';
import { fieldsOf, type Reader } from './fields';
import type { Entry } from './loader';
import { materialOf, type Material } from './material';
import { printable } from './text';

export interface Impersonation {
  user: string;
  uid?: string;
  groups: string[];
  extra: Record<string, string[]>;
}

/** A user entry, checked. What is not given is missing; `exec` only where it is used. */
export interface UserSpec {
  kind: 'certificate' | 'token' | 'exec' | 'basic' | 'none';
  cert?: Material;
  key?: Material;
  token?: string;
  tokenFile?: string;
  basic?: { username: string; password: string };
  exec?: ExecSpec;
  impersonate?: Impersonation;
}

/** Throws `Failure` with the reason (clientcmd's validateAuthInfo). Reads no file. */
export function readUser(entry: Entry, platform: NodeJS.Platform): UserSpec {
  const fields = fieldsOf(entry.value, `User "${printable(entry.name, 100)}"`);
  const cert = materialOf(fields, 'client-certificate', entry.dir) ?? undefined;
  const key = cert && (materialOf(fields, 'client-key', entry.dir) ?? undefined);
  if (cert && !key) throw invalid('This user has a certificate but no key ("client-key" or "client-key-data").');
  const token = fields.text('token') || undefined;
  const file = fields.text('tokenFile');
  const tokenFile = file === '' ? undefined : isAbsolute(file) ? file : resolve(entry.dir, file);
  const [username, password] = [fields.text('username'), fields.text('password')];
  const basic = username || password ? { username, password } : undefined;
  if (basic && token) {
    throw invalid(
      'This user has both a token and a password; only one of them can be meant.',
      'Remove one from the file.',
    );
  }
  const plugin = fields.inner('exec');
  if (fields.has('auth-provider')) throw oldProvider(fields, plugin !== null);
  const fixed = cert ?? token ?? tokenFile ?? basic;
  const exec = plugin && readExec(plugin, entry, platform);
  return {
    // client-go runs no plugin where a token, password or certificate is given.
    kind: exec && !fixed ? 'exec' : cert ? 'certificate' : (token ?? tokenFile) ? 'token' : basic ? 'basic' : 'none',
    cert,
    key,
    token,
    tokenFile,
    basic,
    exec: exec && !fixed ? exec : undefined,
    impersonate: impersonationOf(fields),
  };
}

/** Paths that the user's entry refers to, also when it can't be used. */
export function userFiles(entry: Entry): string[] {
  try {
    const fields = fieldsOf(entry.value, '');
    return ['client-certificate', 'client-key', 'tokenFile']
      .map((name) => (fields.has(`${name}-data`) ? '' : fields.text(name)))
      .filter((path) => path !== '')
      .map((path) => (isAbsolute(path) ? path : resolve(entry.dir, path)));
  } catch {
    return [];
  }
}

function oldProvider(fields: Reader, withExec: boolean) {
  const name = fields.inner('auth-provider')?.text('name') ?? '';
  const hints: Record<string, string> = {
    gcp: 'Run "gcloud container clusters get-credentials …" again with gke-gcloud-auth-plugin installed.',
    azure: 'Run "az aks get-credentials …" and "kubelogin convert-kubeconfig".',
    oidc: 'Use the kubelogin plugin ("kubectl oidc-login setup") instead.',
  };
  if (withExec)
    return invalid(
      'This user names both an old sign-in provider and a sign-in program; only one of them can be meant.',
    );
  return unsupported(
    `This user signs in with "${printable(name, 40)}", an old way that newer Kubernetes programs dropped.`,
    hints[name] ?? "Make the kubeconfig anew with your provider's current tool.",
  );
}

function impersonationOf(fields: Reader): Impersonation | undefined {
  const user = fields.text('as');
  const uid = fields.text('as-uid') || undefined;
  const groups = fields.texts('as-groups');
  const wanted = fields.inner('as-user-extra');
  const extra = Object.fromEntries(Object.keys(wanted?.fields ?? {}).map((key) => [key, wanted?.texts(key) ?? []]));
  if (user === '') {
    if (uid || groups.length > 0 || Object.keys(extra).length > 0) {
      throw invalid(
        'This user acts with a group or id of someone else ("as-groups", "as-uid"), but does not say who ("as").',
      );
    }
    return undefined;
  }
  return { user, uid, groups, extra };
}
