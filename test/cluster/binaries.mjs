// Kubernetes, etcd and kwok from the Go module proxy, built once into the cache.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheRoot, locked, run } from './process.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const goMod = readFileSync(join(here, 'kubernetes/go.mod'), 'utf8');

/** The version of Kubernetes that kubernetes/go.mod names, such as `1.34.4`. */
export const kubernetesVersion = /k8s\.io\/kubernetes v(\S+)/.exec(goMod)?.[1] ?? 'unknown';

/** Where the programs lie, or will lie after `ensureBinaries`. */
export function binariesFolder() {
  const hash = createHash('sha256');
  for (const file of [
    'kubernetes/go.mod',
    'kubernetes/go.sum',
    'kubernetes/pause/main.go',
    'kwok/go.mod',
    'kwok/go.sum',
  ])
    hash.update(readFileSync(join(here, file)));
  return join(cacheRoot(), `k8s-${kubernetesVersion}-${hash.digest('hex').slice(0, 12)}`);
}

/** The files of kwok's module that say how fake nodes and pods become ready. */
const stages = [
  'stage/node/fast/node-initialize.yaml',
  'stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'stage/pod/fast/pod-complete.yaml',
  'stage/pod/fast/pod-delete.yaml',
  'stage/pod/fast/pod-ready.yaml',
];

/**
 * Builds what is missing (minutes on a fresh machine) and gives the folder of the programs.
 * @param {{log?: import('./process.mjs').Log}} [options] @returns {Promise<string>}
 */
export async function ensureBinaries({ log = () => {} } = {}) {
  const folder = binariesFolder();
  if (existsSync(folder)) return folder;
  return locked(
    `${folder}.lock`,
    async () => {
      if (existsSync(folder)) return folder;
      log(
        `building Kubernetes ${kubernetesVersion}, etcd and kwok; the first time this takes about 7 minutes on 2 cores`,
      );
      const next = `${folder}.building`;
      rmSync(next, { recursive: true, force: true });
      mkdirSync(next, { recursive: true });
      const [major, minor] = kubernetesVersion.split('.');
      const version = `k8s.io/component-base/version`;
      const flags = `-s -w -X ${version}.gitVersion=v${kubernetesVersion} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`;
      const env = { ...process.env, GOFLAGS: '-buildvcs=false -mod=readonly' };
      const go = (/** @type {string} */ module, /** @type {string[]} */ args) =>
        run('go', args, { cwd: join(here, module), env });
      await go('kubernetes', ['build', '-o', next, '-ldflags', flags, './pause', 'tool']).catch(explain);
      renameSync(join(next, 'server'), join(next, 'etcd'));
      await go('kwok', ['build', '-o', next, '-ldflags', '-s -w', 'tool']).catch(explain);
      const kwok = (await go('kwok', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'])).trim();
      writeFileSync(
        join(next, 'kwok-stages.yaml'),
        stages.map((stage) => readFileSync(join(kwok, 'kustomize', stage), 'utf8')).join('\n---\n'),
      );
      renameSync(next, folder);
      log(`built into ${folder}`);
      return folder;
    },
    log,
  );
}

/** @param {any} error @returns {never} */
function explain(error) {
  throw error.code === 'ENOENT'
    ? new Error('Go is needed to build the test cluster (version 1.26 or later) and was not found')
    : error;
}
