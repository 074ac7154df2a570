import { delimiter } from 'node:path';
import type { Run } from './process';

export interface ShellPathRequest {
  /** The user's login shell (`SHELL`), or undefined. */
  shell: string | undefined;
  env: Record<string, string>;
  home: string;
  run: Run;
  /** ms; default 5 s. */
  timeoutMs?: number;
}

const mark = '__hummingdeck_path__';

/**
 * PATH as a terminal has it: an app started from an icon gets a bare one, without the folders where `aws`, `doctl` and
 * the like stand. Asks the login shell once; null where it has no answer in time. Never rejects.
 */
export async function loginShellPath({
  shell,
  env,
  home,
  run,
  timeoutMs = 5000,
}: ShellPathRequest): Promise<string | null> {
  if (!shell?.startsWith('/')) return null;
  const name = shell.replace(/^.*\//, '');
  // These words mean the same in bash, zsh, fish, csh and nushell. csh knows no -l beside others.
  const script = `echo ${mark}; printenv PATH; echo ${mark}`;
  const args = /^t?csh$/.test(name) ? ['-i', '-c', script] : ['-i', '-l', '-c', script];
  try {
    const result = await run({
      file: shell,
      args,
      // Start-up files that print, update themselves or open tmux see that no one is watching.
      env: { ...env, TERM: 'dumb', DISABLE_AUTO_UPDATE: 'true', ZSH_TMUX_AUTOSTART: 'false' },
      cwd: home,
      timeoutMs,
      maxOutput: 1024 * 1024,
    });
    const answer = result.stdout.split(mark)[1]?.trim() ?? '';
    return answer !== '' && !answer.includes('\n') ? answer : null;
  } catch {
    return null;
  }
}

/** Joins PATHs in order of precedence: empty, relative and repeated folders are left out. */
export function mergePaths(...paths: (string | null | undefined)[]): string {
  const folders = paths.flatMap((path) => (path ?? '').split(delimiter));
  return [...new Set(folders.filter((folder) => folder.startsWith('/') || /^[A-Za-z]:[\\/]/.test(folder)))].join(
    delimiter,
  );
}

// Where package managers put programs, in case the shell does not answer.
const usual = ['/usr/local/bin', '/opt/homebrew/bin', '/snap/bin'].join(delimiter);

/** Environment for plugins, made once: the app's own without what its packaging put in, and with the terminal's PATH. */
export function createProgramEnv(request: {
  env: Record<string, string | undefined>;
  home: string;
  platform: NodeJS.Platform;
  run: Run;
}): () => Promise<Record<string, string>> {
  const base = cleanEnv(request.env);
  let made: Promise<Record<string, string>> | null = null;
  return () => (made ??= make());

  async function make(): Promise<Record<string, string>> {
    if (request.platform === 'win32') return base;
    const fromShell = await loginShellPath({ shell: base.SHELL, env: base, home: request.home, run: request.run });
    // Started from a terminal, that terminal's order counts; started from an icon, the one a new terminal would have.
    const PATH = base.TERM ? mergePaths(base.PATH, fromShell, usual) : mergePaths(fromShell, base.PATH, usual);
    return { ...base, PATH };
  }
}

/** An AppImage puts its own folders into search paths, and Electron has switches of its own: plugins must not inherit them. */
export function cleanEnv(env: Record<string, string | undefined>): Record<string, string> {
  const inside = env.APPDIR;
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || /^(ELECTRON_|CHROME_|NODE_OPTIONS$|APPDIR$|APPIMAGE$|ARGV0$|OWD$)/.test(name)) continue;
    const kept = inside && value.includes(inside) ? outside(value, inside) : value;
    if (kept !== '' || value === '') clean[name] = kept;
  }
  return clean;
}

function outside(list: string, folder: string): string {
  return list
    .split(delimiter)
    .filter((entry) => entry !== folder && !entry.startsWith(`${folder}/`))
    .join(delimiter);
}
