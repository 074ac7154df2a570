// @ts-check
import { spawn } from 'node:child_process';
import { ensureModules } from './lib/modules.mjs';
import { root } from './lib/run.mjs';

/** Types, lint, format, room boundaries and dead code, two at a time; each prints only when it fails. */
const CHECKS = {
  types: ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  lint: ['eslint', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.'],
  format: ['prettier', '--check', '--log-level', 'warn', '--cache', '.'],
  rooms: ['depcruise', '--config', '.dependency-cruiser.cjs', 'electron', 'renderer', 'shared'],
  'dead code': ['knip'],
};

/** @param {string} name @param {string[]} args @returns {Promise<boolean>} */
function check(name, args) {
  return new Promise((resolve) => {
    const child = spawn(process.platform === 'win32' ? 'npx.cmd' : 'npx', ['--no-install', ...args], { cwd: root });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('exit', (code) => {
      console.log(code === 0 ? `ok      ${name}` : `FAILED  ${name}\n${output}`);
      resolve(code === 0);
    });
  });
}

await ensureModules();
const waiting = Object.entries(CHECKS);
let passed = 0;
async function worker() {
  for (let next = waiting.shift(); next; next = waiting.shift()) if (await check(...next)) passed++;
}
await Promise.all([worker(), worker()]);
const failed = Object.keys(CHECKS).length - passed;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
