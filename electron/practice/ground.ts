import { hexOf, uuidOf } from './chance';
import {
  CONFIG_MAP,
  CSI_DRIVER,
  CSI_NODE,
  LEASE,
  NAMESPACE,
  NODE,
  SERVICE_ACCOUNT,
  STORAGE_CLASS,
  type Kind,
} from './kinds';
import { timeText, type Dict, type Obj } from './objects';
import type { World } from './world';

/** Age of a cluster at its first start. */
const AGE = 40 * 86_400_000;
export const PROVISIONER = 'csi.practice.example';
/** Volumes a node can attach: more than it takes pods, so that nothing here has to hold it against anyone. */
const MOST_VOLUMES = 127;

/** Where each provider's nodes say that they come from (`spec.providerID`), and what its machines are called. */
const MACHINES: Record<string, { scheme: string; name: string }> = {
  linode: { scheme: 'linode://', name: 'lke-pool' },
  digitalocean: { scheme: 'digitalocean://', name: 'pool-do' },
  vultr: { scheme: 'vultr://', name: 'vke-node' },
  aws: { scheme: 'aws:///eu-central-1a/i-', name: 'ip-10-0' },
  gcp: { scheme: 'gce://practice/europe-west3-a/', name: 'gke-pool' },
  azure: { scheme: 'azure:///subscriptions/', name: 'aks-pool' },
  scaleway: { scheme: 'scaleway://instance/fr-par-1/', name: 'scw-pool' },
  civo: { scheme: 'civo://', name: 'k3s-pool' },
};

/** A cluster as it comes from its provider: namespaces, nodes, storage. */
export function layGround(world: World, nodes: number): void {
  const { chance } = world;
  const born = world.agenda.now() - AGE;
  const machine = MACHINES[world.provider] ?? { scheme: 'practice://', name: 'practice-node' };
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'trading'])
    addNamespace(world, name, born);
  for (let i = 1; i <= nodes; i++) {
    const name = `${machine.name}-${hexOf(chance, 5)}-${i}`;
    const node = put(world, NODE, name, born, {
      metadata: {
        labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
      },
      spec: { podCIDR: `10.244.${i}.0/24`, providerID: `${machine.scheme}${hexOf(chance, 8)}` },
      status: nodeStatus(i, born),
    });
    put(world, CSI_NODE, name, born, {
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }] },
      spec: { drivers: [{ name: PROVISIONER, nodeID: name, topologyKeys: [], allocatable: { count: MOST_VOLUMES } }] },
    });
    put(world, LEASE, name, born, {
      metadata: { namespace: 'kube-node-lease' },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: timeText(world.agenda.now()) },
    });
  }
  put(world, STORAGE_CLASS, 'practice-block', born, {
    metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: PROVISIONER,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  });
  put(world, CSI_DRIVER, PROVISIONER, born, { spec: { attachRequired: true, podInfoOnMount: false } });
}

function nodeStatus(index: number, born: number): Dict {
  const capacity = { cpu: '8', memory: '64Gi', pods: '110', 'ephemeral-storage': '200Gi' };
  return {
    capacity,
    allocatable: capacity,
    addresses: [{ type: 'InternalIP', address: `10.0.0.${index}` }],
    conditions: nodeConditions('True', born),
    nodeInfo: { kubeletVersion: 'v1.34.4+practice', operatingSystem: 'linux', architecture: 'amd64' },
  };
}

export function nodeConditions(ready: 'True' | 'Unknown', at: number): Dict[] {
  const time = { lastHeartbeatTime: timeText(at), lastTransitionTime: timeText(at) };
  const lost = { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
  const pressure = (type: string, reason: string, message: string) =>
    ready === 'True'
      ? { type, status: 'False', ...time, reason, message }
      : { type, status: 'Unknown', ...time, ...lost };
  return [
    pressure('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    pressure('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    pressure('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    ready === 'True'
      ? { type: 'Ready', status: 'True', ...time, reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'Unknown', ...time, ...lost },
  ];
}

/** A namespace as it is soon after its making: with its default account. */
export function addNamespace(world: World, name: string, at: number): void {
  put(world, NAMESPACE, name, at, {
    metadata: { labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
  furnishNamespace(world, name, at);
}
export function furnishNamespace(world: World, namespace: string, at: number): void {
  if (!world.store.get(SERVICE_ACCOUNT, namespace, 'default'))
    put(world, SERVICE_ACCOUNT, 'default', at, { metadata: { namespace } });
  if (!world.store.get(CONFIG_MAP, namespace, 'kube-root-ca.crt'))
    put(world, CONFIG_MAP, 'kube-root-ca.crt', at, { metadata: { namespace }, data: { 'ca.crt': '' } });
}

export function put(world: World, kind: Kind, name: string, at: number, object: Dict & { metadata?: Dict }): Obj {
  const metadata = {
    name,
    ...object.metadata,
    uid: uuidOf(world.chance),
    creationTimestamp: timeText(at),
    resourceVersion: '',
  };
  return world.store.put(kind, { ...object, apiVersion: kind.apiVersion, kind: kind.kind, metadata } as Obj);
}
