// A Debian userland with bash, coreutils, awk, ps and Python, unpacked from Debian's packages without installing them.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.mjs';

const wanted = [
  'bash',
  'coreutils',
  'mawk',
  'procps',
  'grep',
  'sed',
  'tar',
  'findutils',
  'hostname',
  'python3-minimal',
  'libpython3-stdlib',
  'python3-yaml',
];

/** Depended on by scripts that never run here, or never called. */
const unwanted =
  /^(perl|libperl|lib.*-perl$|dpkg|debconf|debianutils|base-files|gawk|original-awk|libmpfr|libsigsegv|libgdbm|install-info|init-system|mime-support|mailcap|media-types|readline-common|usr-is-merged|usrmerge|libelogind|gcc-\d+-base|libdb5|libgssapi|libk5|libkrb5|libkeyutils|libcom-err|libnsl|libtirpc|python3$|python3\.\d+$)/;

const excluded = [
  './usr/share/doc*',
  './usr/share/man*',
  './usr/share/locale*',
  './usr/share/info*',
  './usr/share/lintian*',
  './usr/share/bash-completion*',
  './usr/share/bug*',
  './usr/lib/*/gconv*',
  './usr/lib/*/perl*',
  './usr/lib/python3*/idlelib*',
  './usr/lib/python3*/lib2to3*',
  './usr/lib/python3*/distutils*',
  './usr/lib/python3*/ensurepip*',
  './usr/lib/python3*/pydoc_data*',
  './usr/lib/python3*/tkinter*',
  './usr/lib/python3*/turtle*',
  './usr/lib/python3*/unittest*',
  './usr/lib/python3*/test*',
  './usr/lib/python3*/config-*',
];

/** What the layer depends on besides the release of Debian; a newer point release of a package does not matter. */
export const userlandRecipe = () =>
  JSON.stringify([debianRelease(), wanted, String(unwanted), excluded, process.arch, 1]);

/** Such as `debian12`. */
export function debianRelease() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const field = (/** @type {string} */ name) => new RegExp(`^${name}="?([\\w.]+)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${field('ID')}${field('VERSION_ID')}`;
}

/** @param {string} root */
export async function makeUserland(root) {
  const update = () => run('apt-get', ['update', '-q']);
  const names = await packages().catch(() => update().then(packages));
  const debs = join(root, 'debs');
  mkdirSync(debs, { recursive: true });
  await run('apt-get', ['download', '-q', ...names], { cwd: debs }).catch(async () => {
    await update();
    await run('apt-get', ['download', '-q', ...names], { cwd: debs });
  });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  const unpack = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --keep-directory-symlink "${@:3}"';
  for (const file of readdirSync(debs))
    await run('bash', [
      '-o',
      'pipefail',
      '-c',
      unpack,
      'unpack',
      join(debs, file),
      root,
      ...excluded.map((each) => `--exclude=${each}`),
    ]);
  rmSync(debs, { recursive: true });
  for (const folder of ['etc', 'root', 'proc', 'sys', 'dev', 'run', 'home', 'var/tmp', 'var/log', 'usr/local/bin'])
    mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(join(root, 'tmp'), { recursive: true });
  await run('chmod', ['1777', join(root, 'tmp'), join(root, 'var/tmp')]);
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  );
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n');
  for (const [link, target] of /** @type {const} */ ([
    ['sh', 'bash'],
    ['awk', 'mawk'],
  ]))
    if (!existsSync(join(root, 'usr/bin', link))) symlinkSync(target, join(root, 'usr/bin', link));
  // the root file system is read-only in a bot, so Python could not keep what it compiled
  await run('chroot', [
    root,
    '/usr/bin/python3',
    '-m',
    'compileall',
    '-q',
    '--invalidation-mode',
    'unchecked-hash',
    '/usr/lib/python3',
    ...readdirSync(join(root, 'usr/lib'))
      .filter((name) => /^python3\.\d+$/.test(name))
      .map((name) => `/usr/lib/${name}`),
  ]).catch(() => {});
}

/** The wanted packages with what they depend on. */
async function packages() {
  const said = await run('apt-cache', [
    'depends',
    '--recurse',
    '--no-recommends',
    '--no-suggests',
    '--no-conflicts',
    '--no-breaks',
    '--no-replaces',
    '--no-enhances',
    ...wanted,
  ]);
  const all = [...new Set(said.split('\n').filter((line) => /^[a-z0-9][\w.+-]+$/.test(line)))];
  return all.filter((name) => wanted.includes(name) || !unwanted.test(name));
}
