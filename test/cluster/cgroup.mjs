// The cgroup of one cluster's pods, in every hierarchy that the machine has (version 1 or 2).
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const top = '/sys/fs/cgroup';

/** @param {string} id @returns {string[]} */
export function cgroupFolders(id) {
  if (existsSync(join(top, 'cgroup.controllers'))) return [join(top, id)];
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => / - cgroup /.test(line));
  return mounts.map((line) => join(line.split(' ')[4] ?? top, id));
}

/** @param {string} folder */
export function prepareCgroup(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of ['cpuset.cpus', 'cpuset.mems']) {
    const own = join(folder, name);
    if (existsSync(own) && existsSync(join(folder, 'notify_on_release')) && !readFileSync(own, 'utf8').trim())
      writeFileSync(own, readFileSync(join(folder, '..', name)));
  }
}

/** Every process in the cluster's pods. @param {string} id @returns {number[]} */
export function cgroupProcesses(id) {
  const pids = new Set();
  for (const folder of cgroupFolders(id))
    walk(folder, (each) => {
      for (const pid of readFileSync(join(each, 'cgroup.procs'), 'utf8').split('\n')) if (pid) pids.add(Number(pid));
    });
  return [...pids];
}

/** Removes the cluster's cgroups, which must be empty of processes. @param {string} id */
export function removeCgroups(id) {
  for (const folder of cgroupFolders(id)) walk(folder, (each) => rmdirSync(each));
}

/** Calls `visit` for every folder, the deepest first; what vanishes meanwhile is passed over. @param {string} folder @param {(folder: string) => void} visit */
function walk(folder, visit) {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) walk(join(folder, entry.name), visit);
    visit(folder);
  } catch {
    // gone, or busy for a moment longer: the caller asks again
  }
}
