// metrics.k8s.io on a test cluster: the real API server's aggregation, in front of a small server that reads the kubelet's own /metrics/resource.
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:https';
import { connect } from './api.mjs';
import { files } from './control-plane.mjs';
import { until } from './process.mjs';

const GROUP = 'metrics.k8s.io';
const API = `/apis/${GROUP}/v1beta1`;
const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
const SERVICE = { name: 'metrics-server', namespace: 'kube-system' };
const EVERY = 2_000;

/** @typedef {{ at: number, cpu: number, memory: number, rate: number | null, window: number }} Measure */

/**
 * Serves metrics of the real node's pods until the function it gives is called: measured every two seconds, told as metrics-server does
 * (`metrics.k8s.io/v1beta1` pods, by label selector). A namespace is deleted slowly while an aggregated server is gone: always end it.
 * @param {Pick<import('./cluster.mjs').Cluster, 'dir' | 'kubeconfig'>} cluster
 * @returns {Promise<() => Promise<void>>}
 */
export async function serveMetrics(cluster) {
  const api = connect(cluster.kubeconfig);
  const { at } = files(cluster.dir);
  const [cert, key] = [readFileSync(at('admin.crt')), readFileSync(at('admin.key'))];
  const agent = new Agent({ keepAlive: true, cert, key, rejectUnauthorized: false });
  /** @type {Map<string, Measure>} */
  const known = new Map();

  async function measure() {
    const { items } = await api.get('/api/v1/nodes');
    for (const node of items) {
      const { Port } = node.status.daemonEndpoints?.kubeletEndpoint ?? {};
      if (Port) take(known, await text(`https://${node.metadata.name}:${Port}/metrics/resource`, agent));
    }
  }
  const timer = setInterval(() => void measure().catch(() => undefined), EVERY);
  const server = createServer(
    { cert: readFileSync(at('server.crt')), key: readFileSync(at('server.key')) },
    (asked, answer) => {
      void answerTo(asked.url ?? '', api, known).then(
        ([status, body]) => answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        (error) => answer.writeHead(500).end(String(error)),
      );
    },
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await register(api, port);
  await measure();
  await until('metrics to be served', () => api.get(`${API}/pods`), 30);
  return async () => {
    clearInterval(timer);
    await unregister(api);
    server.closeAllConnections();
    server.close();
    agent.destroy();
    api.close();
  };
}

/** @param {import('./api.mjs').Api} api @param {number} port */
async function register(api, port) {
  await unregister(api);
  const place = `/api/v1/namespaces/${SERVICE.namespace}/services`;
  await api.send('POST', place, {
    metadata: SERVICE,
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
  });
  await api.send('POST', SERVICES, {
    metadata: { name: `v1beta1.${GROUP}` },
    spec: {
      group: GROUP,
      version: 'v1beta1',
      service: { ...SERVICE, port },
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  });
}
/** Also what a test that was killed left. @param {import('./api.mjs').Api} api */
async function unregister(api) {
  await api.send('DELETE', `${SERVICES}/v1beta1.${GROUP}`).catch(ifThere);
  await api.send('DELETE', `/api/v1/namespaces/${SERVICE.namespace}/services/${SERVICE.name}`).catch(ifThere);
}
const ifThere = (/** @type {any} */ error) => {
  if (error.status !== 404) throw error;
};

/** @param {string} url @param {import('./api.mjs').Api} api @param {Map<string, Measure>} known @returns {Promise<[number, object]>} */
async function answerTo(url, api, known) {
  const { pathname, searchParams } = new URL(url, 'http://metrics');
  if (pathname === API)
    return [
      200,
      {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: `${GROUP}/v1beta1`,
        resources: [{ name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] }],
      },
    ];
  const [, namespace] = /^\/apis\/metrics\.k8s\.io\/v1beta1(?:\/namespaces\/([^/]+))?\/pods$/.exec(pathname) ?? [];
  if (!pathname.startsWith(API) || !pathname.endsWith('/pods'))
    return [404, { kind: 'Status', code: 404, reason: 'NotFound' }];
  const selector = searchParams.get('labelSelector');
  const query = selector ? `?labelSelector=${encodeURIComponent(selector)}` : '';
  const { items } = await api.get(`/api/v1/${namespace ? `namespaces/${namespace}/` : ''}pods${query}`);
  return [
    200,
    {
      kind: 'PodMetricsList',
      apiVersion: `${GROUP}/v1beta1`,
      metadata: {},
      items: items.flatMap((/** @type {any} */ pod) => metricsOf(pod, known)),
    },
  ];
}

/** @param {any} pod @param {Map<string, Measure>} known */
function metricsOf({ metadata, spec }, known) {
  const { name, namespace, labels } = metadata;
  const measured = spec.containers.map((/** @type {any} */ one) => ({
    name: one.name,
    of: known.get(`${namespace}/${name}/${one.name}`),
  }));
  // As metrics-server: a pod is told once all its containers have been measured twice.
  if (measured.some((/** @type {any} */ one) => !one.of || one.of.rate === null)) return [];
  const first = measured[0].of;
  return [
    {
      metadata: { name, namespace, creationTimestamp: stamp(Date.now()), ...(labels ? { labels } : {}) },
      timestamp: stamp(first.at),
      window: `${(first.window / 1000).toFixed(3)}s`,
      containers: measured.map((/** @type {any} */ one) => ({
        name: one.name,
        usage: { cpu: `${Math.round(one.of.rate * 1e9)}n`, memory: `${Math.round(one.of.memory / 1024)}Ki` },
      })),
    },
  ];
}
const stamp = (/** @type {number} */ at) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * Takes in what a kubelet measured, in Prometheus' form: `name{container="…",namespace="…",pod="…"} value time`.
 * @param {Map<string, Measure>} known @param {string} lines
 */
function take(known, lines) {
  const form = /^(container_cpu_usage_seconds_total|container_memory_working_set_bytes)\{([^}]*)\} (\S+) (\d+)$/gm;
  for (const [, metric, labels = '', value, time] of lines.matchAll(form)) {
    const { container, namespace, pod } = Object.fromEntries(
      [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]),
    );
    const id = `${namespace}/${pod}/${container}`;
    const one = known.get(id) ?? { at: 0, cpu: 0, memory: 0, rate: null, window: 0 };
    known.set(id, one);
    if (metric?.includes('memory')) one.memory = Number(value);
    else if (Number(time) > one.at) {
      const [next, window] = [Number(value), Number(time) - one.at];
      // A count that went back is another run's.
      if (one.at > 0) one.rate = next >= one.cpu ? (next - one.cpu) / (window / 1000) : null;
      Object.assign(one, { at: Number(time), cpu: next, window });
    }
  }
}

/** @param {string} url @param {Agent} agent @returns {Promise<string>} */
const text = (url, agent) =>
  new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      let all = '';
      response.setEncoding('utf8');
      response
        .on('data', (part) => (all += part))
        .on('end', () => resolve(all))
        .on('error', reject);
    })
      .once('error', reject)
      .end();
  });
