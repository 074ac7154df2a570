// Small things about processes, files and time that every other file here needs.
import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @typedef {(line: string) => void} Log */
/** @typedef {(name: string, child: import('node:child_process').ChildProcess) => void} WatchChild told of every program that is started */

/** The folder outside the repository that holds what is slow to make, and the clusters that run. */
export const cacheRoot = () => process.env.HUMMINGDECK_CACHE || join(homedir(), '.cache', 'hummingdeck');

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Runs a program to its end and gives its stdout; a failure carries the end of its stderr.
 * @param {string} program @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, input?: string, timeout?: number}} [options]
 * @returns {Promise<string>}
 */
export function run(program, args, { cwd, env, input, timeout = 0 } = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { cwd, env, timeout, maxBuffer: 256 << 20, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const said = String(stderr || stdout)
          .trim()
          .split('\n')
          .slice(-15)
          .join('\n');
        reject(
          Object.assign(new Error(`${program} ${args.slice(0, 6).join(' ')}: ${said || error.message}`), {
            code: error.code,
            stdout,
            stderr,
          }),
        );
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

/**
 * Starts a long-running program with its output in DIR/log/NAME.log and its pid in DIR/pid/NAME.
 * The kernel ends it when this process dies, however that happens.
 * @param {string} dir @param {string} name @param {string} program @param {string[]} args
 * @param {{env?: NodeJS.ProcessEnv}} [options]
 */
export function start(dir, name, program, args, { env } = {}) {
  mkdirSync(join(dir, 'log'), { recursive: true });
  mkdirSync(join(dir, 'pid'), { recursive: true });
  const log = openSync(join(dir, 'log', `${name}.log`), 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
    cwd: dir,
    env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => {});
  if (child.pid) writeFileSync(join(dir, 'pid', name), mark(child.pid));
  return child;
}

/** A pid with its start time, so that a pid used again by a stranger is never taken for ours. @param {number} pid */
export const mark = (pid) => `${pid} ${startTime(pid) ?? ''}`;

/** @param {number} pid */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** The pid of a mark if that very process still runs. @param {string | undefined} text */
export function livePid(text) {
  const [pid, started] = (text ?? '').trim().split(' ');
  return pid && started && startTime(Number(pid)) === started ? Number(pid) : undefined;
}

/** Sends a signal to a process that may be gone already. @param {number} pid @param {NodeJS.Signals} signal */
export function signalPid(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // gone
  }
}

/**
 * Asks until `ask` gives something true; throws with `what` and the last error after `seconds`.
 * @template T @param {string} what @param {() => Promise<T> | T} ask @param {number} [seconds] @param {number} [every] ms
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, ask, seconds = 60, every = 100) {
  const end = Date.now() + seconds * 1000;
  let last = '';
  for (;;) {
    try {
      const value = await ask();
      if (value) return value;
    } catch (error) {
      last = String(/** @type {Error} */ (error).message ?? error);
      if (/** @type {any} */ (error).fatal) throw error;
    }
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}${last ? `: ${last}` : ''}`);
    await sleep(every);
  }
}

/** Free TCP ports on loopback, all different. @param {number} count @returns {Promise<number[]>} */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const server = createServer()
            .once('error', reject)
            .listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Writes a file whole or not at all. @param {string} file @param {string | object} content */
export function writeWhole(file, content) {
  const next = `${file}.${process.pid}.new`;
  writeFileSync(next, typeof content === 'string' ? content : JSON.stringify(content, null, 1), { mode: 0o600 });
  renameSync(next, file);
}

/** @param {string} file @returns {any} undefined when it is not there or not whole */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * One holder at a time over all processes; a holder that died does not block.
 * @template T @param {string} file @param {() => Promise<T>} work @param {Log} [log]
 * @returns {Promise<T>}
 */
export async function locked(file, work, log = () => {}) {
  mkdirSync(join(file, '..'), { recursive: true });
  for (let waits = 0; ; waits++) {
    try {
      writeFileSync(file, mark(process.pid), { flag: 'wx' });
      break;
    } catch {
      const holder = existsSync(file) ? readFileSync(file, 'utf8') : '';
      if (holder.includes(' ') && !livePid(holder)) rmSync(file, { force: true });
      else if (waits === 5) log(`waiting for ${file}`);
      await sleep(200);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
