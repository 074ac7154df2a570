// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root, with a trailing slash removed. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** @param {string} text */
export function say(text) {
  console.log(`hummingdeck: ${text}`);
}

/**
 * Runs a command with this terminal's input and output; resolves with its exit code (1 when killed).
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', cwd: root, ...options });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * As `run`, and gives what it printed on stdout, too.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<{ code: number, said: string }>}
 */
export function heard(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['inherit', 'pipe', 'inherit'], cwd: root });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      process.stdout.write(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, said }));
  });
}

/**
 * Runs a command and gives what it printed; `ok` false when it failed or is missing.
 * @param {string} command
 * @param {string[]} args
 */
export function capture(command, args) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });
  return { ok: done.status === 0, out: done.stdout ?? '', err: done.stderr ?? '' };
}
