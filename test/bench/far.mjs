// @ts-check
// Forwarders to servers, each 30 ms away in either direction, in a process of their own: `startFar` starts it.
import { fork } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ONE_WAY = 30;

/** @param {string[]} servers URLs on loopback @returns {Promise<{ servers: string[], stop: () => void }>} the same, from far away */
export function startFar(servers) {
  const child = fork(fileURLToPath(import.meta.url), [
    JSON.stringify(servers.map((server) => Number(new URL(server).port))),
  ]);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (ports) =>
      resolve({
        servers: /** @type {number[]} */ (ports).map((port) => `https://127.0.0.1:${port}`),
        stop: () => void child.kill('SIGKILL'),
      }),
    );
  });
}

/** @param {import('node:net').Socket} from @param {import('node:net').Socket} to */
function pass(from, to) {
  from.on('data', (chunk) => setTimeout(() => to.destroyed || to.write(chunk), ONE_WAY));
  from.on('error', () => {}).on('close', () => setTimeout(() => to.destroy(), ONE_WAY));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  /** @type {number[]} */
  const targets = JSON.parse(process.argv[2] ?? '[]');
  const ports = await Promise.all(
    targets.map(
      (target) =>
        new Promise((resolve) => {
          const server = createServer((near) => {
            const far = connect(target, '127.0.0.1');
            near.setNoDelay(true);
            far.setNoDelay(true);
            pass(near, far);
            pass(far, near);
          }).listen(0, '127.0.0.1', () =>
            resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port),
          );
        }),
    ),
  );
  process.send?.(ports);
  process.on('disconnect', () => process.exit());
}
