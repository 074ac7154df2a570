import { Failure, type AppError } from '../../shared/errors';
import { statusObjectFailure } from './errors';
import type { Status } from './objects';
import { pathOf, PODS } from './resources';
import type { AttachOptions, ContainerRef, ExecOptions, Program } from './stream-types';
import type { Channel } from './transport';
import type { Api } from './types';
import { createUtf8Splitter } from './utf8';

const STDIN = 0;
const STDERR = 2;
const STATUS = 3;
const RESIZE = 4;
const CLOSE = 255;
/** Kept below common frame limits of proxies. */
const LARGEST_WRITE = 32 * 1024;
const text = new TextDecoder();

/** Starts a program in a container. Rejects with `Failure` when the server refuses; what ends it later comes by `onEnd`. */
export async function openExec(api: Api, options: ExecOptions): Promise<Program> {
  const { command, tty, stdin, signal } = options;
  const channel = await api.transport.channel({ path: pathTo('exec', options, command, tty, stdin), signal });
  const program = wrap(channel, tty);
  if (options.cols && options.rows) program.resize(options.cols, options.rows);
  return program;
}

/** Attaches to a container's main program. A terminal is asked to paint itself. */
export async function openAttach(api: Api, options: AttachOptions): Promise<Program> {
  const { tty, stdin, signal } = options;
  const channel = await api.transport.channel({ path: pathTo('attach', options, [], tty, stdin), signal });
  const program = wrap(channel, tty);
  if (tty && options.cols && options.rows) program.redraw(options.cols, options.rows);
  return program;
}

function pathTo(what: 'exec' | 'attach', at: ContainerRef, command: string[], tty: boolean, stdin: boolean): string {
  const ask = new URLSearchParams({
    container: at.container,
    stdin: String(stdin),
    stdout: 'true',
    stderr: String(!tty),
    tty: String(tty),
  });
  for (const part of command) ask.append('command', part);
  return `${pathOf(PODS, at.namespace, at.pod, what)}?${ask.toString().replace(/\+/g, '%20')}`;
}

function wrap(channel: Channel, tty: boolean): Program {
  const splitters = { stdout: createUtf8Splitter(), stderr: createUtf8Splitter() };
  let onData: ((data: Uint8Array, from: 'stdout' | 'stderr') => void) | null = null;
  let onEnd: ((end: { code: number | null; error: AppError | null }) => void) | null = null;
  let status: { code: number | null; error: AppError | null } | null = null;
  let end: { code: number | null; error: AppError | null } | null = null;
  let told = false;
  const kept: [Uint8Array, 'stdout' | 'stderr'][] = [];

  function deliver(data: Uint8Array, from: 'stdout' | 'stderr'): void {
    if (data.length === 0) return;
    if (onData) onData(data, from);
    else kept.push([data, from]);
  }
  function tell(): void {
    if (!end || told || !onEnd) return;
    told = true;
    onEnd(end);
  }
  function size(cols: number, rows: number): void {
    channel.send(RESIZE, Buffer.from(JSON.stringify({ Width: cols, Height: rows })));
  }

  channel.onClose((error) => {
    for (const from of ['stdout', 'stderr'] as const) deliver(splitters[from].flush(), from);
    end = status ?? { code: null, error: error instanceof Failure ? error.error : null };
    tell();
  });
  channel.onData((number, data) => {
    if (number === STATUS) {
      // Servers send it empty at the start of the v4 protocol's answer to a client that hung up.
      if (data.length > 0) status = readStatus(text.decode(data));
    } else if (number === STDERR) deliver(splitters.stderr.push(data), tty ? 'stdout' : 'stderr');
    else if (number === 1) deliver(splitters.stdout.push(data), 'stdout');
  });

  return {
    onData(handler) {
      onData = handler;
      for (const [data, from] of kept.splice(0)) handler(data, from);
    },
    onEnd(handler) {
      onEnd = handler;
      tell();
    },
    write(data) {
      for (let at = 0; at < data.length; at += LARGEST_WRITE)
        channel.send(STDIN, data.subarray(at, at + LARGEST_WRITE));
    },
    endInput() {
      if (!channel.protocol.startsWith('v5')) return false;
      channel.send(CLOSE, Uint8Array.of(STDIN));
      return true;
    },
    resize: size,
    redraw(cols, rows) {
      size(cols, rows);
      size(cols + 1, rows);
      size(cols, rows);
    },
    pause: () => channel.pause(),
    resume: () => channel.resume(),
    close: () => channel.close(),
  };
}

/** Channel 3: how a program ended (k8s.io/client-go/tools/remotecommand, v4 and later). */
function readStatus(json: string): { code: number | null; error: AppError | null } {
  let status: Status;
  try {
    status = JSON.parse(json) as Status;
  } catch {
    return { code: null, error: statusObjectFailure({ message: json }).error };
  }
  if (status.status === 'Success') return { code: 0, error: null };
  const exit = status.details?.causes?.find((cause) => cause.reason === 'ExitCode');
  if (status.reason === 'NonZeroExitCode' && exit && /^\d+$/.test(exit.message ?? ''))
    return { code: Number(exit.message), error: null };
  return { code: null, error: notStarted(status) };
}

function notStarted(status: Status): AppError {
  const words = status.message ?? '';
  if (/executable file not found|no such file or directory/.test(words)) {
    return { code: 'NOT_FOUND', message: 'The container has no such program.', cause: words };
  }
  if (/container not (found|running)|not running/.test(words)) {
    return {
      code: 'NOT_FOUND',
      message: 'The container does not run at the moment.',
      hint: 'Try again when it has started.',
      cause: words,
    };
  }
  return statusObjectFailure(status).error;
}
