// Removes whatever is left of a cluster, whoever started it and however far it came.
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupProcesses, removeCgroups } from './cgroup.mjs';
import { names } from './names.mjs';
import { livePid, run, signalPid, sleep, until } from './process.mjs';
import { closeWays } from './service.mjs';

/** @param {string} folder */
const list = (folder) => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** @param {string} file */
const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Our own children by their pid files, our pods by their cgroup, our shims by the socket that they serve. @param {string} dir */
function processes(dir) {
  const { id, socket } = names(dir);
  const own = list(join(dir, 'pid')).map((name) => livePid(read(join(dir, 'pid', name))));
  const shims = list('/proc')
    .filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      const words = read(`/proc/${pid}/cmdline`).split('\0');
      return words[0]?.includes('containerd-shim') && words.includes(socket);
    })
    .map(Number);
  return [...own, ...shims, ...cgroupProcesses(id)].filter((pid) => pid !== undefined && pid !== process.pid);
}

/** Mount points below a folder, the innermost first. @param {string} dir */
function mounts(dir) {
  const points = read('/proc/self/mountinfo')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((point) => point.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))));
  return points.filter((point) => point.startsWith(`${dir}/`)).reverse();
}

/**
 * Ends the processes of a cluster, frees its mounts, network and cgroups, and deletes its folder. Does nothing where nothing is left.
 * @param {string} dir
 */
export async function sweep(dir) {
  const { id, bridge, record } = names(dir);
  const sockets = list(join(dir, 'containerd/state/io.containerd.runtime.v2.task/k8s.io')).map((name) =>
    read(join(dir, 'containerd/state/io.containerd.runtime.v2.task/k8s.io', name, 'address'))
      .trim()
      .replace('unix://', ''),
  );
  await until(
    `the processes of ${dir} to end`,
    () => {
      const left = processes(dir);
      for (const pid of left) signalPid(/** @type {number} */ (pid), 'SIGKILL');
      return left.length === 0;
    },
    30,
    50,
  );
  for (let round = 0; mounts(dir).length > 0 && round < 10; round++) {
    const points = mounts(dir);
    for (let i = 0; i < points.length; i += 200)
      await run('umount', [...(round > 3 ? ['-l'] : []), ...points.slice(i, i + 200)]).catch(() => {});
    if (mounts(dir).length > 0) await sleep(100);
  }
  if (mounts(dir).length > 0) throw new Error(`still mounted: ${mounts(dir).join(' ')}`);
  await closeWays(bridge);
  if (existsSync(`/sys/class/net/${bridge}`)) await run('ip', ['link', 'delete', bridge]);
  removeCgroups(id);
  for (const socket of sockets) if (socket.startsWith('/run/containerd/s/')) rmSync(socket, { force: true });
  for (const file of list('/var/lib/cni/results'))
    if (file.startsWith(`${bridge}-`)) rmSync(join('/var/lib/cni/results', file), { force: true });
  for (const name of list('/var/log/containers')) {
    const link = join('/var/log/containers', name);
    if (linkTarget(link).startsWith(`${dir}/`)) rmSync(link, { force: true });
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  rmSync(record, { force: true });
}

/** @param {string} link */
function linkTarget(link) {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
