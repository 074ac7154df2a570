// Hand-made bots for tests: the form of the public manifests, the engine form, and many at once.
import { connect, inParallel } from './api.mjs';

/** The password of every bot made here. */
const password = 'correct horse';

const store = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '00112233445566778899aabbccddeeff' },
    ciphertext: '337c557c82cc1652fa3a',
    kdf: 'pbkdf2',
    kdfparams: { c: 1000000, dklen: 32, prf: 'hmac-sha256', salt: '000102030405060708090a0b0c0d0e0f' },
    mac: '2eed357b9ef8a2e9c9d57ae2c8d5cd28938d7745b9e32d6a1869e2985414404e',
  },
  version: 3,
  alias: '',
};

/** `.password_verification` for that password. */
const passwordVerification = Buffer.from(JSON.stringify(store)).toString('hex');

/**
 * @typedef {object} BotOptions
 * @property {string} [name] such as `btc-usdt`
 * @property {string} [namespace]
 * @property {string} [image]
 * @property {string} [exchange]
 * @property {string} [pair]
 * @property {Record<string, string | number | boolean | undefined>} [fields] of the strategy, over those of a sound pure market making
 * @property {string} [faults] such as `crash-after=5 leave-orders`; see README.md
 * @property {string} [password] to try a wrong one
 * @property {number} [replicas]
 * @property {number} [grace] seconds between SIGTERM and SIGKILL
 */

/** A strategy file. @param {BotOptions} options */
function strategyFile({ exchange = 'binance_paper_trade', pair = 'BTC-USDT', fields = {}, faults }) {
  const all = {
    template_version: 24,
    strategy: 'pure_market_making',
    exchange,
    market: pair,
    bid_spread: 1,
    ask_spread: 1,
    order_refresh_time: 30,
    order_amount: 0.05,
    ...fields,
  };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${value}`);
  return [...(faults ? [`# stand-in: ${faults}`] : []), ...lines, ''].join('\n');
}

/**
 * A bot as the public manifests have it: ServiceAccount, ConfigMap, StatefulSet with the one label `app: NAME-hummingbot`, the text
 * interface on a terminal, password on the command line. The image is a current one, so the file lies in conf/strategies.
 * @param {BotOptions} [options] @returns {any[]}
 */
export function classicBot(options = {}) {
  const {
    name = 'btc-usdt',
    namespace = 'default',
    image = 'hummingbot/hummingbot:version-2.16.0',
    replicas = 1,
    grace = 30,
  } = options;
  const app = `${name}-hummingbot`;
  const command = `cp -r /readonly-conf/. /conf ; cp /conf/quickstart.yml /conf/strategies/ ; /opt/conda/envs/hummingbot/bin/python3 bin/hummingbot_quickstart.py -p '${options.password ?? password}' -f quickstart.yml\n`;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-config`, namespace },
      data: {
        'quickstart.yml': strategyFile(options),
        '.password_verification': passwordVerification,
        'conf_client.yml': 'instance_id: classic\n',
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name, namespace },
      spec: {
        replicas,
        serviceName: name,
        selector: { matchLabels: { app } },
        template: {
          metadata: { labels: { app } },
          spec: {
            serviceAccountName: name,
            terminationGracePeriodSeconds: grace,
            containers: [
              {
                name,
                image,
                imagePullPolicy: 'IfNotPresent',
                tty: true,
                stdin: true,
                command: ['/bin/bash'],
                args: ['-c', command],
                volumeMounts: [{ name: 'config', mountPath: '/readonly-conf' }],
              },
            ],
            volumes: [{ name: 'config', configMap: { name: `${name}-config` } }],
          },
        },
      },
    },
  ];
}

const ready =
  'for i in $(seq 60); do m=$(awk "/SigCgt/{print \\$2}" /proc/1/status); [ $(( 0x$m & 0x4000 )) -ne 0 ] && exit 0; sleep 1; done';

/**
 * A bot run by the engine, hardened, with a volume that outlives its pod.
 * @param {BotOptions & {preStop?: boolean, labels?: Record<string, string>, memory?: string, file?: string, keystore?: boolean}} [options]
 * `preStop` false leaves out the wait for the engine's ears; `file` is the whole strategy file, for one that is broken; `keystore` gives
 * the bot a `.password_verification` of `password` above, otherwise its first password is stored
 * @returns {any[]}
 */
export function engineBot(options = {}) {
  const {
    name = 'eth-pmm',
    namespace = 'default',
    image = 'hummingbot/hummingbot:version-2.16.0',
    replicas = 1,
    grace = 120,
    preStop = true,
    memory = '256Mi',
  } = options;
  const labels = { 'app.kubernetes.io/name': 'hummingbot', 'app.kubernetes.io/instance': name, ...options.labels };
  const locked = { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const home = '/home/hummingbot';
  const fill = `cd ${home}; mkdir -p conf/{connectors,strategies,scripts,controllers} data/db data/logs; cp /config/conf_client.yml conf/; cp /config/strategy.yml conf/strategies/${name}.yml; [ ! -e /config/.password_verification ] || cp /config/.password_verification conf/`;
  const run = `tail -n 0 -F logs/logs_${name}.log 2>/dev/null & HBOT_PASSWORD=$(cat /keys/password) exec hbot start ${name}.yml --foreground`;
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-config`, namespace },
      data: {
        'conf_client.yml': `instance_id: ${name}\n`,
        'strategy.yml': options.file ?? strategyFile({ pair: 'ETH-USDT', ...options }),
        ...(options.keystore ? { '.password_verification': passwordVerification } : {}),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${name}-keys`, namespace },
      stringData: { password: options.password ?? password },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: `${name}-data`, namespace },
      spec: { accessModes: ['ReadWriteOncePod'], resources: { requests: { storage: '1Gi' } } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name, namespace, labels },
      spec: {
        replicas,
        serviceName: name,
        updateStrategy: { type: 'OnDelete' },
        selector: { matchLabels: { 'app.kubernetes.io/instance': name } },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: grace,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              runAsGroup: 1000,
              fsGroup: 1000,
              fsGroupChangePolicy: 'OnRootMismatch',
              seccompProfile: { type: 'RuntimeDefault' },
            },
            initContainers: [
              {
                name: 'conf',
                image,
                imagePullPolicy: 'IfNotPresent',
                command: ['bash', '-ec', fill],
                securityContext: locked,
                volumeMounts: [
                  { name: 'conf', mountPath: `${home}/conf` },
                  { name: 'data', mountPath: `${home}/data` },
                  { name: 'config', mountPath: '/config' },
                ],
              },
            ],
            containers: [
              {
                name: 'hummingbot',
                image,
                imagePullPolicy: 'IfNotPresent',
                command: ['bash', '-c', run],
                securityContext: locked,
                resources: { requests: { cpu: '10m', memory }, limits: { memory } },
                ...(preStop ? { lifecycle: { preStop: { exec: { command: ['bash', '-c', ready] } } } } : {}),
                volumeMounts: [
                  { name: 'conf', mountPath: `${home}/conf` },
                  { name: 'data', mountPath: `${home}/data`, subPath: 'db' },
                  { name: 'data', mountPath: `${home}/logs`, subPath: 'logs' },
                  { name: 'keys', mountPath: '/keys', readOnly: true },
                  { name: 'tmp', mountPath: '/tmp' },
                ],
              },
            ],
            volumes: [
              { name: 'conf', emptyDir: {} },
              { name: 'tmp', emptyDir: {} },
              { name: 'config', configMap: { name: `${name}-config` } },
              { name: 'keys', secret: { secretName: `${name}-keys`, defaultMode: 0o440 } },
              { name: 'data', persistentVolumeClaim: { claimName: `${name}-data` } },
            ],
          },
        },
      },
    },
  ];
}

/**
 * Bare StatefulSets for fake nodes, numbered from 0, with the labels and annotations that the caller gives each.
 * @param {{count: number, namespace?: string, prefix?: string, labels?: (name: string, index: number) => Record<string, string>, annotations?: (name: string, index: number) => Record<string, string>}} options
 * @returns {any[]}
 */
export function manyBots({
  count,
  namespace = 'default',
  prefix = 'bot',
  labels = (name) => ({ app: name }),
  annotations = () => ({}),
}) {
  return Array.from({ length: count }, (_, i) => {
    const name = `${prefix}-${String(i).padStart(4, '0')}`;
    const own = { ...labels(name, i), 'hummingdeck.test/name': name };
    return {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name, namespace, labels: own, annotations: annotations(name, i) },
      spec: {
        replicas: 1,
        serviceName: name,
        selector: { matchLabels: { 'hummingdeck.test/name': name } },
        template: {
          metadata: { labels: own },
          spec: {
            nodeSelector: { type: 'kwok' },
            tolerations: [{ key: 'kwok.x-k8s.io/node', operator: 'Exists' }],
            containers: [
              {
                name: 'hummingbot',
                image: 'hummingbot/hummingbot:version-2.16.0',
                command: ['hbot', 'start', `${name}.yml`, '--foreground'],
              },
            ],
          },
        },
      },
    };
  });
}

/** @type {Record<string, string>} */
const folders = { StatefulSet: '/apis/apps/v1', Deployment: '/apis/apps/v1' };

/**
 * Creates objects with namespaces, 32 at a time and in no order: for hundreds of them, where `apply` takes minutes.
 * @param {Pick<import('./cluster.mjs').Cluster, 'kubeconfig'>} cluster @param {any[]} objects
 */
export async function createAll(cluster, objects) {
  const api = connect(cluster.kubeconfig);
  await inParallel(
    objects,
    (object) =>
      api.send(
        'POST',
        `${folders[object.kind] ?? '/api/v1'}/namespaces/${object.metadata.namespace}/${object.kind.toLowerCase()}s`,
        object,
      ),
    32,
  );
  api.close();
}
