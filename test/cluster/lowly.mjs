// Starts programs that let all others go first. Linux may share cores out by session before it looks at nice values, so they have one of their own,
// and with it this file as a process of its own.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { livePid, mark, signalPid, start } from './process.mjs';

const NICE = 10;
const file = fileURLToPath(import.meta.url);

/** What `start` takes: folder, name, program, arguments, options. @typedef {Parameters<typeof start>} Program */

/** They end with this process or with `stop`, however either happens. */
export function startLowly() {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, file], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  /** @type {{ resolve: (marked: string) => void, reject: (error: Error) => void }[]} */
  const waiting = [];
  child.on('message', (marked) => waiting.shift()?.resolve(/** @type {string} */ (marked)));
  child.on('exit', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the process that starts the others ended'));
  });
  child.unref();
  child.channel?.unref();
  return {
    /** Gives what ends it at once. @param {Program} program @returns {Promise<() => void>} */
    async start(...program) {
      child.channel?.ref();
      const marked = await /** @type {Promise<string>} */ (
        new Promise((resolve, reject) => {
          waiting.push({ resolve, reject });
          child.send(program);
        })
      );
      if (waiting.length === 0) child.channel?.unref();
      return () => {
        const pid = livePid(marked);
        if (pid) signalPid(pid, 'SIGKILL');
      };
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

if (process.argv[1] === file) {
  try {
    writeFileSync('/proc/self/autogroup', String(NICE));
  } catch {
    // This kernel does not share by session.
  }
  setPriority(NICE);
  process.on('message', (/** @type {Program} */ program) => process.send?.(mark(start(...program).pid ?? 0)));
  process.on('disconnect', () => process.exit());
}
