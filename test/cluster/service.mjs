// The way by which pods reach the API server, where a test needs one: the service address 10.96.0.1, which without kube-proxy leads nowhere.
import { createServer, connect } from 'node:net';
import { names } from './names.mjs';
import { run } from './process.mjs';

const SERVICE = '10.96.0.1';

/**
 * Opens it for the pods of this cluster alone; `connections` counts those that came.
 * @param {import('./cluster.mjs').Cluster} cluster
 */
export async function apiForPods(cluster) {
  const { bridge } = names(cluster.dir);
  await closeWays(bridge);
  const gateway = /inet ([\d.]+)\//.exec(await run('ip', ['-4', 'addr', 'show', 'dev', bridge]))?.[1] ?? '';
  const { hostname, port } = new URL(cluster.server);
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  let connections = 0;
  const server = createServer((near) => {
    connections++;
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => (sockets.delete(socket), near.destroy(), far.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise((resolve) => server.listen(0, gateway, () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const rule = ['PREROUTING', '-i', bridge, '-d', SERVICE, '-p', 'tcp', '--dport', '443', '-j', 'DNAT'];
  const to = ['--to-destination', `${gateway}:${address.port}`];
  await run('iptables', ['-w', '-t', 'nat', '-A', ...rule, ...to]);
  return {
    connections: () => connections,
    async close() {
      await run('iptables', ['-w', '-t', 'nat', '-D', ...rule, ...to]);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Takes away ways that a killed test left on this bridge: the first one counts, and leads to nobody. @param {string} bridge */
export async function closeWays(bridge) {
  const rules = await run('iptables', ['-w', '-t', 'nat', '-S', 'PREROUTING']).catch(() => '');
  for (const rule of rules.split('\n').filter((line) => line.includes(` -i ${bridge} `)))
    await run('iptables', ['-w', '-t', 'nat', '-D', ...rule.split(' ').slice(1)]);
}
