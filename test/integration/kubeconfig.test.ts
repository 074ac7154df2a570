import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpTransport, systemClock } from '../../electron/cluster';
import { openKubeconfig, type Kubeconfig } from '../../electron/kubeconfig';
import { kubectl } from '../cluster/cluster.mjs';
import { ownCluster } from './ownCluster';

const run = promisify(execFile);
const cluster = ownCluster();
const dir = mkdtempSync(join(tmpdir(), 'hd-kubeconfig-'));
const namespace = `kubeconfig-${process.pid}`;
const rooms: Kubeconfig[] = [];

beforeAll(() => kubectl(cluster, 'create', 'namespace', namespace));
afterAll(async () => {
  for (const room of rooms) room.dispose();
  rmSync(dir, { recursive: true, force: true });
  await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false');
});

async function open(KUBECONFIG: string): Promise<Kubeconfig> {
  const room = openKubeconfig({
    env: { KUBECONFIG, PATH: process.env.PATH },
    home: dir,
    argv: [],
    addedFiles: () => [],
    consent: () => Promise.resolve(true),
    allowed: { has: () => true, add: () => undefined },
    onChange: () => undefined,
  });
  rooms.push(room);
  await room.ready;
  return room;
}

interface View {
  'current-context': string;
  contexts: { name: string; context: { cluster: string; user: string; namespace?: string } }[] | null;
  clusters: { name: string; cluster: { server: string } }[] | null;
  users: { name: string; user: { token?: string } }[] | null;
}

/** What kubectl makes of a KUBECONFIG list. */
async function viewed(KUBECONFIG: string): Promise<View> {
  const env = { KUBECONFIG, HOME: dir, PATH: process.env.PATH };
  const { stdout } = await run(join(cluster.bin, 'kubectl'), ['config', 'view', '--raw', '-o', 'json'], { env });
  return JSON.parse(stdout) as View;
}

/** One line a context: where it leads and as whom, by kubectl's own merged view. */
function byKubectl(view: View): string[] {
  return (view.contexts ?? []).map(({ name, context }) => {
    const server = view.clusters?.find((entry) => entry.name === context.cluster)?.cluster.server;
    const user = view.users?.find((entry) => entry.name === context.user)?.user;
    if (!server || !user) return `${name}: broken`;
    return `${name}: ${context.cluster} ${server} ${context.user} ${user.token ?? ''} ${context.namespace ?? 'default'}`;
  });
}

async function byUs(room: Kubeconfig): Promise<string[]> {
  return Promise.all(
    room.list().map(async (context) => {
      const result = context.target();
      if (!result.ok) return `${context.name}: broken`;
      const { token = '' } = await result.target.credentials.get();
      const { server } = result.target;
      return `${context.name}: ${context.clusterName} ${server} ${context.userName} ${token} ${result.target.namespace}`;
    }),
  );
}

/** Numbers that look like chance but are the same in every run. */
function chance(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { below, odds: (p: number) => next() < p, pick: <T>(from: readonly T[]): T => from[below(from.length)] as T };
}

const names = ['prod', 'dev', 'admin@eu/1', 'a b', 'übung', '007', 'null', 'true', 'x:y', "it's"];

/** A file with some of a few names, so that files overlap; as YAML in several styles, or JSON. */
function randomFile(file: number, { below, odds, pick }: ReturnType<typeof chance>): string {
  const some = () => names.filter(() => odds(0.3)).sort(() => below(3) - 1);
  const contexts = some().map((name) => ({
    name,
    context: odds(0.05)
      ? null
      : {
          cluster: pick(names),
          user: odds(0.9) ? pick(names) : null,
          ...(odds(0.4) ? { namespace: `ns-${file}` } : {}),
        },
  }));
  const clusters = some().map((name, at) => ({ name, cluster: { server: `https://f${file}-${at}.example:6443` } }));
  const users = some().map((name, at) => ({ name, user: odds(0.8) ? { token: `t${file}-${at}` } : {} }));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    preferences: {},
    ...(odds(0.6) ? { 'current-context': odds(0.2) ? '' : pick(names) } : {}),
    contexts: contexts.length ? contexts : odds(0.5) ? null : [],
    clusters,
    users,
  };
  if (odds(0.3)) return JSON.stringify(config, null, below(3));
  const block = (items: object[]) => items.map((item) => `- ${JSON.stringify(item)}\n`).join('') || ' []\n';
  const lines = [
    `apiVersion: v1\nkind: Config\n`,
    config['current-context'] === undefined ? '' : `current-context: ${JSON.stringify(config['current-context'])}\n`,
    contexts.length ? `contexts:\n${block(contexts)}` : odds(0.5) ? 'contexts: ~\n' : '',
    `clusters:\n${block(clusters)}`,
    `users:\n${block(users)}`,
  ];
  const text = lines.join(odds(0.3) ? '# and so on\n\n' : '');
  return odds(0.2) ? text.replace(/\n/g, '\r\n') : text;
}

test('200 random KUBECONFIG lists lead every context where kubectl leads it, as the same user', async () => {
  const random = chance(20_260_101);
  let contexts = 0;
  let healthy = 0;
  let overlapping = 0;
  for (let round = 0; round < 200; round += 1) {
    const folder = join(dir, `round-${round}`);
    mkdirSync(folder);
    const files = Array.from({ length: 1 + random.below(4) }, (_, at) => {
      const path = join(folder, `config-${at}`);
      writeFileSync(path, random.odds(0.05) ? '' : randomFile(at, random));
      return path;
    });
    const list = files.flatMap((path) =>
      random.odds(0.15)
        ? [path, join(folder, 'missing'), '', path]
        : random.odds(0.1)
          ? [random.pick(files), path]
          : [path],
    );
    const KUBECONFIG = list.join(delimiter);
    const [view, room] = await Promise.all([viewed(KUBECONFIG), open(KUBECONFIG)]);
    const ours = await byUs(room);
    expect(ours.sort(), `round ${round}`).toEqual(byKubectl(view).sort());
    const current = view['current-context'];
    const exists = view.contexts?.some(({ name }) => name === current) ?? false;
    expect(room.currentId(), `round ${round}`).toBe(exists ? `default#${current}` : '');
    contexts += ours.length;
    healthy += ours.filter((line) => !line.endsWith('broken')).length;
    overlapping += new Set(list).size > 1 ? 1 : 0;
    room.dispose();
  }
  // Else the comparison would say little.
  expect(contexts).toBeGreaterThan(700);
  expect(healthy).toBeGreaterThan(100);
  expect(overlapping).toBeGreaterThan(100);
});

test.each([
  ['a second document', 'contexts: [{name: a, context: {cluster: c, user: u}}]\n---\ncontexts: [{name: b}]\n'],
  ['a byte order mark', '\ufeffcontexts: [{name: a, context: {cluster: c, user: u}}]\n'],
  ['a YAML directive', '%YAML 1.1\n---\ncontexts: [{name: a, context: {cluster: c, user: u}}]\n'],
  [
    'anchors and merge keys',
    'base: &base {cluster: c, user: u}\ncontexts:\n- {name: a, context: *base}\n- name: b\n  context: {<<: *base, user: v}\n',
  ],
  [
    'a key written twice',
    'contexts: [{name: z}]\ncontexts:\n- {name: a, name: b, context: {cluster: d, cluster: c, user: u}}\n',
  ],
  [
    'folded and literal texts',
    'contexts:\n- name: >-\n    a\n    b\n  context:\n    cluster: |-\n      c\n    user: "u"\n',
  ],
  [
    'fields nobody knows',
    'x: {y: [1]}\ncontexts: [{name: a, extra: 1, context: {cluster: c, user: u, extensions: [{name: e, extension: {a: 1}}]}}]\n',
  ],
  ['a tag', 'contexts: [{name: !!str a, context: {cluster: !!str c, user: u}}]\n'],
  ['only comments', '# nothing\n'],
  ['nulls everywhere', 'contexts:\nclusters: ~\nusers: null\ncurrent-context:\n'],
])('a file with %s means to us what it means to kubectl', async (_, text) => {
  const rest =
    'clusters: [{name: c, cluster: {server: "https://c"}}, {name: d, cluster: {server: "https://d"}}]\nusers: [{name: u, user: {token: t}}, {name: v, user: {token: w}}]\n';
  const [file, others] = [join(dir, 'odd'), join(dir, 'rest')];
  writeFileSync(file, text);
  writeFileSync(others, rest);
  const KUBECONFIG = [file, others].join(delimiter);
  expect((await byUs(await open(KUBECONFIG))).sort()).toEqual(byKubectl(await viewed(KUBECONFIG)).sort());
});

/** What a server was told by a client. */
interface Seen {
  authorization?: string;
  impersonation: Record<string, string | string[] | undefined>;
  path?: string;
  certificate?: string;
  name?: string | false | null;
}

/** A server with the test cluster's certificate that notes who asks. */
async function listening(): Promise<{ server: Server; url: string; seen: Seen[] }> {
  const pki = join(cluster.dir, 'pki');
  const files = { cert: join(dir, 'server.crt'), key: join(dir, 'server.key') };
  const subject = ['-subj', '/CN=recorder', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:inner.example'];
  const pair = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    files.key,
    '-out',
    files.cert,
  ];
  await run('openssl', ['req', '-x509', '-days', '2', ...subject, ...pair]);
  const seen: Seen[] = [];
  const tls = { cert: readFileSync(files.cert), key: readFileSync(files.key), ca: readFileSync(join(pki, 'ca.crt')) };
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const socket = request.socket as TLSSocket;
    const peer = socket.getPeerCertificate();
    seen.push({
      authorization: request.headers.authorization,
      impersonation: Object.fromEntries(
        Object.entries(request.headersDistinct).filter(([name]) => name.startsWith('impersonate-')),
      ),
      path: request.url,
      certificate: peer?.fingerprint256,
      name: socket.servername,
    });
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

test('every way to sign in sends what kubectl sends', async () => {
  const { server, url, seen } = await listening();
  const data = (path: string) => readFileSync(path).toString('base64');
  const admin = JSON.parse((await kubectl(cluster, 'config', 'view', '--raw', '-o', 'json')).toString()) as {
    users: { user: Record<string, string> }[];
  };
  const user = admin.users[0]!.user;
  const text = (key: string) =>
    user[`${key}-data`] ? Buffer.from(user[`${key}-data`]!, 'base64') : readFileSync(user[key]!);
  const folder = join(dir, 'ways');
  mkdirSync(join(folder, 'files'), { recursive: true });
  writeFileSync(join(folder, 'files/me.crt'), text('client-certificate'));
  writeFileSync(join(folder, 'files/me.key'), text('client-key'));
  writeFileSync(join(folder, 'files/token'), 'from-file\n');
  const answer = (version: string, status: object) =>
    JSON.stringify({ apiVersion: `client.authentication.k8s.io/${version}`, kind: 'ExecCredential', status });
  const plugin = (version: string, status: object, more: object = {}) => {
    const file = `plugin-${Math.random().toString(36).slice(2)}`;
    writeFileSync(
      join(folder, file),
      `#!/bin/sh\n[ -n "$KUBERNETES_EXEC_INFO" ] && printf '%s' '${answer(version, status)}'\n`,
      { mode: 0o700 },
    );
    const apiVersion = `client.authentication.k8s.io/${version}`;
    return { exec: { apiVersion, command: `./${file}`, interactiveMode: 'Never', ...more } };
  };
  const pair = {
    'client-certificate-data': data(join(folder, 'files/me.crt')),
    'client-key-data': data(join(folder, 'files/me.key')),
  };
  const pem = {
    clientCertificateData: text('client-certificate').toString(),
    clientKeyData: text('client-key').toString(),
  };
  const ways: Record<string, object> = {
    token: { token: 'plain' },
    tokenFile: { tokenFile: 'files/token' },
    'token and file': { token: 'plain', tokenFile: 'files/token' },
    basic: { username: 'me', password: 'pä:ss' },
    'certificate data': pair,
    'certificate files': { 'client-certificate': 'files/me.crt', 'client-key': './files/me.key' },
    'certificate and token': { ...pair, token: 'plain' },
    'plugin v1': plugin('v1', { token: 'from-plugin' }),
    'plugin v1beta1': plugin('v1beta1', { token: 'from-plugin' }),
    'plugin with certificate': plugin('v1', pem),
    'plugin with both': plugin('v1', { ...pem, token: 'from-plugin' }),
    'plugin told of the cluster': plugin('v1', { token: 'from-plugin' }, { provideClusterInfo: true }),
    'plugin behind a token': { ...plugin('v1', { token: 'from-plugin' }), token: 'plain' },
    'plugin behind a certificate': { ...plugin('v1', { token: 'from-plugin' }), ...pair },
    'plugin behind a password': { ...plugin('v1', { token: 'from-plugin' }), username: 'me', password: 'p' },
    acting: {
      token: 'plain',
      as: 'eve',
      'as-uid': '7',
      'as-groups': ['a', 'b'],
      'as-user-extra': { 'example.com/Scope': ['x', 'y'] },
    },
  };
  const ca = readFileSync(join(dir, 'server.crt')).toString('base64');
  writeFileSync(join(folder, 'ca.pem'), readFileSync(join(dir, 'server.crt')));
  const servers: Record<string, object> = {
    plain: { server: url, 'certificate-authority-data': ca },
    'with a path': { server: `${url}/k8s/clusters/c-1/`, 'certificate-authority': 'ca.pem' },
    'of another name': { server: url, 'certificate-authority-data': ca, 'tls-server-name': 'inner.example' },
    unchecked: { server: url, 'insecure-skip-tls-verify': true },
  };
  const pairs = [
    ...Object.keys(ways).map((way) => [way, 'plain'] as const),
    ...Object.keys(servers)
      .slice(1)
      .map((kind) => ['token', kind] as const),
  ];
  const KUBECONFIG = join(folder, 'config');
  writeFileSync(
    KUBECONFIG,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      users: Object.entries(ways).map(([name, user]) => ({ name, user })),
      clusters: Object.entries(servers).map(([name, cluster]) => ({ name, cluster })),
      contexts: pairs.map(([user, cluster]) => ({ name: `${user} / ${cluster}`, context: { user, cluster } })),
    }),
  );
  const room = await open(KUBECONFIG);
  for (const [way, kind] of pairs) {
    const name = `${way} / ${kind}`;
    const what = seen.length;
    const env = { KUBECONFIG, HOME: dir, PATH: process.env.PATH };
    await run(join(cluster.bin, 'kubectl'), ['--context', name, 'get', '--raw', '/version'], { env });
    const result = room.target(`default#${name}`);
    if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
    const transport = createHttpTransport(result.target, { userAgent: 'test', clock: systemClock });
    await transport.request({ method: 'GET', path: '/version' });
    transport.close();
    expect(seen.length, name).toBe(what + 2);
    const byValue = (one: Seen | undefined) => ({
      ...one,
      impersonation: Object.fromEntries(
        Object.entries(one?.impersonation ?? {}).map(([key, values]) => [key, [...(values as string[])].sort()]),
      ),
    });
    expect(byValue(seen[what + 1]), name).toEqual(byValue(seen[what]));
  }
  server.closeAllConnections();
  server.close();
});

test('signs in to a real cluster: certificate, token, token file and plugin, also on behalf of someone else', async () => {
  await kubectl(cluster, '-n', namespace, 'create', 'serviceaccount', 'trader');
  const token = (await kubectl(cluster, '-n', namespace, 'create', 'token', 'trader')).toString().trim();
  const view = JSON.parse(
    (await kubectl(cluster, 'config', 'view', '--raw', '--flatten', '-o', 'json')).toString(),
  ) as {
    clusters: { cluster: object }[];
    users: { user: object }[];
  };
  const folder = join(dir, 'real');
  mkdirSync(folder);
  writeFileSync(join(folder, 'token'), token);
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } };
  writeFileSync(join(folder, 'plugin'), `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`, { mode: 0o700 });
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', interactiveMode: 'Never' };
  const trader = `system:serviceaccount:${namespace}:trader`;
  const admin = view.users[0]!.user;
  const ways: [string, object, string | RegExp][] = [
    ['certificate', admin, /./],
    ['token', { token }, trader],
    ['tokenFile', { tokenFile: 'token' }, trader],
    ['exec', { exec }, trader],
    ['acting', { ...admin, as: 'someone@else', 'as-groups': ['system:masters'] }, 'someone@else'],
  ];
  const KUBECONFIG = join(folder, 'config');
  writeFileSync(
    KUBECONFIG,
    JSON.stringify({
      users: ways.map(([name, user]) => ({ name, user })),
      clusters: [{ name: 'c', cluster: view.clusters[0]!.cluster }],
      contexts: ways.map(([name]) => ({ name, context: { cluster: 'c', user: name } })),
    }),
  );
  const room = await open(KUBECONFIG);
  for (const [name, , expected] of ways) {
    const result = room.target(`default#${name}`);
    if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
    const transport = createHttpTransport(result.target, { userAgent: 'test', clock: systemClock });
    const answer = await transport.request({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
    });
    transport.close();
    expect(answer.status, name).toBe(201);
    const { status } = JSON.parse(answer.body) as { status: { userInfo: { username: string } } };
    expect(status.userInfo.username, name).toMatch(expected);
  }
});
