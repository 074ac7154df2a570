import { invalid, unsupported } from './fault';
import { fieldsOf } from './fields';
import type { Env, ReadFile } from './files';
import type { Entry } from './loader';
import { materialOf, readPem } from './material';
import { isLoopback, proxyFor } from './proxy';
import { printable } from './text';
import type { Plain } from './yaml';

/** A cluster entry, checked; everything that a connection and a plugin's cluster information need. */
export interface ClusterSpec {
  /** scheme://host[:port][/path] without a trailing slash. */
  server: string;
  /** Plain http, only to this machine (`kubectl proxy`): clientcmd sends no credentials there. */
  secure: boolean;
  ca?: string;
  insecureSkipTlsVerify: boolean;
  tlsServerName?: string;
  /** As written, for a plugin. */
  proxyField: string;
  /** What to use: `proxyField` or the environment's. */
  proxyUrl?: string;
  disableCompression: boolean;
  /** `extensions` named `client.authentication.k8s.io/exec`: handed to a plugin that wants cluster information. */
  execConfig: Plain;
  files: string[];
}

/** Throws `Failure` with the reason. Reads the CA file, where there is one. */
export async function readCluster(entry: Entry, env: Env, readFile: ReadFile): Promise<ClusterSpec> {
  const fields = fieldsOf(entry.value, `Cluster "${printable(entry.name, 100)}"`);
  const authority = materialOf(fields, 'certificate-authority', entry.dir);
  const insecure = fields.flag('insecure-skip-tls-verify');
  const url = serverUrl(fields.text('server'), authority !== null || insecure);
  if (authority !== null && insecure) {
    throw invalid(
      'This cluster names a certificate authority and also says not to check certificates; only one of them can be meant.',
      'Remove "insecure-skip-tls-verify" from the file.',
    );
  }
  const proxyField = fields.text('proxy-url');
  const ca = authority && (await readPem(authority, 'The certificate authority file', readFile));
  return {
    server: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`,
    secure: url.protocol === 'https:',
    ca: ca ?? undefined,
    insecureSkipTlsVerify: insecure,
    tlsServerName: fields.text('tls-server-name') || undefined,
    proxyField,
    proxyUrl: proxyFor(url, proxyField, env),
    disableCompression: fields.flag('disable-compression'),
    execConfig: execConfigOf(fields.list('extensions')),
    files: authority && 'file' in authority ? [authority.file] : [],
  };
}

/** Paths that the entry refers to, also when it can't be used: they are watched so that it mends by itself. */
export function clusterFiles(entry: Entry): string[] {
  try {
    const authority = materialOf(fieldsOf(entry.value, ''), 'certificate-authority', entry.dir);
    return authority && 'file' in authority ? [authority.file] : [];
  } catch {
    return [];
  }
}

function serverUrl(text: string, tls: boolean): URL {
  if (text === '') throw invalid('The cluster\'s address is missing ("server").');
  const bare = !/^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  let url: URL;
  try {
    url = new URL(bare ? `https://${text}` : text);
    // kubectl takes an address without a scheme as http unless something speaks for TLS.
    if (bare && !tls && isLoopback(url.hostname)) url = new URL(`http://${text}`);
  } catch {
    throw invalid(`The cluster's address is not valid: ${printable(text.replace(/\/\/[^/@]*@/, '//'), 200)}`);
  }
  if (url.username || url.password) {
    throw invalid("The cluster's address holds a user name or password.", 'Put them into the user entry of the file.');
  }
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') {
    throw invalid(`The cluster's address must begin with https://: ${printable(text, 200)}`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw unsupported(
      "The cluster's address is not encrypted (http://), so anyone on the way could read and change what is sent.",
      'Use its https:// address.',
    );
  }
  return url;
}

function execConfigOf(extensions: Plain[]): Plain {
  for (const item of extensions) {
    const extension = fieldsOf(item, 'An extension');
    if (extension.text('name') === 'client.authentication.k8s.io/exec') return extension.fields.extension ?? null;
  }
  return null;
}
