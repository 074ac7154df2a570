// The throw-away authority of one cluster, its certificates and kubeconfigs, made with openssl.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, writeWhole } from './process.mjs';

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** @param {string} dir folder of the certificates */
export async function makeAuthority(dir) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await run(
    'openssl',
    [
      'req',
      '-x509',
      ...curve,
      '-days',
      '30',
      '-subj',
      '/CN=hummingdeck-test-ca',
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
      '-config',
      configuration(dir, 'ca', [
        'basicConstraints=critical,CA:TRUE',
        'keyUsage=critical,keyCertSign,cRLSign,digitalSignature',
      ]),
    ],
    { cwd: dir },
  );
  await run('openssl', ['ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', 'sa.key'], { cwd: dir });
  await run('openssl', ['ec', '-in', 'sa.key', '-pubout', '-out', 'sa.pub'], { cwd: dir });
}

/**
 * A certificate NAME.crt with NAME.key, signed by the authority of the same folder.
 * @param {string} dir @param {string} name
 * @param {{user: string, groups?: string[], hosts?: string}} subject `hosts` makes it a server's, such as `DNS:localhost,IP:127.0.0.1`
 */
export async function makeCertificate(dir, name, { user, groups = [], hosts }) {
  const escape = (/** @type {string} */ text) => text.replace(/[/+\\]/g, '\\$&');
  const subject = [...groups.map((group) => `/O=${escape(group)}`), `/CN=${escape(user)}`].join('');
  const extensions = ['basicConstraints=critical,CA:FALSE', `extendedKeyUsage=${hosts ? 'serverAuth' : 'clientAuth'}`];
  if (hosts) extensions.push(`subjectAltName=${hosts}`);
  await run(
    'openssl',
    [
      'req',
      '-x509',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      ...curve,
      '-days',
      '30',
      '-subj',
      subject,
      '-utf8',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-config',
      configuration(dir, name, extensions),
    ],
    { cwd: dir },
  );
}

/** @param {string} dir @param {string} name @param {string[]} extensions */
function configuration(dir, name, extensions) {
  const file = join(dir, `${name}.cnf`);
  writeFileSync(
    file,
    [
      '[req]',
      'distinguished_name=dn',
      'x509_extensions=ext',
      '[dn]',
      '[ext]',
      'subjectKeyIdentifier=hash',
      ...extensions,
      '',
    ].join('\n'),
  );
  return file;
}

/**
 * @param {{file: string, server: string, ca: string, name: string, user: string, cert: string, key: string, namespace?: string}} what
 * `ca`, `cert` and `key` are files; the kubeconfig holds their content and stands on its own.
 */
export function writeKubeconfig({ file, server, ca, name, user, cert, key, namespace }) {
  const data = (/** @type {string} */ path) => readFileSync(path).toString('base64');
  writeWhole(file, {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': data(ca) } }],
    users: [{ name: user, user: { 'client-certificate-data': data(cert), 'client-key-data': data(key) } }],
    contexts: [{ name, context: { cluster: name, user, ...(namespace ? { namespace } : {}) } }],
  });
  return file;
}
