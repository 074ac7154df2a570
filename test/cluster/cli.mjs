// node test/cluster/cli.mjs up|down|status [--kwok N] [--no-node]: a cluster to play with, kept until `down`.
import { join } from 'node:path';
import { down, running, up } from './cluster.mjs';
import { cacheRoot } from './process.mjs';

const [command, ...options] = process.argv.slice(2);
const dir = join(cacheRoot(), 'cluster');
const kwok = options.indexOf('--kwok');
const log = (/** @type {string} */ line) => console.log(line);

/** @param {import('./cluster.mjs').Cluster} cluster */
function show({ kubeconfig, exchangeUrl, bin }) {
  console.log(
    `kubeconfig  ${kubeconfig}\nexchange    ${exchangeUrl}/orders\n\n  export KUBECONFIG=${kubeconfig}\n  ${join(bin, 'kubectl')} get pods -A`,
  );
}

try {
  if (command === 'up') {
    const already = running(dir);
    if (already) console.log('the cluster runs already');
    show(
      already ??
        (await up({
          dir,
          node: !options.includes('--no-node'),
          kwokNodes: kwok < 0 ? 0 : Number(options[kwok + 1]),
          detach: true,
          log,
        })),
    );
  } else if (command === 'down') {
    await down(dir);
    console.log('the cluster is gone');
  } else if (command === 'status') {
    const cluster = running(dir);
    if (cluster) show(cluster);
    else console.log('no cluster runs');
  } else {
    console.log('usage: node test/cluster/cli.mjs up [--kwok N] [--no-node] | down | status');
    process.exitCode = command ? 1 : 0;
  }
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exitCode = 1;
}
