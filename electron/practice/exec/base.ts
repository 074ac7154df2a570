import type { ContainerSpec } from '../../cluster/objects';
import { HOME, type FileView } from '../files';
import type { Running } from '../program';
import type { World } from '../world';

/** What a program run in a container can see and change. */
export interface Context {
  world: World;
  namespace: string;
  pod: string;
  container: ContainerSpec;
  files: FileView;
  /** The container's main program. */
  program: Running | null;
  cwd: string;
  env: Record<string, string>;
  size?: { cols: number; rows: number };
  /** Code of the command before. */
  last?: number;
}
export interface Result {
  out: string;
  err: string;
  code: number;
  /** Seconds it takes. */
  sleeps: number;
  /** The shell ends. */
  exits?: boolean;
}
export const ok = (out: string): Result => ({ out, err: '', code: 0, sleeps: 0 });
export const fail = (err: string, code = 1): Result => ({ out: '', err: err ? `${err}\n` : '', code, sleeps: 0 });

export function environment({ pod, container, env }: Context): Record<string, string> {
  const own = Object.fromEntries((container.env ?? []).map(({ name, value = '' }) => [name, value]));
  const path = '/opt/conda/envs/hummingbot/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return { HOME, HOSTNAME: pod, PATH: path, ...own, ...env };
}

export function resolve(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('~')
    ? `${HOME}${path.slice(1)}`
    : path.startsWith('/')
      ? path
      : `${cwd}/${path}`
  ).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
