import type { ClusterSpec } from './cluster-entry';
import type { ExecDeps } from './exec-run';
import { createExecSource, type OwnedSource } from './exec-source';
import { createFileSource, noCredentials } from './file-source';
import type { ReadFile } from './files';
import { oneWindow } from './one-window';
import { hashOf } from './text';
import type { CredentialSource } from './types';
import type { UserSpec } from './user-entry';

export interface SourceRequest {
  /** From `sourceKey`. */
  key: string;
  user: UserSpec;
  cluster: ClusterSpec;
  contextName: string;
  /** File the user entry stands in, and its name there. */
  file: string;
  userName: string;
}

/** Credential sources that outlive a reload: contexts with an equal key share one, with what it holds. */
export interface SourcePool {
  get(request: SourceRequest): CredentialSource;
  /** Ends the sources whose keys no context has any more. */
  keepOnly(keys: ReadonlySet<string>): void;
  dispose(): void;
}

/** Equal for contexts that sign in alike: same user entry of the same file, and the same cluster where the plugin is told of it. */
export function sourceKey(request: Omit<SourceRequest, 'key' | 'contextName'>): string {
  const { user, cluster } = request;
  const told = user.exec?.provideClusterInfo ? { ...cluster, files: [] } : null;
  return hashOf([request.file, request.userName, { ...user, impersonate: null }, cluster.secure, told]);
}

export function createSourcePool(deps: { exec: ExecDeps; readFile: ReadFile; now(): number }): SourcePool {
  const sources = new Map<string, CredentialSource | OwnedSource>();
  const turns = new Map<string, Promise<unknown>>();
  const exec = { ...deps.exec, run: oneWindow(deps.exec.run) };

  /** One after another per user entry: plugins keep caches and sign-in windows that two at once would spoil. */
  function inTurn<T>(entry: string, task: () => Promise<T>): Promise<T> {
    const before = turns.get(entry) ?? Promise.resolve();
    const mine = before.then(task, task);
    turns.set(entry, mine);
    const done = () => {
      if (turns.get(entry) === mine) turns.delete(entry);
    };
    mine.then(done, done);
    return mine;
  }

  function create({ user, cluster, contextName, file, userName }: SourceRequest): CredentialSource | OwnedSource {
    if (!cluster.secure || user.kind === 'none') return noCredentials;
    if (user.kind !== 'exec' || !user.exec) return createFileSource(user, deps);
    const call = { spec: user.exec, cluster, contextName, file };
    const entry = `${file}#${userName}`;
    return createExecSource(call, { ...exec, now: deps.now, inTurn: (task) => inTurn(entry, task) });
  }

  const drop = (key: string) => {
    const source = sources.get(key);
    sources.delete(key);
    if (source && 'dispose' in source) source.dispose();
  };
  return {
    get(request) {
      const known = sources.get(request.key);
      if (known) return known;
      const source = create(request);
      sources.set(request.key, source);
      return source;
    },
    keepOnly(keys) {
      for (const key of [...sources.keys()]) if (!keys.has(key)) drop(key);
    },
    dispose() {
      for (const key of [...sources.keys()]) drop(key);
    },
  };
}
