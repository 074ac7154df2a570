import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

export type Env = Record<string, string | undefined>;

/** Reads a whole regular file of at most `maxBytes`; rejects with an errno error. */
export type ReadFile = (path: string, maxBytes: number) => Promise<Buffer>;

/** Largest kubeconfig, and largest certificate, key or token file. */
export const maxKubeconfigBytes = 64 * 1024 * 1024;
export const maxMaterialBytes = 1024 * 1024;

/**
 * Files that kubectl would merge, in order of precedence, missing ones included: `--kubeconfig`, else the `KUBECONFIG`
 * list (empty entries and repetitions left out), else `~/.kube/config` (clientcmd's NewDefaultClientConfigLoadingRules).
 * `explicit`: named on the command line, so that a missing file is an error.
 */
export function kubeconfigPaths(from: { env: Env; home: string; argv: readonly string[] }): {
  paths: string[];
  explicit: boolean;
} {
  const named = argument(from.argv, '--kubeconfig');
  if (named) return { paths: [resolve(named)], explicit: true };
  const list = from.env.KUBECONFIG;
  if (!list) return { paths: [join(from.home, '.kube', 'config')], explicit: false };
  const paths = list.split(delimiter).filter((entry) => entry !== '');
  return { paths: [...new Set(paths.map((entry) => resolve(entry)))], explicit: false };
}

/** Value of the last `--name value` or `--name=value`. */
function argument(argv: readonly string[], name: string): string {
  let value = '';
  argv.forEach((arg, at) => {
    if (arg === name) value = argv[at + 1] ?? value;
    else if (arg.startsWith(`${name}=`)) value = arg.slice(name.length + 1);
  });
  return value;
}

/** The real `ReadFile`. Looks before it opens: a kubeconfig may name a pipe or a device, which would never end. */
export const readRegularFile: ReadFile = async (path, maxBytes) => {
  const about = await stat(path);
  if (about.isDirectory()) throw errno('EISDIR', path);
  if (!about.isFile()) throw errno('EINVAL', path);
  if (about.size > maxBytes) throw errno('EFBIG', path);
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const bytes = await handle.readFile();
    if (bytes.length > maxBytes) throw errno('EFBIG', path);
    return bytes;
  } finally {
    await handle.close();
  }
};

function errno(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** At most `limit` reads at a time (thousands of users may each name two files), each small file once. */
export function gently(readFile: ReadFile, limit = 32): ReadFile {
  const waiting: (() => void)[] = [];
  const known = new Map<string, Promise<Buffer>>();
  let running = 0;
  async function inLine(path: string, maxBytes: number): Promise<Buffer> {
    if (running >= limit) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      return await readFile(path, maxBytes);
    } finally {
      // The place is handed on, or given back.
      const go = waiting.shift();
      if (go) go();
      else running -= 1;
    }
  }
  return (path, maxBytes) => {
    if (maxBytes > maxMaterialBytes) return inLine(path, maxBytes);
    let found = known.get(path);
    if (!found) known.set(path, (found = inLine(path, maxBytes)));
    return found;
  };
}
