import type { ContainerSpec, PodSpec } from '../cluster/objects';
import type { Ledger } from './bot/ledger';
import { CLAIM, CONFIG_MAP, SECRET } from './kinds';
import type { Dict } from './objects';
import type { World } from './world';

/** A file: its text may be worked out when it is read. `at`: ms since 1970. */
export interface VirtualFile {
  text(): string;
  at: number;
}
export type Files = Map<string, VirtualFile>;
/** What outlives pods: files, and the databases of the bots that used it, by the stem of their file. */
export interface Disk {
  files: Files;
  ledgers: Map<string, Ledger>;
}
export const newDisk = (): Disk => ({ files: new Map(), ledgers: new Map() });
export const fixed = (text: string, at: number): VirtualFile => ({ text: () => text, at });

interface Mount {
  path: string;
  files: Files;
  /** Folder of the volume that is mounted, '' or with a slash at its end. */
  folder: string;
  readOnly: boolean;
  disk: Disk | null;
}
/** A container's file system as far as anything here looks at it. */
export interface FileView {
  read(path: string): VirtualFile | null;
  /** Names in a folder, folders with a slash; null: no such folder. */
  list(path: string): string[] | null;
  /** False: read-only. */
  write(path: string, file: VirtualFile): boolean;
  /** The volume a path lies on; null: the image. */
  diskOf(path: string): Disk | null;
}

export const HOME = '/home/hummingbot';
const IMAGE_FILES = [
  `${HOME}/bin/hummingbot_quickstart.py`,
  `${HOME}/bin/hummingbot.py`,
  `${HOME}/hummingbot/__init__.py`,
  `${HOME}/scripts/simple_pmm.py`,
  `${HOME}/controllers/market_making/pmm_simple.py`,
  `${HOME}/conf/strategies/.gitignore`,
  `${HOME}/data/.gitignore`,
  `${HOME}/logs/.gitignore`,
  '/bin/bash',
  '/bin/sh',
  '/etc/hostname',
  '/etc/os-release',
  '/usr/bin/python3',
  '/var/log/dpkg.log',
];
const OS = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n';

const IMAGE: Files = new Map(
  IMAGE_FILES.map((path) => [path.slice(1), fixed(path === '/etc/os-release' ? OS : '', 0)]),
);

/** `volumes`: the pod's emptyDirs by name, made as they are asked for. */
export function fileView(
  world: World,
  pod: { namespace: string; name: string; spec: PodSpec },
  container: ContainerSpec,
  volumes: Map<string, Disk>,
): FileView {
  const mounts = mountsOf(world, pod, container, volumes);
  const root: Files = new Map([['etc/hostname', fixed(`${pod.name}\n`, 0)]]);
  const security = (container as { securityContext?: { readOnlyRootFilesystem?: boolean } }).securityContext;
  const rootMount: Mount = {
    path: '',
    files: root,
    folder: '',
    readOnly: !!security?.readOnlyRootFilesystem,
    disk: null,
  };
  const all = [...mounts, rootMount];
  const mountOf = (path: string) => all.find((one) => path === one.path || path.startsWith(`${one.path}/`))!;
  const keyOf = (mount: Mount, path: string) => mount.folder + path.slice(mount.path.length + 1);

  return {
    read(path) {
      const mount = mountOf(path);
      return mount.files.get(keyOf(mount, path)) ?? (mount === rootMount ? (IMAGE.get(path.slice(1)) ?? null) : null);
    },
    list(path) {
      const at = path === '/' ? '' : path;
      const names = new Set<string>();
      const mount = mountOf(at);
      const below = keyOf(mount, `${at}/`);
      const keys = mount === rootMount ? [...IMAGE.keys(), ...root.keys()] : [...mount.files.keys()];
      for (const key of keys) if (key.startsWith(below)) names.add(entry(key.slice(below.length)));
      for (const other of mounts)
        if (other !== mount && other.path.startsWith(`${at}/`)) names.add(entry(`${other.path.slice(at.length + 1)}/`));
      names.delete('');
      const known = names.size > 0 || mounts.some((one) => one.path === at) || at === '';
      return known ? [...names].sort() : null;
    },
    write(path, file) {
      const mount = mountOf(path);
      if (mount.readOnly) return false;
      mount.files.set(keyOf(mount, path), file);
      return true;
    },
    diskOf: (path) => mountOf(path).disk,
  };
}
const entry = (rest: string): string => (rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest);

function mountsOf(
  world: World,
  pod: { namespace: string; spec: PodSpec },
  container: ContainerSpec,
  volumes: Map<string, Disk>,
): Mount[] {
  const mounts = (container.volumeMounts ?? []).map((mount): Mount => {
    const volume = pod.spec.volumes?.find(({ name }) => name === mount.name);
    const claim = volume?.persistentVolumeClaim?.claimName;
    const source = volume?.configMap?.name ?? volume?.secret?.secretName;
    let disk: Disk | null = null;
    let files: Files;
    if (source !== undefined) files = keysOf(world, pod.namespace, volume!.configMap ? 'configMap' : 'secret', source);
    else {
      const own = claim === undefined ? ownDisk(volumes, mount.name) : diskOf(world, pod.namespace, claim);
      files = own.files;
      disk = own;
    }
    const path = mount.mountPath.replace(/\/$/, '');
    const folder = mount.subPath ? `${mount.subPath.replace(/\/$/, '')}/` : '';
    return { path, files, folder, readOnly: !!mount.readOnly || source !== undefined, disk };
  });
  return mounts.sort((a, b) => b.path.length - a.path.length);
}
function ownDisk(volumes: Map<string, Disk>, name: string): Disk {
  let disk = volumes.get(name);
  if (!disk) volumes.set(name, (disk = newDisk()));
  return disk;
}
export function diskOf(world: World, namespace: string, claim: string): Disk {
  const uid = world.store.get(CLAIM, namespace, claim)?.metadata.uid ?? `${namespace}/${claim}`;
  let disk = world.disks.get(uid);
  if (!disk) world.disks.set(uid, (disk = newDisk()));
  return disk;
}

function keysOf(world: World, namespace: string, what: 'configMap' | 'secret', name: string): Files {
  const object = world.store.get(what === 'configMap' ? CONFIG_MAP : SECRET, namespace, name);
  const data = Object.entries((object?.['data'] as Dict | undefined) ?? {});
  const at = Date.parse(object?.metadata.creationTimestamp ?? '') || 0;
  const text = (value: unknown) =>
    what === 'secret' ? Buffer.from(String(value), 'base64').toString('utf8') : String(value);
  return new Map(data.map(([key, value]) => [key, fixed(text(value), at)]));
}
