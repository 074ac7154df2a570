import { expect, test } from 'vitest';
import { providerOf, providerOfNode } from './providers';

test.each([
  ['https://abc-1.eu-central-2-gw.linodelke.net:443', '', 'lke1-ctx', 'linode'],
  [
    'https://a-b-c.k8s.ondigitalocean.com',
    'doctl kubernetes cluster kubeconfig exec-credential',
    'do-fra1-x',
    'digitalocean',
  ],
  ['https://1234.vultr-k8s.com:6443', '', 'vke-1234', 'vultr'],
  ['https://ABC.gr7.eu-west-1.eks.amazonaws.com', '', 'x', 'aws'],
  ['https://34.1.2.3', '/opt/google/bin/gke-gcloud-auth-plugin', 'x', 'gcp'],
  ['https://34.1.2.3', '', 'gke_project_europe-west1_prod', 'gcp'],
  ['https://x.hcp.westeurope.azmk8s.io:443', '', 'x', 'azure'],
  ['https://10.0.0.1', 'kubelogin get-token --server-id 6dae', 'x', 'azure'],
  ['https://10.0.0.1', 'kubelogin get-token --oidc-issuer-url https://x', 'x', 'unknown'],
  ['https://x.c1.gra9.k8s.ovh.net', '', 'x', 'ovh'],
  ['https://x.api.k8s.fr-par.scw.cloud:6443', '', 'x', 'scaleway'],
  ['https://x.k8s.civo.com:6443', '', 'x', 'civo'],
  ['https://x.sks-ch-gva-2.exo.io:443', '', 'x', 'exoscale'],
  ['https://10.0.0.1', 'AWS_PROFILE=x aws eks get-token', 'x', 'aws'],
  ['https://127.0.0.1:6443', '', 'default', 'k3s'],
  ['https://127.0.0.1:41234', '', 'kind-dev', 'kind'],
  ['https://192.168.49.2:8443', '', 'minikube', 'minikube'],
  ['https://kubernetes.docker.internal:6443', '', 'docker-desktop', 'docker'],
  ['https://linodelke.net.evil.example', '', 'x', 'unknown'],
  ['', '', '', 'unknown'],
])('%s %s %s is %s', (server, command, name, provider) => {
  expect(providerOf(server, command, name)).toBe(provider);
});

test.each([
  ['aws:///eu-west-1a/i-1', 'aws'],
  ['gce://p/z/n', 'gcp'],
  ['linode://1', 'linode'],
  ['k3s://n', 'k3s'],
  ['kind://docker/kind/n', 'kind'],
  ['openstack:///1', 'unknown'],
  ['constructor://1', 'unknown'],
  ['', 'unknown'],
])('a node %s is %s', (id, provider) => {
  expect(providerOfNode(id)).toBe(provider);
});
