import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { AppError } from '../../shared/errors';
import type { KubeconfigProblem } from '../../shared/rows';
import { faultOf, invalid, unreadable } from './fault';
import { fieldsOf } from './fields';
import { maxKubeconfigBytes, type ReadFile } from './files';
import { printable } from './text';
import { parseYaml, type Plain } from './yaml';

/** A named cluster, user or context as written, with the file it stands in (relative paths are relative to `dir`). */
export interface Entry {
  name: string;
  file: string;
  dir: string;
  value: Plain;
}

/** One file, or several merged. A broken entry keeps its name: another file's entry must not silently take its place. */
export interface Config {
  clusters: Map<string, Entry>;
  users: Map<string, Entry>;
  contexts: Map<string, Entry>;
  currentContext: string;
}

export interface LoadedFile {
  path: string;
  /** Null where nothing of it could be read. */
  config: Config | null;
  problems: KubeconfigProblem[];
  missing: boolean;
}

/** By path: the last content's hash and what it meant. */
export type ParseCache = Map<string, { digest: string; file: LoadedFile }>;

/** Reads one file. Never rejects: what is wrong stands in `problems`. */
export async function loadFile(path: string, readFile: ReadFile, cache: ParseCache = new Map()): Promise<LoadedFile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path, maxKubeconfigBytes);
  } catch (thrown) {
    const { error } = unreadable(`The file ${printable(path)}`, thrown);
    return { path, config: null, problems: [{ path, error }], missing: error.code === 'NOT_FOUND' };
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  const known = cache.get(path);
  if (known?.digest === digest) return known.file;
  const file = readConfig(bytes.toString('utf8'), path);
  cache.set(path, { digest, file });
  return file;
}

function readConfig(text: string, path: string): LoadedFile {
  try {
    const { config, faults } = parseConfig(text, path);
    return { path, config, problems: faults.map((error) => ({ path, error })), missing: false };
  } catch (thrown) {
    return { path, config: null, problems: [{ path, error: faultOf(thrown) }], missing: false };
  }
}

/** Throws `Failure` INVALID when the whole text is unusable; single broken entries are told in `faults`. */
export function parseConfig(text: string, path: string): { config: Config; faults: AppError[] } {
  if (text.trim() === '') throw invalid('This file is empty.');
  const root = fieldsOf(parseYaml(text), 'This file');
  const faults: AppError[] = [];
  const attempt = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (thrown) {
      faults.push(faultOf(thrown));
      return otherwise;
    }
  };
  const section = (key: 'clusters' | 'users' | 'contexts', inner: string): Map<string, Entry> => {
    const found = new Map<string, Entry>();
    attempt(() => root.list(key), []).forEach((item, at) =>
      attempt(() => {
        const what = `Entry ${at + 1} of "${key}"`;
        const entry = fieldsOf(item, what);
        const name = entry.text('name');
        if (name === '') throw invalid(`${what} has no name.`);
        if (found.has(name)) {
          throw invalid(`"${printable(name, 100)}" stands more than once in "${key}"; the first one counts.`);
        }
        found.set(name, { name, file: path, dir: dirname(path), value: entry.fields[inner] ?? null });
      }, undefined),
    );
    return found;
  };
  const config = {
    clusters: section('clusters', 'cluster'),
    users: section('users', 'user'),
    contexts: section('contexts', 'context'),
    currentContext: attempt(() => root.text('current-context'), ''),
  };
  if (config.clusters.size + config.users.size + config.contexts.size === 0 && faults.length === 0) {
    faults.push(invalid('This file holds no cluster, user or context.').error);
  }
  return { config, faults };
}

/** clientcmd's merge: for each name, and for the current context, the first file that has it wins as a whole. */
export function mergeConfigs(configs: readonly Config[]): Config {
  const merged: Config = { clusters: new Map(), users: new Map(), contexts: new Map(), currentContext: '' };
  for (const config of configs) {
    for (const key of ['clusters', 'users', 'contexts'] as const) {
      for (const [name, entry] of config[key]) if (!merged[key].has(name)) merged[key].set(name, entry);
    }
    merged.currentContext ||= config.currentContext;
  }
  return merged;
}
