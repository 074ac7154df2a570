// A real node: containerd and a kubelet, with a bridge, a cgroup and all state of their own.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupFolders, prepareCgroup } from './cgroup.mjs';
import { files } from './control-plane.mjs';
import { names } from './names.mjs';
import { run, start, until } from './process.mjs';

/** kube-apiserver reaches a kubelet by the node's host name, so the node bears the one name that is always known. */
export const nodeName = 'localhost';

/** Makes the pods' bridge and gives the address at which pods reach the host. @param {string} bridge @returns {Promise<string>} */
export async function makeBridge(bridge) {
  const taken = (await run('ip', ['-o', '-4', 'addr'])) + (await run('ip', ['-4', 'route']));
  const first = parseInt(bridge.slice(-4), 16);
  for (let i = 0; i < 200; i++) {
    const subnet = `10.${128 + ((first + i) % 97)}.${(first >> 8) & 255}`;
    if (taken.includes(` ${subnet}.`) || taken.includes(`${subnet}.0/`)) continue;
    // With no address of its own a bridge takes the lowest of its ports', so it changes as pods come and go, and all others lose their
    // way to the exchange for seconds.
    const [, a, b, c, d] = bridge.match(/^hd(..)(..)(..)(..)$/) ?? [];
    await run('ip', ['link', 'add', bridge, 'address', ['02', '48', a, b, c, d].join(':'), 'type', 'bridge']);
    await run('ip', ['addr', 'add', `${subnet}.1/24`, 'dev', bridge]);
    await run('ip', ['link', 'set', bridge, 'up']);
    return `${subnet}.1`;
  }
  throw new Error('no private subnet is free for the pods');
}

/** Whether containers can share their image's files here, rather than each having a copy. @param {string} dir */
async function snapshotter(dir) {
  const probe = join(dir, 'overlay-probe');
  for (const part of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(probe, part), { recursive: true });
  try {
    await run('mount', ['-t', 'overlay', 'overlay', '-o', 'lowerdir=lower,upperdir=upper,workdir=work', 'merged'], {
      cwd: probe,
    });
    await run('umount', [join(probe, 'merged')]);
    return 'overlayfs';
  } catch {
    return 'native';
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/**
 * @param {{dir: string, bridge: string, gateway: string, image: string, watchChild: import('./process.mjs').WatchChild}} options
 * `image` is an archive with the stand-in and the pause image
 */
export async function startContainerd({ dir, bridge, gateway, image, watchChild }) {
  const at = (/** @type {string} */ name) => join(dir, 'containerd', name);
  mkdirSync(at('cni'), { recursive: true });
  const kind = await snapshotter(dir);
  writeFileSync(
    at('config.toml'),
    `version = 2
root = "${at('root')}"
state = "${at('state')}"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "${names(dir).socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${at('opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true # without CAP_SYS_RESOURCE it may not be lowered
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${at('cni')}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${kind}"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = "${at('runc')}"
`,
  );
  writeFileSync(
    at('cni/10-bridge.conflist'),
    JSON.stringify({
      cniVersion: '1.0.0',
      name: bridge,
      plugins: [
        {
          type: 'bridge',
          bridge,
          isGateway: true,
          ipam: {
            type: 'host-local',
            dataDir: at('addresses'),
            ranges: [[{ subnet: gateway.replace(/\.1$/, '.0/24') }]],
            routes: [{ dst: '0.0.0.0/0' }],
          },
        },
      ],
    }),
  );
  watchChild('containerd', start(dir, 'containerd', 'containerd', ['--config', at('config.toml')]));
  const ctr = (/** @type {string[]} */ ...args) =>
    run('ctr', ['--address', names(dir).socket, '--namespace', 'k8s.io', ...args]);
  await until('containerd', () => ctr('version'), 30);
  await ctr('images', 'import', '--snapshotter', kind, image);
  return kind;
}

/**
 * @param {{dir: string, id: string, bin: string, port: number, gateway: string, watchChild: import('./process.mjs').WatchChild}} options
 */
export function startKubelet({ dir, id, bin, port, gateway, watchChild }) {
  const root = join(dir, 'kubelet');
  mkdirSync(root, { recursive: true });
  for (const folder of cgroupFolders(id)) prepareCgroup(folder);
  writeFileSync(
    join(dir, 'kubelet.json'),
    JSON.stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      address: '127.0.0.1',
      port,
      healthzPort: 0,
      cgroupDriver: 'cgroupfs',
      cgroupRoot: `/${id}`,
      failCgroupV1: false,
      failSwapOn: false,
      enforceNodeAllocatable: [],
      evictionHard: {},
      imageGCHighThresholdPercent: 100,
      localStorageCapacityIsolation: false,
      makeIPTablesUtilChains: false,
      containerRuntimeEndpoint: `unix://${names(dir).socket}`,
      podLogsDir: join(dir, 'pod-logs'),
      volumePluginDir: join(dir, 'volume-plugins'),
      clusterDNS: ['10.96.0.10'],
      clusterDomain: 'cluster.local',
      resolvConf: '/etc/resolv.conf',
      kubeAPIQPS: 100,
      kubeAPIBurst: 200,
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: files(dir).ca },
      },
      authorization: { mode: 'Webhook' },
    }),
  );
  watchChild(
    'kubelet',
    start(dir, 'kubelet', join(bin, 'kubelet'), [
      '--config',
      join(dir, 'kubelet.json'),
      '--kubeconfig',
      files(dir).kubeconfig,
      '--hostname-override',
      nodeName,
      '--node-ip',
      gateway,
      '--root-dir',
      root,
      '--cert-dir',
      join(root, 'pki'),
    ]),
  );
}
