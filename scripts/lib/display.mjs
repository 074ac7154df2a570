// @ts-check
import { spawn } from 'node:child_process';
import { say } from './run.mjs';

/**
 * A display to open windows on: the machine's own, else a virtual one that ends with `stop`.
 * @returns {Promise<{ virtual: boolean, env: Record<string, string>, stop: () => void }>}
 */
export async function ensureDisplay({ force = false } = {}) {
  const has = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (has && !force) return { virtual: false, env: {}, stop: () => {} };
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => reject(new Error('the virtual display ended at once')));
    let text = '';
    /** @type {import('node:stream').Readable} */ (server.stdio[3]).on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.trim());
    });
  });
  say(`no display here: using a virtual one`);
  const stop = () => void server.kill();
  process.once('exit', stop);
  return { virtual: true, env: { DISPLAY: `:${number}` }, stop };
}
