import type { ConsentRequest } from '../../shared/events';
import type { KubeconfigProblem } from '../../shared/rows';
import { createConsentGate, type AllowedCommands } from './consent';
import { loadContexts, type LoadedContexts, type ParsedContext } from './contexts';
import { readRegularFile, type Env, type ReadFile } from './files';
import type { ParseCache } from './loader';
import { createProgramEnv } from './login-shell';
import { runProgram, type Run } from './process';
import { createSourcePool } from './sources';
import { hashOf } from './text';
import type { TargetResult } from './types';
import { watchFiles } from './watch';

export { providerOf, providerOfNode } from './providers';
export type { AllowedCommands } from './consent';
export type { ContextFacts, ParsedContext } from './contexts';

export interface KubeconfigOptions {
  env: Env;
  home: string;
  argv: readonly string[];
  /** Files added in the app; asked at every reload. */
  addedFiles(): string[];
  /** Puts the question to the trader. The request's id is the command line's hash. */
  consent(request: ConsentRequest): Promise<boolean>;
  allowed: AllowedCommands;
  /** Contexts or problems changed, the first load included. */
  onChange(): void;
  readFile?: ReadFile;
  run?: Run;
  now?(): number;
  platform?: NodeJS.Platform;
  /** ms */
  watch?: { debounceMs?: number; pollMs?: number };
  /** ms a sign-in plugin may take; default 60 s. */
  pluginTimeoutMs?: number;
}

export interface Kubeconfig {
  /** Resolves when the files have been read for the first time; until then the list is empty. */
  readonly ready: Promise<void>;
  list(): ParsedContext[];
  problems(): KubeconfigProblem[];
  /** Id of kubectl's current context, or ''. */
  currentId(): string;
  /** NOT_FOUND for an id that is gone; a broken entry's own problem. */
  target(id: string): TargetResult;
  /** Reads all files again; resolves when done. Credentials of contexts that stayed as they were are kept. */
  reload(): Promise<void>;
  /** Forgets refused consents: call it when the trader tries again or turns a context on. */
  askAgain(): void;
  dispose(): void;
}

/** Opens the kubeconfigs, keeps them current, and owns everything that runs for them (watches, plugins). */
export function openKubeconfig(options: KubeconfigOptions): Kubeconfig {
  const { env, home, argv, readFile = readRegularFile, run = runProgram, now = Date.now } = options;
  const platform = options.platform ?? process.platform;
  const gate = createConsentGate(options);
  const programEnv = createProgramEnv({ env, home, platform, run });
  const exec = { run, gate, programEnv, home, platform, timeoutMs: options.pluginTimeoutMs };
  const sources = createSourcePool({ exec, readFile, now });
  const watch = watchFiles({ onChange: () => void reload(), ...options.watch });
  let loaded: LoadedContexts = { contexts: [], problems: [], watchedPaths: [], currentId: '', sourceKeys: new Set() };
  const parsed: ParseCache = new Map();
  let byId = new Map<string, ParsedContext>();
  let print = '';
  let disposed = false;
  let loading: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  async function load(): Promise<void> {
    const since = Date.now();
    const fresh = await loadContexts({
      env,
      home,
      argv,
      addedFiles: options.addedFiles(),
      readFile,
      sources,
      platform,
      parsed,
    });
    if (disposed) return;
    loaded = fresh;
    byId = new Map(fresh.contexts.map((context) => [context.id, context]));
    sources.keepOnly(fresh.sourceKeys);
    watch.setPaths(fresh.watchedPaths, since);
    const before = print;
    print = hashOf([fresh.contexts, fresh.problems, fresh.currentId]);
    if (before !== print) options.onChange();
  }

  /** One load at a time; a call during one gets another after it, as that one may have read too early. */
  function reload(): Promise<void> {
    if (disposed) return Promise.resolve();
    if (!loading) {
      loading = load().finally(() => {
        loading = null;
      });
      return loading;
    }
    next ??= loading.then(() => {
      next = null;
      return reload();
    });
    return next;
  }

  const ready = reload();
  return {
    ready,
    list: () => loaded.contexts,
    problems: () => loaded.problems,
    currentId: () => loaded.currentId,
    target: (id) =>
      byId.get(id)?.target() ?? {
        ok: false,
        error: {
          code: 'NOT_FOUND',
          message: 'This cluster is no longer in any of your kubeconfig files.',
          hint: 'It comes back by itself when the file has it again.',
        },
      },
    reload,
    askAgain: gate.askAgain,
    dispose() {
      disposed = true;
      watch.dispose();
      gate.dispose();
      sources.dispose();
    },
  };
}
