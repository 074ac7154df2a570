// The Debian packages that a real node needs.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './process.mjs';

/** What must be there, and the package that brings it. */
const needed = /** @type {const} */ ([
  ['containerd', 'containerd'],
  ['ctr', 'containerd'],
  ['runc', 'runc'],
  ['/usr/lib/cni/bridge', 'containernetworking-plugins'],
  ['iptables', 'iptables'],
  ['ip', 'iproute2'],
  ['openssl', 'openssl'],
  ['setpriv', 'util-linux'],
  ['script', 'bsdutils'],
  ['umount', 'mount'],
]);

/** @param {string} program */
function onPath(program) {
  if (program.startsWith('/')) return existsSync(program);
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

/**
 * Installs what is missing; instant when nothing is.
 * @param {{log?: import('./process.mjs').Log}} [options]
 */
export async function ensurePackages({ log = () => {} } = {}) {
  const missing = [...new Set(needed.filter(([program]) => !onPath(program)).map(([, name]) => name))];
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(' ')}`;
  if (!onPath('apt-get'))
    throw new Error(
      `the test cluster needs Debian (or Ubuntu): ${missing.join(', ')} are missing and there is no apt-get`,
    );
  if (process.getuid?.() !== 0)
    throw new Error(`the test cluster needs packages that only root can install: ${command}`);
  log(command);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env }).catch(() => {}); // an old list may do
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env });
}
