// etcd, kube-apiserver, kube-controller-manager and kube-scheduler on loopback.
import { join } from 'node:path';
import { connect } from './api.mjs';
import { makeAuthority, makeCertificate, writeKubeconfig } from './certificates.mjs';
import { start, until } from './process.mjs';

/** Where a cluster's files lie. @param {string} dir */
export const files = (dir) => ({
  pki: join(dir, 'pki'),
  ca: join(dir, 'pki/ca.crt'),
  kubeconfig: join(dir, 'kubeconfig'),
  at: (/** @type {string} */ name) => join(dir, 'pki', name),
});

/**
 * What an etcd without a disk's care for a cluster's folder is started with, and its URL.
 * @param {string} dir @param {number[]} ports
 */
export function etcdFlags(dir, [client, peer]) {
  const url = `http://127.0.0.1:${client}`;
  const peers = `http://127.0.0.1:${peer}`;
  const flags = [
    '--data-dir',
    join(dir, 'etcd'),
    '--unsafe-no-fsync',
    '--log-level',
    'warn',
    '--listen-client-urls',
    url,
    '--advertise-client-urls',
    url,
    '--listen-peer-urls',
    peers,
    '--initial-advertise-peer-urls',
    peers,
    '--initial-cluster',
    `default=${peers}`,
  ];
  return { url, flags };
}

/** What every API server here is started with. @param {string} dir @param {string} etcd URL @param {number} port */
export function apiServerFlags(dir, etcd, port) {
  const { pki, ca, at } = files(dir);
  return [
    '--etcd-servers',
    etcd,
    '--bind-address',
    '127.0.0.1',
    '--secure-port',
    String(port),
    '--service-cluster-ip-range',
    '10.96.0.0/16',
    // without a network there is no address to advertise, and nothing here reaches the server by its service
    '--advertise-address',
    '192.0.2.1',
    '--endpoint-reconciler-type',
    'none',
    '--service-account-issuer',
    'https://kubernetes.default.svc',
    '--service-account-key-file',
    at('sa.pub'),
    '--service-account-signing-key-file',
    at('sa.key'),
    '--tls-cert-file',
    at('server.crt'),
    '--tls-private-key-file',
    at('server.key'),
    '--client-ca-file',
    ca,
    '--cert-dir',
    pki,
    '--profiling=false',
  ];
}

/** The authority of a folder's API servers, their certificate and the administrator's. @param {string} pki */
export async function makePki(pki) {
  await makeAuthority(pki);
  await Promise.all([
    makeCertificate(pki, 'server', { user: 'kube-apiserver', hosts: 'DNS:localhost,IP:127.0.0.1,IP:10.96.0.1' }),
    makeCertificate(pki, 'admin', { user: 'admin', groups: ['system:masters'] }),
  ]);
}

/**
 * Starts etcd and the API server and waits until it answers.
 * @param {{dir: string, bin: string, name: string, ports: number[], watchChild: import('./process.mjs').WatchChild}} options
 */
export async function startApiServer({ dir, bin, name, ports, watchChild }) {
  const [api, ...others] = ports;
  const { pki, ca, kubeconfig, at } = files(dir);
  const server = `https://127.0.0.1:${api}`;
  const etcd = etcdFlags(dir, others);
  watchChild('etcd', start(dir, 'etcd', join(bin, 'etcd'), etcd.flags));
  await makePki(pki);
  writeKubeconfig({ file: kubeconfig, server, ca, name, user: 'admin', cert: at('admin.crt'), key: at('admin.key') });
  watchChild(
    'kube-apiserver',
    start(dir, 'kube-apiserver', join(bin, 'kube-apiserver'), [
      ...apiServerFlags(dir, etcd.url, api ?? 0),
      '--kubelet-client-certificate',
      at('admin.crt'),
      '--kubelet-client-key',
      at('admin.key'),
      '--kubelet-preferred-address-types',
      'Hostname',
      '--authorization-mode',
      'Node,RBAC',
      '--allow-privileged',
    ]),
  );
  const client_ = connect(kubeconfig);
  await until('the API server', () => client_.get('/readyz'), 90);
  return client_;
}

/**
 * Starts what makes pods of workloads and gives them nodes.
 * @param {{dir: string, bin: string, ports: number[], watchChild: import('./process.mjs').WatchChild}} options
 */
export function startControllers({ dir, bin, ports, watchChild }) {
  const [manager, scheduler] = ports;
  const { ca, kubeconfig, at } = files(dir);
  const common = [
    '--kubeconfig',
    kubeconfig,
    '--leader-elect=false',
    '--bind-address',
    '127.0.0.1',
    '--kube-api-qps',
    '500',
    '--kube-api-burst',
    '1000',
    '--profiling=false',
  ];
  watchChild(
    'kube-controller-manager',
    start(dir, 'kube-controller-manager', join(bin, 'kube-controller-manager'), [
      ...common,
      '--secure-port',
      String(manager),
      '--cert-dir',
      join(dir, 'pki/manager'),
      '--use-service-account-credentials',
      '--service-account-private-key-file',
      at('sa.key'),
      '--root-ca-file',
      ca,
      '--cluster-signing-cert-file',
      ca,
      '--cluster-signing-key-file',
      at('ca.key'),
      '--concurrent-statefulset-syncs',
      '50',
    ]),
  );
  watchChild(
    'kube-scheduler',
    start(dir, 'kube-scheduler', join(bin, 'kube-scheduler'), [
      ...common,
      '--secure-port',
      String(scheduler),
      '--cert-dir',
      join(dir, 'pki/scheduler'),
    ]),
  );
}
