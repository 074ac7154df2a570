import type { ProviderId } from '../../shared/rows';

const hosts: [RegExp, ProviderId][] = [
  [/\.linodelke\.net$/, 'linode'],
  [/\.ondigitalocean\.com$/, 'digitalocean'],
  [/\.vultr-k8s\.com$/, 'vultr'],
  [/\.eks\.amazonaws\.com(\.cn)?$|\.eks\..*\.api\.aws$/, 'aws'],
  [/\.gke\.goog$|(^|\.)(container|connectgateway|gkeconnect)\.googleapis\.com$/, 'gcp'],
  [/\.azmk8s\.(io|us)$|\.azmk8s\.cn$|\.azk8s\.cn$/, 'azure'],
  [/\.ovh\.(net|us|com)$/, 'ovh'],
  [/\.scw\.cloud$/, 'scaleway'],
  [/\.civo\.com$/, 'civo'],
  [/\.(exo\.io|exoscale\.(com|cloud|ch))$/, 'exoscale'],
  [/\.contabo(server)?\.(net|com)$/, 'contabo'],
  [/^kubernetes\.docker\.internal$/, 'docker'],
];

const programs: [RegExp, ProviderId][] = [
  [/^(aws|aws-iam-authenticator|aws-vault)$/, 'aws'],
  [/^(gke-gcloud-auth-plugin|gcloud)$/, 'gcp'],
  [/^doctl$/, 'digitalocean'],
  [/^linode-cli$/, 'linode'],
  [/^vultr-cli$/, 'vultr'],
  [/^(az|kubelogin)$/, 'azure'],
  [/^scw$/, 'scaleway'],
  [/^civo$/, 'civo'],
  [/^(exo|exoscale-cli)$/, 'exoscale'],
];

const names: [RegExp, ProviderId][] = [
  [/^gke_[^_]+_[^_]+_.+/, 'gcp'],
  [/^arn:aws[\w-]*:eks:|\.eksctl\.io$/, 'aws'],
  [/^do-[a-z]{3}\d-/, 'digitalocean'],
  [/^lke\d+-ctx$/, 'linode'],
  [/^vke-[0-9a-f-]{8,}/, 'vultr'],
  [/^kind-/, 'kind'],
  [/^minikube$/, 'minikube'],
  [/^docker-(desktop|for-desktop)$/, 'docker'],
  [/^k3[sd](-|$)/, 'k3s'],
];

/**
 * Who runs the cluster, told from the server's host, else the sign-in plugin's program, else the name that the provider's
 * own tool gives a context. `unknown` until the nodes tell (`providerOfNode`).
 */
export function providerOf(server: string, execCommand: string, contextName: string): ProviderId {
  const host = hostOf(server);
  const byHost = hosts.find(([pattern]) => pattern.test(host));
  if (byHost) return byHost[1];
  // Leading NAME=value pairs are the plugin's environment, not its program.
  const words = execCommand.split(/\s+/).filter((word) => !/^\w+=/.test(word));
  const program = (words[0] ?? '')
    .replace(/^['"]|['"]$/g, '')
    .replace(/^.*[\\/]/, '')
    .replace(/\.exe$/i, '');
  // int128's kubelogin for any OpenID provider bears the same name as Azure's; only Azure's knows a server id.
  const oidc = program === 'kubelogin' && !words.includes('--server-id');
  const byProgram = oidc ? undefined : programs.find(([pattern]) => pattern.test(program));
  if (byProgram) return byProgram[1];
  const byName = names.find(([pattern]) => pattern.test(contextName));
  if (byName) return byName[1];
  // k3s writes one context, called default, to the machine's own address.
  return contextName === 'default' && /^https:\/\/(127\.0\.0\.1|localhost|\[::1\]):6443$/.test(server)
    ? 'k3s'
    : 'unknown';
}

const nodeSchemes: Record<string, ProviderId> = {
  aws: 'aws',
  gce: 'gcp',
  azure: 'azure',
  linode: 'linode',
  digitalocean: 'digitalocean',
  vultr: 'vultr',
  scaleway: 'scaleway',
  civo: 'civo',
  exoscale: 'exoscale',
  k3s: 'k3s',
  k3d: 'k3s',
  kind: 'kind',
  minikube: 'minikube',
  contabo: 'contabo',
};

/** From a node's `spec.providerID`, e.g. `aws:///eu-west-1a/i-0abc`. OVH's nodes say `openstack`, which others do too: unknown. */
export function providerOfNode(providerID: string): ProviderId {
  const scheme = /^([a-z0-9]+):\/\//i.exec(providerID)?.[1]?.toLowerCase() ?? '';
  return Object.prototype.hasOwnProperty.call(nodeSchemes, scheme) ? (nodeSchemes[scheme] ?? 'unknown') : 'unknown';
}

function hostOf(server: string): string {
  try {
    return new URL(server).hostname.toLowerCase();
  } catch {
    return '';
  }
}
