import { Failure } from '../../shared/errors';
import { openExec } from './program';
import type { ContainerRef, ExecOnceOptions, ExecResult } from './stream-types';
import type { Api } from './types';

/** Runs a program without a terminal and gives what it wrote. An exit code other than 0 is a result, not an error. */
export async function execOnce(
  api: Api,
  at: ContainerRef,
  command: string[],
  options: ExecOnceOptions,
): Promise<ExecResult> {
  const { clock, stdin, timeoutMs = 20_000, maxBytes = 4 * 1024 * 1024, signal } = options;
  const control = new AbortController();
  const onAbort = () => control.abort();
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  let late = false;
  const stopTimer = clock.after(timeoutMs, () => {
    late = true;
    control.abort();
  });
  try {
    const program = await openExec(api, {
      ...at,
      clock,
      command,
      tty: false,
      stdin: stdin !== undefined,
      signal: control.signal,
    });
    return await new Promise<ExecResult>((resolve, reject) => {
      const parts = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
      let size = 0;
      const give = (from: 'stdout' | 'stderr') => Buffer.concat(parts[from]).toString('utf8');
      control.signal.addEventListener('abort', () => {
        program.close();
        reject(late ? tooLate(command, timeoutMs) : new Failure({ code: 'CANCELLED', message: 'Cancelled.' }));
      });
      program.onData((data, from) => {
        size += data.length;
        if (size <= maxBytes) return void parts[from].push(data);
        program.close();
        reject(new Failure({ code: 'INVALID', message: `The container answered with more than ${maxBytes} bytes.` }));
      });
      program.onEnd(({ code, error }) => {
        if (error) reject(new Failure(error));
        else resolve({ stdout: give('stdout'), stderr: give('stderr'), code });
      });
      if (stdin !== undefined) {
        program.write(Buffer.from(stdin, 'utf8'));
        program.endInput();
      }
    });
  } catch (error) {
    throw late ? tooLate(command, timeoutMs) : error;
  } finally {
    stopTimer();
    signal?.removeEventListener('abort', onAbort);
  }
}

function tooLate(command: string[], ms: number): Failure {
  return new Failure({
    code: 'TIMEOUT',
    message: `The container did not finish in ${Math.round(ms / 1000)} s.`,
    cause: command[0],
  });
}
