import { resolve } from 'node:path';
import type { AppError } from '../../shared/errors';
import type { ContextInfo, KubeconfigProblem } from '../../shared/rows';
import { clusterFiles, readCluster, type ClusterSpec } from './cluster-entry';
import { commandLine } from './exec-entry';
import { faultOf, invalid } from './fault';
import { fieldsOf } from './fields';
import { gently, kubeconfigPaths, type Env, type ReadFile } from './files';
import { loadFile, mergeConfigs, type Config, type Entry, type ParseCache } from './loader';
import { readPem, readText } from './material';
import { providerOf } from './providers';
import { sourceKey, type SourcePool, type SourceRequest } from './sources';
import { hashOf, printable } from './text';
import type { TargetResult } from './types';
import { readUser, userFiles, type UserSpec } from './user-entry';

/** What a kubeconfig says of one context; the rest of `ContextInfo` (enabled, name, colour, status) is main's. */
export type ContextFacts = Pick<
  ContextInfo,
  'id' | 'name' | 'source' | 'server' | 'user' | 'namespace' | 'provider' | 'auth' | 'execCommand' | 'problem'
>;

export interface ParsedContext extends ContextFacts {
  /** Of everything that matters to a connection; '' for a broken entry. */
  fingerprint: string;
  /** Names as written, for comparing with kubectl. */
  clusterName: string;
  userName: string;
  target(): TargetResult;
}

export interface LoadedContexts {
  contexts: ParsedContext[];
  problems: KubeconfigProblem[];
  /** Every file that had a say or would have one if it existed. */
  watchedPaths: string[];
  /** Id of kubectl's current context, or ''. */
  currentId: string;
  /** Keys for `SourcePool.keepOnly`. */
  sourceKeys: Set<string>;
}

export interface LoadRequest {
  env: Env;
  home: string;
  argv: readonly string[];
  addedFiles: readonly string[];
  readFile: ReadFile;
  sources: SourcePool;
  /** Kept by the caller, spares the parsing of files that did not change. */
  parsed?: ParseCache;
  platform: NodeJS.Platform;
}

/** Reads kubectl's own files (merged) and each added file (alone). Never rejects; what is broken says why. */
export async function loadContexts(request: LoadRequest): Promise<LoadedContexts> {
  const { paths, explicit } = kubeconfigPaths(request);
  const added = [...new Set(request.addedFiles.map((path) => resolve(path)))];
  const [own, others] = await Promise.all([
    Promise.all(paths.map((path) => loadFile(path, request.readFile, request.parsed))),
    Promise.all(added.map((path) => loadFile(path, request.readFile, request.parsed))),
  ]);
  const merged = mergeConfigs(own.flatMap((file) => file.config ?? []));
  const problems = [...own.filter((file) => explicit || !file.missing), ...others].flatMap((file) => file.problems);
  const watched = new Set([...paths, ...added]);
  const reader = createReader(request, watched, paths);
  const contexts = await reader.contexts(merged, 'default', 'default');
  for (const file of others) {
    if (file.config) contexts.push(...(await reader.contexts(file.config, 'added', file.path)));
  }
  const current = `default#${merged.currentContext}`;
  return {
    contexts,
    problems,
    watchedPaths: [...watched],
    currentId: contexts.some(({ id }) => id === current) ? current : '',
    sourceKeys: reader.sourceKeys,
  };
}

function createReader(request: LoadRequest, watched: Set<string>, ownPaths: readonly string[]) {
  const { env, platform, sources } = request;
  const readFile = gently(request.readFile);
  const clusters = new Map<Entry, Promise<ClusterSpec | AppError>>();
  const users = new Map<Entry, Promise<UserSpec | AppError>>();
  const sourceKeys = new Set<string>();

  /** Thousands of contexts share few entries: each is read once. */
  function once<T>(known: Map<Entry, Promise<T | AppError>>, entry: Entry, files: string[], read: () => Promise<T>) {
    const found = known.get(entry);
    if (found) return found;
    files.forEach((file) => watched.add(file));
    const result = read().catch((thrown: unknown) => faultOf(thrown));
    known.set(entry, result);
    return result;
  }
  const clusterOf = (entry: Entry) =>
    once(clusters, entry, clusterFiles(entry), () => readCluster(entry, env, readFile));
  const userOf = (entry: Entry) => once(users, entry, userFiles(entry), () => readWholeUser(entry));

  async function readWholeUser(entry: Entry): Promise<UserSpec> {
    const user = readUser(entry, platform);
    // Contents are read when used; here only so that a missing file is told before the first connect.
    if (user.cert) await readPem(user.cert, 'The certificate file', readFile);
    if (user.key) await readPem(user.key, 'The key file', readFile);
    if (user.tokenFile && !user.token) await readText(user.tokenFile, 'The token file', readFile);
    return user;
  }

  /**
   * An added file is whole in itself; kubectl's own may share out a context, its cluster and its user. The usual file is named as
   * well: a terminal with a KUBECONFIG of its own does not look there, and may know another cluster by the same context's name.
   */
  function filesFor(kind: ContextFacts['source']['kind'], entries: readonly Entry[]): string[] {
    const named = new Set(entries.map(({ file }) => file));
    if (kind === 'added') return [...named];
    return ownPaths.filter((path) => named.has(path));
  }

  async function context(
    entry: Entry,
    config: Config,
    kind: ContextFacts['source']['kind'],
    prefix: string,
  ): Promise<ParsedContext> {
    const name = printable(entry.name, 253);
    const facts: ContextFacts = {
      id: `${prefix}#${entry.name}`,
      name,
      source: { kind, path: entry.file, files: filesFor(kind, [entry]) },
      server: '',
      user: '',
      namespace: 'default',
      provider: 'unknown',
      auth: 'none',
      execCommand: '',
      problem: null,
    };
    const names = { clusterName: '', userName: '' };
    const broken = (problem: AppError): ParsedContext => ({
      ...facts,
      ...names,
      provider: providerOf(facts.server, facts.execCommand, entry.name),
      problem,
      fingerprint: '',
      target: () => ({ ok: false, error: problem }),
    });
    try {
      const fields = fieldsOf(entry.value, `Context "${name}"`);
      names.clusterName = fields.text('cluster');
      names.userName = fields.text('user');
      facts.user = printable(names.userName, 253);
      const namespace = fields.text('namespace');
      if (namespace) facts.namespace = printable(namespace, 63);
      const clusterEntry = config.clusters.get(names.clusterName);
      const userEntry = config.users.get(names.userName);
      const cluster = clusterEntry && (await clusterOf(clusterEntry));
      if (cluster && 'server' in cluster) facts.server = cluster.server;
      const user = userEntry && (await userOf(userEntry));
      if (user && 'kind' in user) {
        facts.auth = user.kind;
        if (user.exec) facts.execCommand = commandLine(user.exec);
      }
      if (!cluster || !clusterEntry) throw missing('cluster', names.clusterName);
      if (!user || !userEntry) throw missing('user', names.userName);
      if ('code' in cluster) return broken(cluster);
      if ('code' in user) return broken(user);
      if (namespace && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) {
        throw invalid(`This context names a namespace that can't exist: "${facts.namespace}".`);
      }
      facts.source.files = filesFor(kind, [entry, clusterEntry, userEntry]);
      const source = { user, cluster, file: userEntry.file, userName: names.userName };
      const request = { ...source, key: sourceKey(source), contextName: name };
      sourceKeys.add(request.key);
      return whole(facts, names, request);
    } catch (thrown) {
      return broken(faultOf(thrown));
    }
  }

  function whole(
    facts: ContextFacts,
    names: { clusterName: string; userName: string },
    from: SourceRequest,
  ): ParsedContext {
    const { cluster, user } = from;
    const fingerprint = hashOf([from.key, { ...cluster, files: [] }, user.impersonate ?? null, facts.namespace]);
    return {
      ...facts,
      ...names,
      provider: providerOf(facts.server, facts.execCommand, facts.name),
      fingerprint,
      target: () => ({
        ok: true,
        target: {
          contextId: facts.id,
          contextName: facts.name,
          server: cluster.server,
          ca: cluster.ca,
          insecureSkipTlsVerify: cluster.insecureSkipTlsVerify,
          tlsServerName: cluster.tlsServerName,
          proxyUrl: cluster.proxyUrl,
          namespace: facts.namespace,
          impersonate: user.impersonate,
          credentials: sources.get(from),
          fingerprint,
        },
      }),
    };
  }

  return {
    sourceKeys,
    contexts: (config: Config, kind: ContextFacts['source']['kind'], prefix: string): Promise<ParsedContext[]> =>
      Promise.all(
        [...config.contexts.values()].map((entry) =>
          context(entry, config, kind, kind === 'added' ? entry.file : prefix),
        ),
      ),
  };
}

function missing(what: 'cluster' | 'user', name: string) {
  return name === ''
    ? invalid(`This context does not say which ${what} it means.`)
    : invalid(`This context names a ${what} that is in none of the files: "${printable(name, 100)}".`);
}
