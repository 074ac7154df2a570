// @ts-check
import { existsSync } from 'node:fs';
import { capture, run, say } from './run.mjs';

/** What Electron needs on a bare Debian, the virtual display for machines without one, and a font. */
const ELECTRON = [
  ...['xvfb', 'xauth', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libatk-bridge2.0-0', 'libdrm2'],
  ...['libxshmfence1', 'libsecret-1-0', 'libnotify4', 'xdg-utils', 'fonts-dejavu-core'],
];

/** Installs missing Debian packages as root; elsewhere it says what may be missing and goes on. */
export async function ensureElectronPackages() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/dpkg-query')) return;
  const missing = ELECTRON.filter((name) => !installed(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    say(
      `these packages may be missing: ${missing.join(' ')}. Install them with: sudo apt-get install ${missing.join(' ')}`,
    );
    return;
  }
  say(`installing ${missing.length} Debian packages that Electron needs`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    run('apt-get', ['install', '-y', '-qq', ...missing], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if ((await install()) === 0) return;
  await run('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if ((await install()) !== 0) throw new Error(`apt-get could not install ${missing.join(' ')}`);
}

/** @param {string} name */
function installed(name) {
  return capture('dpkg-query', ['-W', '-f', '${Status}', name]).out.startsWith('install ok installed');
}
