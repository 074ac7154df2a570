import type { OperationInfo } from '../../shared/bots';
import type { AppInfo } from '../../shared/contract/app';
import type { CallName, Input, Output } from '../../shared/contract';
import type { AppError } from '../../shared/errors';
import type { AppEvent, ConsentRequest } from '../../shared/events';
import type { ClusterInfo, ContextInfo, ContextList, ProviderId } from '../../shared/rows';
import type { Settings } from '../../shared/settings';
import { alerted } from './alerts';
import { cluster, context, status } from './contexts';
import { manyBots } from './rows';
import { work } from './work';

export interface Scene {
  info: AppInfo;
  settings: Settings;
  list: ContextList;
  consent: ConsentRequest[];
  operations: OperationInfo[];
  /** Told once the renderer listens. */
  events: AppEvent[];
  /** Asked five times a second for one more event. */
  live?: () => AppEvent;
  answers: { [N in CallName]?: (input: Input<N>) => Output<N> };
  /** Set by the far end: gives the renderer a port, e.g. a session's. */
  hand?: (name: string, port: MessagePort) => void;
  /** Set by the far end: tells the renderer one more event. */
  tell?: (event: AppEvent) => void;
}

const names: [string, ProviderId][] = [
  ['linode-fra', 'linode'],
  ['do-sgp', 'digitalocean'],
  ['gke-tokyo', 'gcp'],
  ['vultr-ams', 'vultr'],
  ['contabo-nbg', 'k3s'],
  ['eks-virginia', 'aws'],
];

function clusters(now: number): ClusterInfo[] {
  return names.map(([name, provider], i) =>
    cluster({
      id: `c${i}`,
      contextIds: [`default#${name}`],
      name,
      colour: i,
      provider,
      status:
        i === 4
          ? status('stale', { lastWordAt: now - 41_000, error: unreachable, retryAt: now + 9_000 })
          : status('live', { lastWordAt: now, serverVersion: 'v1.34.2', slow: i === 5 }),
      access:
        i === 3
          ? {
              namespaces: ['trading', 'desk-two'],
              missing: [
                { verb: 'create', resource: 'pods/exec', namespace: 'trading', blocks: 'open a shell' },
                { verb: 'create', resource: 'statefulsets.apps', namespace: 'desk-two', blocks: 'deploy' },
              ],
            }
          : { namespaces: null, missing: [] },
    }),
  );
}

function contexts(known: ClusterInfo[]): ContextInfo[] {
  return known.map(({ id, name, provider, colour, status }, i) =>
    context({
      name,
      provider,
      colour,
      clusterId: id,
      enabled: true,
      status,
      auth: i % 2 === 0 ? 'certificate' : 'exec',
      execCommand: i % 2 === 0 ? '' : `${provider}-cli kubernetes token --cluster ${name}`,
      server: `https://203.0.113.${10 + i}:6443`,
    }),
  );
}

const unreachable: AppError = {
  code: 'UNREACHABLE',
  message: 'The cluster does not answer.',
  hint: 'Check the network or the VPN; Hummingdeck keeps trying by itself.',
  cause: 'connect ETIMEDOUT 203.0.113.14:6443',
};

const base = (list: ContextList, events: AppEvent[], traits: Partial<Scene> = {}): Scene => ({
  info: {
    version: '0.1.0',
    platform: 'linux x64',
    runtime: { electron: '45.4.1', chrome: '148.0.7000.1', node: '24.4.0' },
    fallback: false,
    realClustersAllowed: true,
    packaged: false,
    notifications: true,
  },
  settings: {
    version: 1,
    theme: 'system',
    kubeconfigFiles: list.addedFiles,
    contexts: {},
    practiceByItself: false,
    practice: { clusters: 1, bots: 0 },
    tour: 'declined',
    allowedCommands: [],
    alerts: { system: false, muted: [] },
    installation: '',
    sort: { key: 'state', descending: false },
    columns: [],
    views: [],
    group: 'none',
    layout: 'grid',
    closedGroups: [],
    detail: true,
    window: { width: 1400, height: 860, maximized: false },
    holder: 'desk',
  },
  list,
  consent: [],
  operations: [],
  events: [{ t: 'contexts', list }, ...events],
  answers: {},
  ...traits,
});

const empty = (contexts: ContextInfo[] = []): ContextList => ({ contexts, problems: [], addedFiles: [] });

function fleet(count: number, now: number): Scene {
  const known = clusters(now);
  const rows = manyBots(count, now);
  return base(empty(contexts(known)), [
    { t: 'clusters', clusters: known },
    { t: 'rows', rows },
  ]);
}

/** Fifty rows change five times a second, bots come and go. */
function busy(count: number, now: number): Scene {
  const scene = fleet(count, now);
  const rows = manyBots(count, now);
  let turn = 0;
  scene.live = () => {
    turn++;
    const upserts = Array.from({ length: 50 }, (_, i) => {
      const row = rows[(turn * 37 + i * 101) % rows.length]!;
      return { ...row, restarts: row.restarts + (turn % 5) };
    });
    const odd = rows[(turn * 13) % rows.length]!;
    return turn % 2
      ? { t: 'delta', upserts, removes: [odd.id] }
      : { t: 'delta', upserts: [...upserts, odd], removes: [] };
  };
  return scene;
}

const kubeErrors: [string, AppError][] = [
  ['fra', unreachable],
  [
    'sgp',
    {
      code: 'CERTIFICATE',
      message: 'The certificate of the cluster is not the one the kubeconfig expects.',
      hint: 'Get a fresh kubeconfig from your provider.',
      cause: 'unable to verify the first certificate',
    },
  ],
  [
    'tokyo',
    {
      code: 'UNAUTHORIZED',
      message: 'The cluster refused the sign-in.',
      hint: 'The token may have ended: sign in with your provider again.',
      cause: 'Unauthorized',
      status: 401,
    },
  ],
  [
    'ams',
    {
      code: 'PLUGIN_MISSING',
      message: 'The sign-in command gke-gcloud-auth-plugin is not installed.',
      hint: 'Install it, then try again.',
      cause: 'spawn gke-gcloud-auth-plugin ENOENT',
    },
  ],
];

function broken(_count: number, now: number): Scene {
  const list: ContextList = {
    contexts: [
      ...kubeErrors.map(([name, error], i) =>
        context({
          name,
          colour: i,
          enabled: true,
          phase: 'failed',
          error,
          provider: names[i]![1],
          auth: 'exec',
          execCommand: `cloud token --cluster ${name}`,
        }),
      ),
      context({
        name: 'old',
        problem: {
          code: 'INVALID',
          message: 'This entry names a cluster that is not in the file.',
          hint: 'Mend the entry “old” in the file.',
          cause: 'context "old": cluster "gone" not found',
        },
      }),
      context({ name: 'spare', colour: 7 }),
      context({
        id: '/home/trader/k3s.yaml#default',
        name: 'default',
        colour: 8,
        provider: 'k3s',
        source: { kind: 'added', path: '/home/trader/k3s.yaml' },
      }),
    ],
    problems: [
      {
        path: '/home/trader/broken.yaml',
        error: {
          code: 'INVALID',
          message: 'The file is not readable as YAML.',
          hint: 'Mend line 12 or remove the file.',
          cause: 'bad indentation of a mapping entry at line 12, column 3',
        },
      },
    ],
    addedFiles: ['/home/trader/k3s.yaml', '/home/trader/broken.yaml'],
  };
  void now;
  return base(list, [
    { t: 'clusters', clusters: [] },
    { t: 'rows', rows: [] },
  ]);
}

function consent(count: number, now: number): Scene {
  const scene = fleet(count, now);
  scene.consent = [
    {
      id: '1',
      contextName: 'eks-virginia',
      path: '/home/trader/.kube/config',
      command: 'AWS_PROFILE=trading aws eks get-token --region us-east-1 --cluster-name eks-virginia --output json',
    },
    { id: '2', contextName: 'odd', path: '/tmp/odd.yaml', command: 'sh -c \u202Ecurl https://example.org' },
  ];
  scene.events.push({ t: 'consent', requests: scene.consent });
  return scene;
}

const none = [
  { t: 'clusters', clusters: [] },
  { t: 'rows', rows: [] },
] satisfies AppEvent[];

/** Each a function of the number of bots and the time now. */
export const scenes: Record<string, (count: number, now: number) => Scene> = {
  fleet,
  busy,
  broken,
  consent,
  alerts: (count, now) => alerted(fleet(count, now), now),
  work: (count, now) => work(fleet(count, now), now),
  empty: () => base(empty(), none),
  off: () => base(empty([context({ name: 'fra' }), context({ name: 'sgp' })]), none),
  fresh: (_count, now) => {
    const known = clusters(now).slice(0, 1);
    return base(empty(contexts(known)), [
      { t: 'clusters', clusters: known },
      { t: 'rows', rows: [] },
    ]);
  },
  fallback: (count, now) => {
    const scene = fleet(count, now);
    const runtime = { electron: '25.1.1', chrome: '114.0.5735.106', node: '18.15.0' };
    return { ...scene, info: { ...scene.info, runtime, fallback: true, realClustersAllowed: false } };
  },
};
