import { spawn, type ChildProcess } from 'node:child_process';

export interface RunRequest {
  /** Absolute path of the program; no shell is involved. */
  file: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
  timeoutMs: number;
  /** Bytes of standard output that are accepted; more ends the program. */
  maxOutput: number;
  signal?: AbortSignal;
}
export interface RunResult {
  end: 'exited' | 'timeout' | 'overflow' | 'cancelled';
  /** Exit code; null when a signal ended it. */
  code: number | null;
  stdout: string;
  /** Its last 16 KiB. */
  stderr: string;
}
/** Rejects with an errno error when the program could not be started. */
export type Run = (request: RunRequest) => Promise<RunResult>;

const stderrLimit = 16 * 1024;
/** How long after its end a program's output is waited for: what it left running may hold the pipe open for ever. */
const drainMs = 250;
/** Between asking a program's group to end and ending it. */
const graceMs = 1000;

/** Runs a program in a process group of its own, so that its children end with it when it takes too long. */
export const runProgram: Run = (request) =>
  new Promise((resolve, reject) => {
    const child = spawn(request.file, [...request.args], {
      env: request.env,
      cwd: request.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A new session, too: a login shell or plugin can't take over the terminal the app was started from.
      detached: process.platform !== 'win32',
      windowsHide: true,
      shell: false,
    });
    const out: Buffer[] = [];
    let size = 0;
    let err = Buffer.alloc(0);
    let end: RunResult['end'] = 'exited';
    let code: number | null = null;
    let settled = false;

    const stop = (why: RunResult['end']) => {
      if (end !== 'exited' || settled) return;
      end = why;
      // Called off means that the app may be about to end: there is no later.
      endGroup(child, why === 'cancelled' ? 'SIGKILL' : 'SIGTERM');
      setTimeout(() => endGroup(child, 'SIGKILL'), graceMs).unref();
      // The answer does not wait for a program that ignores being ended.
      setTimeout(finish, graceMs + drainMs).unref();
    };
    const cancel = () => stop('cancelled');
    const timer = setTimeout(() => stop('timeout'), request.timeoutMs);

    function finish(): void {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancel);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ end, code, stdout: Buffer.concat(out).toString('utf8'), stderr: err.toString('utf8') });
    }

    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > request.maxOutput) stop('overflow');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err = Buffer.concat([err, chunk]).subarray(-stderrLimit);
    });
    child.once('error', (error) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancel);
      reject(error);
    });
    child.once('exit', (status) => {
      code = status;
      setTimeout(finish, drainMs).unref();
    });
    child.once('close', finish);
    request.signal?.addEventListener('abort', cancel, { once: true });
    if (request.signal?.aborted) cancel();
  });

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  const pid = child.pid;
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') {
      spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on(
        'error',
        () => {},
      );
    } else {
      process.kill(-pid, signal);
    }
  } catch {
    // The group is gone already.
  }
}
