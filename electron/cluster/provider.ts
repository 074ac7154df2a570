import type { ProviderId } from '../../shared/rows';
import type { KubeObject } from './objects';
import { NODES } from './resources';
import type { Api } from './types';

type Node = KubeObject & { spec?: { providerID?: string } };

/** Schemes of the nodes' `spec.providerID`, as each provider's cloud controller writes it. */
const SCHEMES: Record<string, ProviderId> = {
  linode: 'linode',
  digitalocean: 'digitalocean',
  vultr: 'vultr',
  aws: 'aws',
  gce: 'gcp',
  azure: 'azure',
  scaleway: 'scaleway',
  civo: 'civo',
  exoscale: 'exoscale',
  k3s: 'k3s',
  kind: 'kind',
};
/** Say how a cluster was made, not whose machines it stands on. */
const SELF_MADE: ReadonlySet<ProviderId> = new Set(['k3s', 'kind', 'minikube', 'docker', 'unknown']);

/** Provider as one node tells it; `hint` (from the kubeconfig) where nodes may not be read or say less. Never throws. */
export async function readProvider(api: Api, hint: ProviderId): Promise<ProviderId> {
  let told: ProviderId = 'unknown';
  try {
    // One is enough, and the first page is all that is asked for.
    const list = await api.raw<{ items: Node[] | null }>('GET', `${NODES.base}/nodes?limit=1`);
    const node = list.items?.[0];
    if (node) told = ofNode(node);
  } catch {
    return hint;
  }
  if (SELF_MADE.has(told) && hint !== 'unknown') return hint;
  return told;
}

function ofNode({ metadata, spec }: Node): ProviderId {
  const labels = metadata.labels ?? {};
  if (labels['minikube.k8s.io/name']) return 'minikube';
  if (metadata.name === 'docker-desktop') return 'docker';
  if (Object.keys(labels).some((label) => label.startsWith('node.k8s.ovh/'))) return 'ovh';
  if (/\.contabo(server)?\.net$/.test(metadata.name)) return 'contabo';
  const scheme = /^([a-z0-9-]+):\/\//.exec(spec?.providerID ?? '')?.[1] ?? '';
  return SCHEMES[scheme] ?? 'unknown';
}
