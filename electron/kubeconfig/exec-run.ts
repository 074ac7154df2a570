import { Failure, type ErrorCode } from '../../shared/errors';
import type { ClusterSpec } from './cluster-entry';
import type { ConsentGate } from './consent';
import { commandHash, commandLine, type ExecSpec } from './exec-entry';
import { parseExecCredential } from './exec-output';
import type { Run } from './process';
import { printable, printableLines } from './text';
import type { Credentials } from './types';
import { findProgram } from './which';

export interface ExecDeps {
  run: Run;
  gate: ConsentGate;
  /** Environment for programs, with the PATH a terminal would have. */
  programEnv(): Promise<Record<string, string>>;
  home: string;
  platform: NodeJS.Platform;
  /** ms; default 60 s. */
  timeoutMs?: number;
}

export interface ExecCall {
  spec: ExecSpec;
  cluster: ClusterSpec;
  contextName: string;
  /** The kubeconfig that names the program. */
  file: string;
}

/** Runs a sign-in plugin once, after consent. Throws `Failure`: PLUGIN_MISSING, PLUGIN_NOT_ALLOWED, PLUGIN_FAILED, TIMEOUT, CANCELLED. */
export async function runExec(call: ExecCall, deps: ExecDeps, signal: AbortSignal): Promise<Credentials> {
  const { spec } = call;
  const program = printable(spec.command.replace(/^.*[\\/]/, ''), 60);
  const fail = (code: ErrorCode, message: string, hint?: string, cause?: string) =>
    new Failure({ code, message, hint, cause: cause || undefined });

  const base = await deps.programEnv();
  const own = Object.fromEntries(spec.env.map(({ name, value }) => [name, value]));
  const search = { path: base.PATH ?? base.Path ?? '', pathExt: base.PATHEXT ?? '.COM;.EXE;.BAT;.CMD' };
  const path = await findProgram(spec.command, search, deps.platform);
  if (path === null) {
    throw fail(
      'PLUGIN_MISSING',
      `The program that signs in to this cluster, ${program}, was not found on this machine.`,
      spec.installHint || `Install ${program}, or correct its path in the kubeconfig.`,
    );
  }
  if (deps.platform === 'win32' && /\.(bat|cmd)$/i.test(path)) {
    throw fail(
      'UNSUPPORTED',
      `The sign-in program ${program} is a batch file, which can't be run safely.`,
      'Name the .exe in the kubeconfig.',
    );
  }
  const request = {
    id: commandHash(spec, path),
    contextName: call.contextName,
    command: commandLine(spec, path),
    path: printable(call.file, 4096),
  };
  const allowed = await Promise.race([deps.gate.ask(request), aborted(signal)]);
  if (signal.aborted) throw cancelled();
  if (!allowed) {
    throw fail(
      'PLUGIN_NOT_ALLOWED',
      `You have not allowed ${program} to run, so Hummingdeck can't sign in to this cluster.`,
      'Try again to be asked once more.',
    );
  }
  const timeoutMs = deps.timeoutMs ?? 60_000;
  const env = { ...base, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(call)) };
  const result = await deps
    .run({ file: path, args: spec.args, env, cwd: deps.home, timeoutMs, maxOutput: 1024 * 1024, signal })
    .catch((thrown: unknown) => {
      if (thrown instanceof Failure) throw thrown;
      throw fail('PLUGIN_FAILED', `The sign-in program ${program} could not be started.`, undefined, String(thrown));
    });
  const words = withoutSecrets(printableLines(result.stderr));
  if (result.end === 'cancelled') throw cancelled();
  if (result.end === 'timeout') {
    const hint = 'Run it in a terminal to see what it waits for, then try again.';
    throw fail(
      'TIMEOUT',
      `The sign-in program ${program} did not answer within ${Math.round(timeoutMs / 1000)} seconds.`,
      hint,
      words,
    );
  }
  if (result.end === 'overflow' || result.code !== 0) {
    const how =
      result.end === 'overflow'
        ? 'gave far too much output'
        : result.code === null
          ? 'was ended'
          : `ended with error ${result.code}`;
    throw fail(
      'PLUGIN_FAILED',
      `The sign-in program ${program} ${how}.`,
      spec.installHint || 'Sign in with it in a terminal, then try again.',
      words,
    );
  }
  return parseExecCredential(result.stdout, spec.apiVersion, program, words);
}

/** Resolves when called off: a question may stay open for as long as nobody looks. */
function aborted(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}

export function cancelled(): Failure {
  return new Failure({ code: 'CANCELLED', message: 'Signing in was called off.' });
}

/** `KUBERNETES_EXEC_INFO`: client-go's ExecCredential with an empty status; never interactive, as there is no terminal. */
function execInfo({ spec, cluster }: ExecCall): object {
  const info = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify || undefined,
    'certificate-authority-data': cluster.ca === undefined ? undefined : Buffer.from(cluster.ca).toString('base64'),
    'proxy-url': cluster.proxyField || undefined,
    'disable-compression': cluster.disableCompression || undefined,
    config: cluster.execConfig ?? undefined,
  };
  return {
    kind: 'ExecCredential',
    apiVersion: spec.apiVersion,
    spec: { ...(spec.provideClusterInfo ? { cluster: info } : {}), interactive: false },
  };
}

/** Plugins complain on stderr in their own words; a token among them does not go further. */
function withoutSecrets(text: string): string {
  return text
    .replace(/\beyJ[\w-]{8,}\.[\w.-]+/g, '(hidden)')
    .replace(/\bk8s-aws-v1\.[\w-]+/g, '(hidden)')
    .replace(/(bearer\s+)[\w.~+/=-]{8,}/gi, '$1(hidden)')
    .replace(/((?:token|password|secret|access_?key)["']?\s*[:=]\s*["']?)[^\s"',}]{16,}/gi, '$1(hidden)')
    .replace(/-----BEGIN [^-]*PRIVATE KEY-----[\s\S]*?(-----END [^-]*-----|$)/g, '(hidden)');
}
